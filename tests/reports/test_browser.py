"""What a browser makes of the page: no request, no complaint, everything within reach."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reports.findings.findings import findings
from reports.findings.side_by_side import side_by_side
from reports.outputs.side_by_side_files import write_side_by_side
from runfiles.load import load_run
from tests.nightly import nightly, one_by_day
from tests.reports.chromium import CHROMIUM, chromium
from tests.reports.conftest import LESSON, Writer
from tests.reports.machined import on_machines
from tests.reports.many_arms import many_arms
from tests.reports.moved import moved
from tests.reports.reported import write_report
from tests.reports.test_traced import cases

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WriteRun = Callable[..., Path]
STORED = Path(__file__).parents[1] / "data" / "run-version-1-sizes"
SCHEMES = ("light", "dark")
PAPER = 703  # pixels between the margins of a sheet of A4
HOSTILE = "<script>document.title='x'</script>\"'><b onclick=x> \u202e\u05d0 \x1b[31m 😀"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("AUTOGRAD_BENCH_BROWSER"):
            pytest.fail("this environment promised a browser, and there is no chromium")
        pytest.skip("no chromium found; install it to run the browser tests")
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run with 40 arms."""
    return write_report(many_arms(tmp_path_factory.mktemp("many") / "run", 13, n_blocks=2).write())


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run that the command measured, at two sizes."""
    folder = tmp_path_factory.mktemp("stored") / "run"
    shutil.copytree(STORED, folder)
    return write_report(folder)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of one plan on four machines, an arm wrong on one of them."""
    home = tmp_path_factory.mktemp("machines")
    wrong = tuple(replace(arm, status="wrong") if arm.name == "numpy" else arm for arm in LESSON)
    names = (*(f"Intel(R) Xeon(R) Platinum 825{i}CL CPU @ 2.50GHz" for i in range(3)), 3 * HOSTILE)
    facts = [{"cpu": name, "cpus": 2**i} for i, name in enumerate(names)]
    run = Writer(home / "run", wrong, n_blocks=2, phases=("epoch",)).write()
    runs = [Writer(home / ".run", n_blocks=3, phases=("epoch",)).write(), run, run, run]
    folders = [moved(one, home / f"machine-{i}", facts[i], {2: 1.0 + i})
               for i, one in enumerate(runs)]  # fmt: skip
    found = side_by_side(tuple(findings(load_run(folder)) for folder in folders))
    return write_side_by_side(found, home / "report")


@pytest.fixture
def hostile(write_run: WriteRun, bench: Callable[..., Any]) -> Path:
    """The page of a run whose every name is an attack or too long."""
    arms = (
        bench("base" + HOSTILE, framework=HOSTILE),
        bench(HOSTILE * 12, framework=HOSTILE * 12, dtype="float64"),
        bench("x" * 300, 2e-3, execution=HOSTILE),
        bench("bad" + HOSTILE, status="wrong", reason="y" * 500, failed_check="z" * 200),
    )
    return write_report(write_run(arms=arms, n_blocks=2))


@pytest.fixture
def tab(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page in a context of its own."""
    contexts = []

    def opened(page: Path, width: int = 1280, **options: Any) -> Page:
        contexts.append(
            browser.new_context(viewport={"width": width, "height": 900}, **options),
        )
        found = contexts[-1].new_page()
        found.goto(page.as_uri())
        return found

    yield opened
    for context in contexts:
        context.close()


def seen(browser: Browser, page: Path, width: int, scheme: Any) -> tuple[int, list[str], list[str]]:
    """(scroll width, messages, requests) of ``page`` in a window of ``width`` pixels."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    messages: list[str] = []
    requests: list[str] = []
    tab.on("console", lambda message: messages.append(message.text))
    tab.on("pageerror", lambda error: messages.append(str(error)))
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(page.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    scroll_width = tab.evaluate("document.documentElement.scrollWidth")
    context.close()
    return scroll_width, messages, requests


def rows(page: Page) -> list[str]:
    """The names of the arms that the ranking shows, in its order."""
    shown = page.locator("#ranking-table tbody tr:visible")
    return shown.locator("th > bdi, th > .ref").all_inner_texts()


def head(page: Page, name: str) -> Any:
    return page.locator("#ranking-table thead th").filter(has_text=re.compile(f"^{name}"))


def times(page: Page) -> dict[str, str]:
    """The first number of every row shown, by its arm."""
    cells = page.locator("#ranking-table tbody tr:visible .times").all_inner_texts()
    return dict(zip(rows(page), (text.split("\n")[0] for text in cells), strict=True))


@pytest.mark.parametrize("scheme", one_by_day(SCHEMES))
@pytest.mark.parametrize("width", one_by_day([360, 1600]))
def test_a_page_of_40_arms_opens_quietly(
    many: Path, browser: Browser, width: int, scheme: str
) -> None:
    assert seen(browser, many, width, scheme) == (width, [], [many.as_uri()])


@pytest.mark.parametrize("scheme", one_by_day(SCHEMES))
@pytest.mark.parametrize("width", one_by_day([360, 1600]))
def test_the_page_of_a_real_run_of_two_sizes_opens_quietly(
    stored: Path, browser: Browser, width: int, scheme: str
) -> None:
    assert seen(browser, stored, width, scheme) == (width, [], [stored.as_uri()])


@pytest.mark.parametrize("scheme", one_by_day(SCHEMES))
@pytest.mark.parametrize("width", one_by_day([360, 1280]))
def test_the_page_of_several_machines_opens_quietly(
    machines: Path, browser: Browser, width: int, scheme: str
) -> None:
    assert seen(browser, machines, width, scheme) == (width, [], [machines.as_uri()])


@pytest.mark.parametrize("width", one_by_day([360, 800, 1600]))
def test_the_page_opens_quietly_whatever_arms_are_called(
    hostile: Path, browser: Browser, width: int
) -> None:
    assert seen(browser, hostile, width, "light") == (width, [], [hostile.as_uri()])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("which", one_by_day(["stored", "machines", "many", "hostile"]))
def test_axe_finds_nothing_serious(
    request: pytest.FixtureRequest, tab: Callable[..., Page], which: str, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = tab(request.getfixturevalue(which), color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = axe.Axe().run(page).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in grave] == []


def test_hostile_names_run_nothing(hostile: Path, tab: Callable[..., Page]) -> None:
    page = tab(hostile)
    assert page.title().endswith("autograd-bench")
    assert page.locator("script").count() == 1
    assert page.locator("[onclick]").count() == 0


def test_no_other_script_can_run(many: Path, tab: Callable[..., Page]) -> None:
    page = tab(many)
    page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.ran = 1';
            document.body.append(script);
            document.body.setAttribute('onclick', 'window.ran = 2');
            document.body.click();
        }"""
    )
    assert page.evaluate("window.ran") is None


def test_a_click_sorts_by_the_full_value_and_the_next_the_other_way(
    many: Path, tab: Callable[..., Page]
) -> None:
    page = tab(many)
    ranked = rows(page)
    assert head(page, "time\\b").get_attribute("aria-sort") == "ascending"
    head(page, "time\\b").get_by_role("button").click()
    assert head(page, "time\\b").get_attribute("aria-sort") == "descending"
    timed = [name for name in ranked if not name.startswith("tinygrad")]
    assert rows(page)[: len(timed)] == timed[::-1]
    assert rows(page)[0] == "jax-eager"  # 257 ms, though 999 µs have more of their unit
    assert {name.partition("@")[0] for name in rows(page)[len(timed) :]} == {"tinygrad"}


@nightly
def test_names_are_sorted_as_text_and_only_one_column_says_so(
    many: Path, tab: Callable[..., Page]
) -> None:
    page = tab(many)
    head(page, "engine").get_by_role("button").click()
    engines = page.locator("#ranking-table tbody tr").evaluate_all(
        "all => all.filter(r => !r.hasAttribute('data-untimed')).map(r => r.dataset.framework)"
    )
    assert engines == sorted(engines)
    assert page.locator("#ranking-table [aria-sort]").count() == 1


def test_the_keyboard_alone_sorts(many: Path, tab: Callable[..., Page]) -> None:
    page = tab(many)
    button = head(page, "ratio").get_by_role("button")
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    assert head(page, "ratio").get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Space")
    assert head(page, "ratio").get_attribute("aria-sort") == "descending"
    assert rows(page)[0] == "jax-eager"


def test_filters_narrow_the_rows_and_say_how_many_are_left(
    many: Path, tab: Callable[..., Page]
) -> None:
    page = tab(many)
    everything = rows(page)
    page.get_by_label("derivative").select_option("hand-written")
    page.get_by_label("dtype").select_option("float64")
    assert rows(page) == ["numba float64"]
    assert page.get_by_role("status").inner_text() == f"1 of {len(everything)} arms shown"
    page.get_by_role("button", name="Reset").click()
    assert rows(page) == everything
    assert page.get_by_role("status").inner_text().startswith(f"{len(everything)} of ")


@nightly
def test_the_keyboard_alone_filters(many: Path, tab: Callable[..., Page]) -> None:
    page = tab(many)
    page.get_by_label("execution").focus()
    page.keyboard.type("eager")
    shown = page.locator("#ranking-table tbody tr:visible")
    assert set(shown.evaluate_all("all => all.map(r => r.dataset.execution)")) == {"eager"}
    page.get_by_role("button", name="Reset").press("Enter")
    assert shown.count() > 30


@nightly
def test_there_is_no_filter_for_what_all_arms_share(many: Path, tab: Callable[..., Page]) -> None:
    labels = tab(many).locator("#filters label").all_inner_texts()
    words = [text.split("\n")[0].strip() for text in labels]
    assert words == ["search", "engine", "derivative", "execution", "dtype"]


def test_an_arm_that_is_pressed_is_what_the_others_are_set_against(
    many: Path, tab: Callable[..., Page]
) -> None:
    page = tab(many)
    before = times(page)
    assert (before["casadi-codegen float64"], before["torch-lesson (null)"]) == ("1.00", "")
    page.get_by_role("button", name="jax-eager", exact=True).press("Enter")
    assert head(page, "times").inner_text().startswith("times jax-eager")
    after = times(page)
    assert after["jax-eager"] == "1.00"
    assert 0.02 < float(after["torch"]) < 0.08
    assert page.url.endswith("#by=jax-eager")
    page.get_by_role("button", name="jax-eager", exact=True).click()
    assert times(page) == before


def test_of_several_machines_order_and_ratios_are_over_all_of_them(
    write_run: WriteRun,
    bench: Callable[..., Any],
    browser: Browser,
    tab: Callable[..., Page],
) -> None:
    """Machine 1, whose times are shown, has the one as the quicker, the two together the other."""
    seconds = {"base": 1e-2, "null": 1e-2, "here": 4e-3, "elsewhere": 5e-3}
    arms = [bench(name, each, null_of=0 if name == "null" else None)
            for name, each in seconds.items()]  # fmt: skip
    folder = write_run(arms=tuple(arms), n_blocks=6, between=0.001, drift=0.0)
    shifts = [[0.0] * 4, [1.0, 1.0, 1.9, 1.0]]
    path = write_report(on_machines(folder, (0, 0, 0, 1, 1, 1), shifts))
    page = tab(path)
    assert rows(page)[:2] == ["elsewhere", "here"]
    assert page.locator("#ranking-table [aria-sort]").count() == 0
    page.get_by_role("button", name="here", exact=True).click()
    # 1.25 times on the one, 5 ÷ 4 e^-0.9 = 0.51 on the other
    assert float(times(page)["elsewhere"]) == pytest.approx(0.797, abs=0.01)
    head(page, "time on machine 1").get_by_role("button").click()
    assert rows(page)[:2] == ["here", "elsewhere"]
    page.get_by_role("button", name="Reset").click()
    assert rows(page)[:2] == ["elsewhere", "here"]
    for scheme in SCHEMES:
        assert seen(browser, path, 360, scheme) == (360, [], [path.as_uri()])


def test_the_address_holds_the_whole_state(many: Path, tab: Callable[..., Page]) -> None:
    page = tab(many)
    page.get_by_role("button", name="numpy", exact=True).click()
    page.get_by_label("search").fill("torch manual")
    page.get_by_label("dtype").select_option("float32")
    head(page, "ratio").get_by_role("button").click()
    head(page, "ratio").get_by_role("button").click()
    again = tab(many)
    again.goto(page.url)
    assert "#" in page.url
    for seen in (page, again):
        assert rows(seen) == ["torch-manual", "torch-manual@.venv-nightly"]
    assert times(again) == times(page)
    assert head(again, "ratio").get_attribute("aria-sort") == "descending"


@nightly
def test_an_address_of_nonsense_shows_the_page_as_it_is(
    many: Path, tab: Callable[..., Page]
) -> None:
    page, odd = tab(many), tab(many)
    odd.goto(f"{many.as_uri()}#by=nobody&sort=99&order=up&dtype=int8")
    assert times(odd) == times(page)


@nightly
def test_figures_hide_what_the_search_hides(many: Path, tab: Callable[..., Page]) -> None:
    page = tab(many)
    page.get_by_label("search").fill("numba float64")
    marks = page.locator("#figure-spread [data-arm]")
    seen = "all => [...new Set(all.filter(one => getComputedStyle(one).visibility === 'visible')"
    assert marks.evaluate_all(f"{seen}.map(one => one.dataset.arm))]") == ["numba float64"]


@pytest.mark.parametrize("has_clipboard", one_by_day([True, False]))
def test_the_rows_shown_are_copied(
    many: Path, tab: Callable[..., Page], has_clipboard: bool
) -> None:
    page = tab(many, permissions=["clipboard-read", "clipboard-write"])
    if not has_clipboard:
        page.evaluate("Object.defineProperty(navigator.clipboard, 'writeText', { value: null })")
    page.get_by_label("search").fill("numba float64")
    page.get_by_role("button", name="Copy as Markdown").click()
    page.get_by_role("status").get_by_text("copied").wait_for()
    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[0].startswith("| arm | times the fastest | time | engine |")
    assert set(lines[1]) <= set("|-: ")
    assert re.match(r"\| numba float64 \| .*\d .*\| 1\d.* µs .*\| compiled epoch \|", lines[2])
    page.get_by_role("button", name="Copy as CSV").click()
    page.get_by_role("status").get_by_text("copied").wait_for()
    found = list(csv.DictReader(io.StringIO(page.evaluate("navigator.clipboard.readText()"))))
    (row,) = found
    values = [float(row[f"time, seconds{end}"]) for end in (" low", "", " high")]
    assert values == sorted(values)
    assert 1e-5 < values[1] < 2e-5


@nightly
def test_what_is_copied_runs_nothing_elsewhere(hostile: Path, tab: Callable[..., Page]) -> None:
    page = tab(hostile, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy as Markdown").click()
    page.get_by_role("status").get_by_text("copied").wait_for()
    assert "<" not in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("width", one_by_day([360, 1280]))
def test_the_head_of_the_table_stays_in_sight(
    many: Path, tab: Callable[..., Page], width: int
) -> None:
    page = tab(many, width=width)
    scrolled = """one => { one.scrollTop = 400;
        return one.querySelector('thead th').getBoundingClientRect().top
             - one.getBoundingClientRect().top }"""
    assert abs(page.locator(".tall:has(#ranking-table)").evaluate(scrolled)) < 2


def test_a_word_of_ours_is_explained_by_mouse_keyboard_and_touch(
    many: Path, tab: Callable[..., Page]
) -> None:
    tip = "#term-baseline"
    page = tab(many)
    assert not page.locator(tip).is_visible()
    word = page.locator(".term", has_text="baseline").first
    word.hover()
    assert page.locator(tip).is_visible()
    page.locator(tip).hover()  # it can be pointed at
    page.wait_for_timeout(400)
    assert page.locator(tip).is_visible()
    page.mouse.move(0, 0)
    page.locator(tip).wait_for(state="hidden")
    word.focus()
    assert page.locator(tip).is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(tip).is_visible()
    for scripted in (True, False):
        touched = tab(many, width=360, has_touch=True, java_script_enabled=scripted)
        touched.locator(".term", has_text="baseline").first.tap()
        assert touched.locator(tip).is_visible()


def test_the_first_screen_answers(many: Path, tab: Callable[..., Page]) -> None:
    for width, least in ((1280, 800), (360, 1600)):  # of a phone two screens
        page = tab(many, width=width)
        bottom = "one => one.getBoundingClientRect().bottom"
        assert page.locator(".answers").evaluate(bottom) < least
    assert tab(many).locator("#ranking-table tbody tr").first.evaluate(bottom) < 900


@nightly
def test_the_map_stands_before_the_table_and_leads_to_every_case(
    tmp_path: Path, tab: Callable[..., Page]
) -> None:
    page = tab(write_report(cases(tmp_path / "run")))
    tops = [page.locator(f"#{name}-table").bounding_box() for name in ("map", "ranking")]
    assert tops[0]
    assert tops[1]
    assert tops[0]["y"] < tops[1]["y"]
    row = page.locator("#map-table tbody tr", has=page.get_by_text("fast", exact=True))
    assert "unsupported" in row.inner_text()
    assert "unusable" in row.inner_text()
    links = page.locator("#map-table thead a").evaluate_all("all => all.map(one => one.href)")
    assert len(links) == 4
    assert links[0].endswith("#ranking")
    assert links[2].endswith("cases/02-softmax/report/index.html#sizes")


def test_the_map_of_machines_stands_on_a_phones_second_screen_and_its_heads_lead_on(
    machines: Path, tab: Callable[..., Page]
) -> None:
    page = tab(machines, width=360)
    box = page.locator("#map-table").bounding_box()
    assert box
    assert box["y"] < 1800
    assert "wrong" in page.locator("#map-table tbody").inner_text()
    wide = page.locator("#map-table thead th").evaluate_all(
        "all => all.map(one => one.offsetWidth)"
    )
    assert max(wide[1:]) < 200  # two columns of numbers beside the arms' names
    assert not page.locator(".ranking").first.is_visible()  # folded
    page.get_by_text("Every arm's time and its ratio").first.click()
    assert page.locator(".ranking").first.is_visible()
    page.locator("#map-table thead a").nth(2).click()
    assert page.url.endswith("machine-3/index.html#ranking")
    assert page.locator("#ranking-table").is_visible()


def test_without_script_everything_is_shown_and_no_control(
    many: Path, tab: Callable[..., Page]
) -> None:
    scripted, plain = tab(many), tab(many, java_script_enabled=False)
    assert rows(plain) == rows(scripted)
    assert plain.locator("#ranking-table button").count() == 0
    assert not plain.locator("#filters").is_visible()
    figures = plain.locator("figure svg")
    assert figures.count() >= 7
    assert all(one.is_visible() for one in figures.all())


def test_paper_shows_no_control_and_hides_nothing(many: Path, tab: Callable[..., Page]) -> None:
    page = tab(many, color_scheme="dark")
    page.emulate_media(media="print")
    assert not any(one.is_visible() for one in page.locator("select, nav").all())
    assert not page.get_by_role("button", name="Reset").is_visible()
    heights = page.locator("details > :not(summary)").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) >= 5
    assert min(heights) > 10
    ink = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ink == "rgb(255, 255, 255)"


@nightly
def test_paper_cuts_nothing_off(many: Path, tab: Callable[..., Page]) -> None:
    page = tab(many, width=PAPER)
    page.emulate_media(media="print")
    edges = page.locator("table, svg").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().right)"
    )
    assert max(edges) <= PAPER


@nightly
def test_dark_and_light_differ_and_figures_follow(many: Path, tab: Callable[..., Page]) -> None:
    colours = [
        tab(many, color_scheme=scheme).evaluate(
            """() => [getComputedStyle(document.body).backgroundColor,
                      getComputedStyle(document.querySelector('figure svg')).color]"""
        )
        for scheme in SCHEMES
    ]
    assert colours[0][0] != colours[1][0]
    assert colours[0][1] != colours[1][1]
