"""Figures of a run, each an SVG that is safe inside a page, with a sentence in its stead."""
