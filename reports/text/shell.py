"""Words of a shell: what a page prints can be pasted at the root of the clone."""

from __future__ import annotations

import shlex
from contextlib import suppress
from pathlib import Path

from reports.findings.names import visible

ROOT = Path(__file__).resolve().parents[2]  # of the clone


def word(text: str) -> str:
    """``text`` as one word of bash or zsh: nothing in it hidden, no byte of it lost."""
    if all(visible(character) == character or character == " " for character in text):
        return shlex.quote(text)
    return f"$'{''.join(map(_spelled, text))}'"


def _spelled(character: str) -> str:
    """One character inside ``$'...'``: as it stands where it can be seen, else its bytes."""
    if character in "\\'":
        return f"\\{character}"
    if character == " " or visible(character) == character:
        return character
    return "".join(f"\\x{byte:02x}" for byte in _bytes(character))


def _bytes(character: str) -> bytes:
    """The bytes of a file's name or, of a character that no such name holds, those of UTF-8."""
    try:
        return character.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return character.encode("utf-8", "surrogatepass")


def portable(path: Path) -> str:
    """``path`` as it may be published: from the root of the clone, or from the home folder.

    A path that lies in neither is given whole. It names the same place for whoever stands at the
    root of the clone, wherever the command was typed.
    """
    whole = path.absolute()
    if whole.is_relative_to(ROOT):
        inside = str(whole.relative_to(ROOT))
        return f"./{inside}" if inside.startswith(("-", "~")) else inside
    with suppress(RuntimeError):  # a user without a home
        if whole.is_relative_to(Path.home()):
            return f"~/{whole.relative_to(Path.home())}"
    return str(whole)


def path_word(path: Path) -> str:
    """The portable ``path`` as one word of a shell, which itself knows the home folder."""
    text = portable(path)
    return f"~/{word(text[2:])}" if text.startswith("~/") else word(text)
