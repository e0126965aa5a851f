"""Exports: the run as files for other tools. An arm that failed a check is in none of them."""
