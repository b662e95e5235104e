"""The figures of a report, each one SVG that sits in a page with a light or a dark theme."""
