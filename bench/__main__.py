"""``python -m bench`` is the command ``autograd-bench``."""

from bench.cli import main

main()
