"""Simulations: what the statistics and the suite can see, where the truth is known."""
