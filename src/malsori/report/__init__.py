"""Figures and reports, made from folders only."""
