"""The files of a run, read into records: the only modules that know the files' keys."""
