"""What sentences promise: the same words everywhere, every number and name found again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from reports.findings.findings import Findings, findings
from reports.findings.names import Name
from reports.outputs.parts import verdict
from reports.text.answers import answers, further
from reports.text.arms import LIBRARIES
from reports.text.glossary import glossed
from reports.text.headline import brief, headline, sentences
from reports.text.problem import problem_text
from reports.text.sentence import Number, Sentence, few, listed
from runfiles.load import load_run
from tests.reports.test_traced import GOLDEN, RUNS

TIME = Number(0.0145, "14.5", "ms")
ARM = Name("a<b")
METHOD = re.compile(  # its own numbers, which no run changes
    r"9[05] %|4 times in 5|than 2 of|To see 5\.0 %|(?:above|factor of) [\d.]+(?: %)?|near 1\b"
)


def test_a_sentence_is_its_words_and_carries_what_is_filled_in() -> None:
    told = Sentence("{} takes {} in {} calls.", ARM, TIME, 1234)
    assert told == "a<b takes 14.5 ms in 1,234 calls."
    assert (told.numbers, told.names) == ((0.0145, 1234), ("a<b",))
    assert escape(told) == (
        '<bdi>a&lt;b</bdi> takes <data value="0.0145">14.5</data>\u00a0ms in '
        '<data value="1234">1,234</data> calls.'
    )


def test_sentences_are_put_into_sentences() -> None:
    each = [Sentence("{} {}", name, number) for name, number in ((ARM, TIME), (Name("c"), 2))]
    told = Sentence("Times: {}", Sentence.joined("; ", each)) + "."
    assert told == "Times: a<b 14.5 ms; c 2."
    assert (told.numbers, told.names) == ((0.0145, 2), ("a<b", "c"))
    assert Markup("<p>{}</p>").format(told) == f"<p>{told.__html__()}</p>"


def test_what_stands_in_words_is_no_markup() -> None:
    assert Sentence("{} & {}", "<b>", "{0}").__html__() == "&lt;b&gt; &amp; {0}"


def test_our_words_are_explained_in_words_alone() -> None:
    told = glossed(Sentence("{} of the arm {}", verdict("faster"), Name("arm")))
    assert str(verdict("faster").__html__()) in told
    assert told.count("popovertarget") == 1


def test_what_does_not_fit_the_template_is_an_error() -> None:
    with pytest.raises(IndexError):
        Sentence("{} and {}", "one")
    with pytest.raises(TypeError, match=r"no room for \('two',\) in: one"):
        Sentence("one", "two")


@pytest.mark.parametrize(
    ("n", "all_of", "first_two"),
    [(1, "a", "a"), (2, "a and b", "a; b"), (3, "a, b and c", "a; b and 1 more")],
)
def test_several_are_listed(n: int, all_of: str, first_two: str) -> None:
    names = [Name(name) for name in "abc"[:n]]
    assert (listed(names), few(names, " and {} more", most=2)) == (all_of, first_two)
    assert listed(names).names == tuple(names)


@given(st.lists(st.text()))
def test_anything_filled_in_is_there_as_it_was(texts: list[str]) -> None:
    told = Sentence("{}" * len(texts), *map(Name, texts))
    assert told == "".join(texts)
    assert Markup(told.__html__()).unescape().count("<bdi>") >= sum(map(bool, texts))


CASES = (*RUNS, *sorted(GOLDEN.glob("run-*")))


@pytest.fixture(scope="module", params=CASES, ids=lambda c: getattr(c, "__name__", "") or c.name)
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    case: Path | Callable[[Path], Path] = request.param
    folder = case if isinstance(case, Path) else case(tmp_path_factory.mktemp("said") / "run")
    return findings(load_run(folder))


def every(found: Findings) -> Iterator[Sentence]:
    """What is said of a run in sentences."""
    yield from sentences(found)
    yield from brief(found)
    yield from (one.text for one in answers(found))
    yield from (one.sentence for one in further(found))
    yield problem_text(found.run.plan.problem)


def test_no_number_and_no_name_hides_in_words(found: Findings) -> None:
    """Whatever differs from run to run is filled in as what it is, so that it can be traced."""
    names = [arm.name for arm in found.arms if len(arm.name) > 5]
    for one in every(found):
        words = [part for part in one.parts if not isinstance(part, Number | Name)]
        words = [part for part in words if part not in LIBRARIES.values()]
        assert not [part for part in words if re.search(r"\d", METHOD.sub("", part))], one
        assert not [part for part in words for name in names if name in part], one


def test_the_headline_of_a_run_is_made_once(found: Findings) -> None:
    assert headline(found) is headline(found)
