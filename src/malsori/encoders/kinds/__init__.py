"""One encoder a file; the file's name is its kind in a recipe."""
