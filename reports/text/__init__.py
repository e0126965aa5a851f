"""Numbers, names and findings as people read them."""
