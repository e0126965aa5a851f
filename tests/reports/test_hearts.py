"""The heart of a file of code: what a name leads to, and nothing else; any text has one."""

from __future__ import annotations

import pytest

from reports.outputs.hearts import hearts_of

ENGINE = '''"""An engine."""

from backends.base import Backend
from pack import memory
from pack.memory import Loop as Whole


# Fast,
# and right
@cache
def gradient(params: Params, rate):
    return memory.put(params) * rate


def rate(): ...


def supports(): ...


class Step(Whole):
    take = gradient


one = Backend(*("one", "numpy", "autodiff"), "eager", supports, Step, facts)
other = Backend("other", "numpy", "autodiff", "eager", supports, prepare=lambda *_: unused, facts=1)
unused = supports
'''
MEMORY = "Params = int\n\n\ndef put(x): ...\n\n\ndef fetch(x): ...\n\n\nclass Loop: ...\n"
TEXTS = {"pack.engine": ENGINE, "pack.memory": MEMORY}


def hearts(*names: str) -> dict[str, str]:
    found = hearts_of(TEXTS, {"pack.engine": frozenset(names)})
    return {module: heart.text for module, heart in found.items()}


def test_a_record_leads_to_its_prepare_and_on_into_the_files_beside() -> None:
    found = hearts("one")
    assert (
        found["pack.engine"]
        == '''"""An engine."""

# Fast,
# and right
@cache
def gradient(params: Params, rate):
    return memory.put(params) * rate

class Step(Whole):
    take = gradient

one = Backend(*("one", "numpy", "autodiff"), "eager", supports, Step, facts)'''
    )
    assert found["pack.memory"] == "def put(x): ...\n\nclass Loop: ..."


def test_a_prepare_by_its_name_is_found_and_what_supports_it_is_not_its_heart() -> None:
    found = hearts_of(TEXTS, {"pack.engine": frozenset({"other"})})
    assert found.keys() == {"pack.engine"}
    text = found["pack.engine"].text
    assert "unused = supports" in text
    assert "class Step" not in text


def test_two_records_of_one_file_make_one_heart_and_it_says_what_is_beside() -> None:
    (engine, memory) = hearts_of(TEXTS, {"pack.engine": frozenset({"one", "other"})}).values()
    assert engine.text.count("Backend(") == 2
    assert (engine.beside, memory.beside) == (("pack.memory",), ())


@pytest.mark.parametrize(
    "text",
    [
        "def f(:",
        "x = '\x00'",
        "",
        "(" * 5000,
        "-" * 50000 + "1",
        "x = 1 +" + " 1 +" * 20000 + " 1",
        "from elsewhere import mine",
        "globals()['mine'] = 1",
        "if 1:\n" + "".join(" " * n + "if 1:\n" for n in range(1, 99)) + " " * 99 + "x = 1",
    ],
    ids=range(9),
)
def test_a_text_that_cannot_be_read_or_lacks_the_name_is_shown_whole(text: str) -> None:
    assert hearts_of({"own": text}, {"own": frozenset({"mine"})})["own"].text == text


def test_a_record_may_be_made_by_a_name_as_deep_as_python_reads() -> None:
    text = f"mine = a{'.a' * 900}.Backend(1, 2, 3, 4, 5, prepare)\nprepare = 1"
    assert hearts_of({"own": text}, {"own": frozenset({"mine"})})["own"].text.endswith(
        "prepare = 1"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_python_ends_them_and_at_nothing_else(end: str) -> None:
    text = end.join(("a = '\x0c\u2028'", "", "mine = a; b = 2", "c = 3"))
    found = hearts_of({"own": text}, {"own": frozenset({"mine"})})["own"].text
    assert found == "a = '\x0c\u2028'\n\nmine = a; b = 2"
