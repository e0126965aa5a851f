"""What the records say: cells with intervals, ratios, verdicts, crossovers."""
