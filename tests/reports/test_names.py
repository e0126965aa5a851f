"""What names from outside may do to a reader's tools: nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.findings.findings import findings
from reports.findings.names import LONGEST, LONGEST_REASON, named, visible
from reports.outputs.cells import cells_json
from reports.text.names import in_csv, in_markdown
from runfiles.load import load_run


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


@given(st.text())
def test_a_name_is_safe_once_and_for_all(text: str) -> None:
    name = named(text)
    assert (named(name), len(name) <= LONGEST) == (name, True)
    assert name.__html__().startswith("<bdi>")
    assert "<" not in name.__html__()[len("<bdi>") : -len("</bdi>")]


def texts(value: Any) -> Iterator[str]:
    """Every string of a JSON document, keys too."""
    if isinstance(value, dict | list):
        for entry in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from texts(entry)
    elif isinstance(value, str):
        yield value


def test_no_two_arms_have_one_name(
    write_run: Callable[..., Path], bench: Callable[..., Any]
) -> None:
    names = ("a", "a\u202e", "a (arm 0)", "a\\u202e", "a (arm 0) (arm 2)", "x" * 300, "x" * 200)
    arms = tuple(bench(name) for name in names)
    found = findings(load_run(write_run(arms=arms, n_blocks=1)))
    assert len({arm.name for arm in found.arms}) == len(names)


def test_nothing_is_hidden_in_what_is_found(
    write_run: Callable[..., Path], bench: Callable[..., Any]
) -> None:
    hostile = "<b>\u202e \x1b[31m\nx"
    arms = (
        *(bench("base"), bench(hostile, framework=hostile, dtype=hostile, device=hostile)),
        *(bench("x" * 99), bench("x" * 98), bench("c", status="crashed", reason=hostile * 99)),
    )
    facts = {hostile: hostile, "cpu": hostile, "deep": {hostile: [hostile, {"a": hostile}]}}
    found = findings(load_run(write_run(name="a\u202eb", arms=arms, n_blocks=2, facts=facts)))
    document = cells_json(found)
    assert [text for text in texts(document) if text != visible(text, 10**6)] == []
    assert max(len(arm.reason or "") for arm in found.arms) == LONGEST_REASON
    cut = [arm.name for arm in found.arms if "x" * 50 in arm.name]
    assert [len(name) <= LONGEST for name in cut] == [True, True]
    assert len(set(cut)) == 2  # what would be called alike is told apart


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
