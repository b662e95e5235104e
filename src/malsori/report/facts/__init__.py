"""What a report says, as data: gathered from the folders of runs and from nothing else."""

from malsori.report.facts.gather import Facts, RunFacts, gather

__all__ = ["Facts", "RunFacts", "gather"]
