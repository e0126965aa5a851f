"""Spelling: what stands for a character that an encoding has no room for."""

from __future__ import annotations

import codecs

SPELLED = "spelled"  # the name of the error handler, for ``str.encode`` and for streams
SIGNS = "µ÷×±·√…−–—"  # noqa: RUF001
PLAIN = dict(zip(SIGNS, ("u", "/", "x", "+-", "*", "sqrt ", "...", "-", "-", "-"), strict=True))
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))


def spelled(error: UnicodeError) -> tuple[str, int]:
    """What to write for the characters that could not be encoded, and where to go on.

    The few signs of reports become what people type for them, all others an escape.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    places = range(error.start, error.end)
    return "".join(_one(error.object, place) for place in places), error.end


def _one(text: str, place: int) -> str:
    character = text[place]
    if character in RAISED:
        is_first = place == 0 or text[place - 1] not in RAISED
        return "^" * is_first + RAISED[character]
    escaped = character.encode("ascii", "backslashreplace").decode("ascii")
    return PLAIN.get(character, escaped)


codecs.register_error(SPELLED, spelled)
