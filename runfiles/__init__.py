"""The files of a run, defined once."""
