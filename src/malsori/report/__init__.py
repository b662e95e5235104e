"""Figures and reports, made from folders only. Importing a room of it loads matplotlib."""
