"""Yardsticks: what a ratio can be read against. All from block logs; null arms take no part."""
