"""Waveforms and text, before any network. Nothing here loads torch."""
