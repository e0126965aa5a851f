"""Labels: names short enough for a margin, on two lines where they must be."""

from __future__ import annotations

import re
import unicodedata

from reports.figures.drawing import CHARACTER

LONGEST_NAME = 22  # characters of a line
PLACES = (r" (?=\S)", r"(?=@)", r"(?<=[-_/:.])")  # where a name is broken first, second, third


def label(name: str) -> str:
    """A name short enough for the margin, on two lines where it must be."""
    longest = max(int(LONGEST_NAME * len(name) / max(breadth(name), 1)), 2)
    if len(name) <= longest:
        return name
    at = _break(name, longest)
    return f"{_elided(name[:at].rstrip())}\n{_elided(name[at:].lstrip())}"


def _break(whole: str, longest: int) -> int:
    """The best place to break ``whole`` into two lines of at most ``longest`` characters."""
    early = [[m.start() for m in re.finditer(p, whole) if 0 < m.start() <= longest] for p in PLACES]
    fitting = [[at for at in places if len(whole) - at <= longest + 1] for places in early]
    return next((places[-1] for places in (*fitting, *early) if places), longest)


def short(name: str) -> str:
    """A name on one line, short enough for a margin."""
    return _elided(name)


def _elided(text: str) -> str:
    """``text`` cut in its middle where it is too broad: both ends tell names apart."""
    if breadth(text) <= LONGEST_NAME:
        return text
    room = max(int(LONGEST_NAME * len(text) / breadth(text)), 2)  # fewer where they are wide
    head = room // 2
    return f"{text[:head]}…{text[len(text) - (room - head - 1) :]}"


def breadth(text: str) -> float:
    """The breadth of the longest line of ``text``, in characters."""
    return max((sum(map(_breadth, line)) for line in text.split("\n")), default=0.0)


def _breadth(character: str) -> float:
    return 1.8 if unicodedata.east_asian_width(character) in "WF" else 1.0


def points(texts: list[str]) -> float:
    """The points that the broadest of ``texts`` takes at the figures' own size."""
    return CHARACTER * max(map(breadth, texts), default=0.0)
