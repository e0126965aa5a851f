"""What runs inside one measured process."""

from bench.platforms import require_platform

require_platform()  # also for `pytest bench`, which no command starts
