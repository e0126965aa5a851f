"""What names from outside may do to a reader's tools: nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.text.names import in_csv, in_markdown, visible


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("jax-scan", "jax-scan"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\nb\tc", "a b c"),
        ("abc\u202edef", "abc\\u202edef"),
        ("😀 עברית", "😀 עברית"),
        ("nul\x00", "nul\\u0000"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(name: str, shown: str) -> None:
    assert visible(name) == shown


@given(st.text())
def test_any_name_is_one_printable_line(name: str) -> None:
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in visible(name))
    assert len(visible(name, 40)) <= 40


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_name_is_a_formula(name: str) -> None:
    assert in_csv(name).startswith(("'", "\\u"))


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("<b>", "&lt;b&gt;"),
        ("a|b", r"a\|b"),
        ("[x](http://y)", r"\[x\](http://y)"),
        ("`x` *y* _z_", r"\`x\` \*y\* \_z\_"),
        ("# x", r"\# x"),
        ("jax-scan", "jax-scan"),
    ],
)
def test_no_name_is_markup(name: str, escaped: str) -> None:
    assert in_markdown(name) == escaped
