"""Paper: a drawing as PNG or PDF on white, for slides and print; the same bytes every time."""

from __future__ import annotations

from reports.figures.drawing import Drawing, saved

DOTS_PER_INCH = 200


def png(drawing: Drawing) -> bytes:
    """The drawing with its title as pixels."""
    return saved(drawing, "png", titled=True, dpi=DOTS_PER_INCH, facecolor="white")


def pdf(drawing: Drawing) -> bytes:
    """The drawing with its title as vectors, its fonts inside."""
    undated = {"CreationDate": None, "Title": drawing.title}
    return saved(drawing, "pdf", titled=True, facecolor="white", metadata=undated)
