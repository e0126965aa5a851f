"""The page shows the code that was measured: a link from every arm, each text once, no markup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backends.registry import BUILT_IN
from bench.runner.code import code_of
from problems.linreg import linreg
from reports.findings.findings import Findings, findings
from reports.outputs.code_section import MOST_LINES, code_section
from reports.outputs.page import page
from runfiles.code import Code, CodeFile, Place
from runfiles.load import load_run
from runfiles.records import Plan
from runfiles.store import read, write
from tests.reports.conftest import Bench
from tests.reports.reported import write_report
from tests.reports.test_browser import browser as browser
from tests.reports.test_page import HOSTILE, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WriteRun = Callable[..., Path]
MOST_BYTES = 150_000  # of the code of all engines, in a page


def with_code(folder: Path) -> Path:
    """The run in ``folder`` with the code of its arms as it is now."""
    write(folder / "code.json", code_of(read(folder / "plan.json", Plan), linreg))
    return folder


def found_in(folder: Path) -> Findings:
    return findings(load_run(folder))


@pytest.fixture
def every(write_run: WriteRun) -> Path:
    """A run of every engine of ours, as yet without its code."""
    names = [(one.name, one.framework or "") for one in BUILT_IN]
    arms = [Bench(name, 1e-3, framework, backend=name) for name, framework in names]
    null = Bench("again", 1e-3, "torch", backend=names[0][0], null_of=0)
    return write_run(arms=(*arms, null), n_blocks=3)


def test_every_arm_leads_to_its_engine_no_text_stands_twice_and_the_page_has_room(
    every: Path,
) -> None:
    before = page(found_in(every))
    found = found_in(with_code(every))
    section = code_section(found)
    assert section is not None
    html = page(found)
    assert len(html.encode()) - len(before.encode()) < MOST_BYTES
    tags = Reader(html).tags
    anchors = [given["id"] for tag, given in tags if tag == "pre" and "id" in given]
    links = [given["href"] or "" for tag, given in tags if tag == "a" and "href" in given]
    to_code = {link for link in links if link.startswith("#code-")}
    assert {link.removeprefix("#") for link in to_code} <= set(anchors)
    assert section.links.keys() == {arm.index for arm in found.arms}
    assert links.count(f"#{section.links[0]}") == 2  # the arm and its null arm
    assert section.objective is not None
    assert section.loop is not None
    shown = (section.objective, section.loop, *section.engines, *section.shared)
    assert len(anchors) == len({*anchors}) == len({one.text for one in shown}) == len(shown)
    assert str(section.loop.arms) == "torch-lesson, again"
    assert not any("<bdi" in (value or "") for _, given in tags for value in given.values())
    by_arm = {name: one for one in section.engines for name in one.arms.names}
    assert by_arm["jax"] is by_arm["jax-manual"]
    assert "lax.scan" in by_arm["jax-scan"].text
    assert "jax_gradient" in dict(by_arm["jax-scan"].uses)
    assert any("jax.grad(" in one.text for one in section.shared)


def test_a_run_of_before_has_no_such_section_and_no_links(write_run: WriteRun) -> None:
    found = found_in(write_run(n_blocks=3))
    assert code_section(found) is None
    html = page(found)
    assert 'id="code"' not in html
    assert "#code" not in html


def own(folder: Path, text: str, name: str = "mine") -> Path:
    """The run in ``folder`` with ``text`` as the code of its first arm, none of the others."""
    n_arms = len(read(folder / "plan.json", Plan).arms)
    places = (Place(module="own", names=(name,)), *[Place(reason=HOSTILE)] * (n_arms - 1))
    write(folder / "code.json", Code(files=(CodeFile.of("own", text),), arms=places))
    return folder


def test_a_hostile_source_is_text_and_hides_nothing(write_run: WriteRun) -> None:
    text = f"mine = 1  # {HOSTILE} </code></pre></details><img src=x onerror=alert(1)>\n"
    html = page(found_in(own(write_run(n_blocks=3), text)))
    reader = Reader(html)
    assert "img" not in {tag for tag, _ in reader.tags}
    assert "</code></pre></details><img" in "".join(reader.text)
    assert len([1 for tag, _ in reader.tags if tag == "script"]) == 1
    for hidden in ("\u202e", "\x1b"):
        assert hidden not in html


def test_what_is_not_stored_says_why_and_what_is_too_long_is_counted(write_run: WriteRun) -> None:
    text = "mine = [\n" + "0,\n" * (MOST_LINES + 9) + f"'{'x' * 10**6}']\n"
    found = found_in(own(write_run(n_blocks=3), text))
    section = code_section(found)
    assert section is not None
    (engine,) = section.engines
    assert engine.text.count("\n") == MOST_LINES - 1
    assert engine.n_further == 11
    (left,) = section.not_stored
    assert len(str(left).split(", ")) == len([arm for arm in found.arms if not arm.is_left_out]) - 1
    assert "11 further lines are in code.json" in page(found).replace("</data>", "")
    assert section.objective is section.loop is None


def test_a_link_opens_the_code_without_a_script(browser: Browser, every: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(write_report(with_code(every)).as_uri())
    link = tab.get_by_role("link", name="code of jax-scan", exact=True)
    code = tab.locator(str(link.get_attribute("href")))
    assert not code.is_visible()
    link.click()
    code.wait_for(state="visible", timeout=5000)
    context.close()
