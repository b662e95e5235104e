"""The sections of a report, one file each: from facts to sentences, figures and tables."""
