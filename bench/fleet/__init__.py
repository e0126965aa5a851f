"""The fleet: blocks of a run measured on machines that Dask holds, written here."""
