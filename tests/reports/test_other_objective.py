"""A run of another objective than the lesson: nothing of the lesson is told of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.figures.gallery import gallery
from reports.figures.learned import learned
from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.exports.blocks import blocks_csv
from reports.outputs.exports.pytest_benchmark_file import pytest_benchmark_json
from reports.outputs.page import page
from reports.text.headline import sentences
from runfiles.errors import BadRun
from runfiles.load import load_run
from runfiles.records import Data, Parameter, Plan, Process, Source, Spec
from runfiles.store import read, write
from tests.reports.texts import as_read

WriteRun = Callable[..., Path]
ANSWERS: dict[str, Any] = {
    "table": [[0.5, 1.0], [1.5, 2.0], [2.5, 3.0]],
    "v": [0.25, -4.0],
    "scale": 7.0,
}
SIZES = {"n_rows": 3, "n_columns": 2, "spread": 0.5}


def numbers(value: Any) -> tuple[float, ...]:
    return tuple(np.ravel(value).tolist())


def other(folder: Path, **changes: Any) -> Path:
    """The run in ``folder`` as one of an objective of three parameters that nobody has drawn."""
    for path in [folder / "plan.json", *folder.glob("sizes/*/plan.json")]:
        plan = read(path, Plan)
        given = {name: getattr(plan.problem, name) for name in plan.problem.__struct_fields__}
        given |= {"objective": "pick", "title": "pick", "sizes": SIZES, "recovers": None}
        given |= {"cost": None, "look": None, **changes}
        given["parameters"] = tuple(
            Parameter(name=name, shape=np.shape(value), true=None, reference=numbers(value))
            for name, value in ANSWERS.items()
        )
        write(path, replaced(plan, problem=Spec(**given)))
        for raw in path.parent.glob("raw/*.json"):
            process = read(raw, Process)
            found = {name: (np.array(value) + 1e-3).tolist() for name, value in ANSWERS.items()}
            write(raw, replaced(process, learned=found if process.learned else None))
    return folder


def replaced(record: Any, **changes: Any) -> Any:
    fields = {name: getattr(record, name) for name in record.__struct_fields__}
    return type(record)(**fields | changes)


@pytest.fixture
def summary(write_run: WriteRun) -> Findings:
    sizes = {"b100": {"batch_size": 100}}
    return findings(load_run(other(write_run(n_blocks=4, ceilings=True, sizes=sizes))))


def test_its_title_and_sizes_stand_where_those_of_the_lesson_do(summary: Findings) -> None:
    html = page(summary)
    told = "Pick by minibatch stochastic gradient descent: 1000 examples of 3 rows and 2 columns"
    assert told in as_read(html)
    assert "spread 0.5" in as_read(html)
    assert '<h2 id="lesson">Pick</h2>' in html
    assert "an epoch of pick" in " ".join(sentences(summary))
    for word in ("the lesson,", "The lesson", "the lesson can", "features", "noise 0.01"):
        assert word not in html
    assert blocks_csv(summary).startswith("n_examples,n_rows,n_columns,batch_size,steps,arm")
    document: Any = pytest_benchmark_json(summary)
    assert document["benchmarks"][0]["fullname"].endswith("1000 x 3 x 2, batch 10")


def test_without_a_formula_there_are_no_rates_but_that_of_examples(summary: Findings) -> None:
    document: Any = cells_json(summary)
    throughput = document["yardsticks"]["throughput"]
    assert throughput["flop"] is None
    for arm in throughput["arms"]:
        assert arm["examples_per_second"] > 0
        rates = ("n_bytes", "bytes_per_second", "flop_per_second", "share_of_product")
        assert [arm[key] for key in rates] == [None] * 4
    assert "FLOP a second" not in page(summary)


def test_without_a_truth_only_the_reference_is_what_arms_are_held_against(
    summary: Findings,
) -> None:
    drawing = learned(summary)
    assert drawing is not None
    assert "true" not in drawing.how_to_read + drawing.alternative
    assert "largest difference from it 0.0010 (torch-lesson)." in drawing.alternative
    html = page(summary)
    assert '<th scope="row">true</th>' not in html
    document: Any = cells_json(summary)
    arm = document["arms"][0]
    assert (arm["distance"], arm["learned"]["scale"]) == (None, [7.001])
    assert document["problem"]["sizes"] == SIZES
    assert "scatter" not in {one.name for one in gallery(summary)}


def test_a_size_of_another_objective_is_refused(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1, sizes={"b100": {"batch_size": 100}})
    other(folder / "sizes/b100")
    with pytest.raises(BadRun, match=r"b100 is not of the problem of .* Move it out"):
        load_run(folder)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"sizes": {"n_rows": 2.5}}, r"sizes\.n_rows is 2\.5"),
        ({"sizes": {"a b": 1}}, "plan.json"),
        ({"look": ["../X", "y"]}, r"look\[0\] is '../X'"),
        ({"parameters": []}, "parameters is"),
    ],
)
def test_a_problem_that_does_not_fit_says_where(
    write_run: WriteRun, keys: dict[str, Any], said: str
) -> None:
    folder = other(write_run(n_blocks=1))
    plan = json.loads((folder / "plan.json").read_text())
    plan["problem"] |= keys
    (folder / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(BadRun, match=said):
        load_run(folder)


def test_a_parameter_has_as_many_numbers_as_its_shape() -> None:
    with pytest.raises(ValueError, match=r"problem: v, true is 1; expected as many numbers as"):
        Parameter(name="v", shape=(2,), true=(1.0,), reference=(1.0, 2.0))


@pytest.mark.parametrize("value", ["text", [[1.0, "text"]], {"deep": 1}, [[[[[1.0]]]]]])
def test_what_was_learned_is_numbers(write_run: WriteRun, value: Any) -> None:
    path = other(write_run(n_blocks=1)) / "raw/000-00.json"
    raw = json.loads(path.read_text())
    raw["learned"]["v"] = value
    path.write_text(json.dumps(raw))
    with pytest.raises(BadRun, match=r"learned\[\.\.\.\].* is .*; expected a number or"):
        load_run(path.parent.parent)


TEXT = "def loss(xp, params, batch):\n\treturn 1  # </pre><script>a & b \u202e\n"


def test_the_files_of_a_user_are_told_and_the_function_shown(write_run: WriteRun) -> None:
    source = Source(file="my_<loss>.py", text=TEXT, sha256="ab", name="huber")
    given = Data(file="my_data.csv", sha256="cd", target="price")
    folder = other(write_run(n_blocks=4), title="my_loss-huber", source=source, data=given)
    summary = findings(load_run(folder))
    html = page(summary)
    told = "my_loss-huber (my_<loss>.py) on the data of my_data.csv by minibatch stochastic"
    assert told in as_read(html)
    assert '<h2 id="lesson"><bdi>my_loss-huber</bdi></h2>' in html
    shown = "    return 1  # &lt;/pre&gt;&lt;script&gt;a &amp; b \\u202e"
    assert shown in html
    problem: Any = cells_json(summary)["problem"]
    assert problem["source"] == {"file": "my_<loss>.py", "sha256": "ab", "name": "huber"}
    assert problem["data"] == {"file": "my_data.csv", "sha256": "cd", "target": "price"}


def test_of_a_problem_of_ours_there_is_no_file(summary: Findings) -> None:
    problem: Any = cells_json(summary)["problem"]
    assert (problem["source"], problem["data"]) == (None, None)
    assert "What is differentiated" not in page(summary)
