"""Two stored runs, by their ratios to the same baseline arm."""
