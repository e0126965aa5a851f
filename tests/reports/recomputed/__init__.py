"""cells.json once more, from the run's files alone, by code that shares nothing with reports.

Written from ``docs/result-format.md`` and ``docs/reading-a-report.md`` in plain Python; only the
quantiles of Student's t come from a library. ``document`` is the way in.
"""
