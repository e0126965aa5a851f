"""A run is found by its path or by its bare name, and a mistyped one by its neighbours."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends.errors import BadInput
from bench.command.run_names import find_run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with two runs under results/ and one elsewhere."""
    monkeypatch.chdir(tmp_path)
    for name in ("results/20261126-101500", "results/gallery", "kept/monday"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "plan.json").touch()
    return tmp_path


def test_a_bare_name_is_found_under_results() -> None:
    assert find_run(Path("gallery")) == Path("results/gallery")
    assert find_run(Path("gallery/")) == Path("results/gallery")


def test_a_path_that_exists_wins(here: Path) -> None:
    assert find_run(Path("kept/monday")) == Path("kept/monday")
    assert find_run(here / "kept" / "monday") == here / "kept" / "monday"
    (here / "gallery").mkdir()
    assert find_run(Path("gallery")) == Path("gallery")


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("galery", "no run at galery or results/galery; .* Did you mean 'gallery'?"),
        ("20261126-101501", "Did you mean '20261126-101500'?"),
        ("results/galery", "no run at results/galery or .* Did you mean 'gallery'?"),
        ("kept/munday", "no run at kept/munday or .* Did you mean 'kept/monday'?"),
        ("/no/where", "no run at /no/where; expected one. results holds gallery, 20261126-101500."),
        ("n" * 300, "results holds gallery"),
        ("a\x00b", "results holds gallery"),
    ],
)
def test_a_name_without_a_run_is_answered_with_the_nearest_or_with_all(
    named: str, told: str
) -> None:
    with pytest.raises(BadInput, match=told.replace("?", r"\?").replace(" .*", " .*")):
        find_run(Path(named))


def test_without_any_run_the_first_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path / "new")
    with pytest.raises(BadInput, match="measure one: autograd-bench run --quick"):
        find_run(Path("gallery"))
