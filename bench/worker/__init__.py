"""What runs inside one measured process.

It imports ``problems``, ``backends``, ``runfiles.phases`` and what both sides share, and of others
NumPy, pytest, pytest-benchmark and threadpoolctl: ``tests/test_layers.py``.
"""

from bench.platforms import require_platform

require_platform()  # also for `pytest bench`, which no command starts
