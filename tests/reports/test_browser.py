"""What a browser makes of the page: no request, no complaint, no sideways scroll."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reports.files import write_report
from tests.reports.field import field

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WriteRun = Callable[..., Path]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("AUTOGRAD_BENCH_BROWSER"):
            pytest.fail("this environment promised a browser, and there is no chromium")
        pytest.skip("no chromium found; install it to run the browser tests")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


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
    scroll_width = tab.evaluate("document.documentElement.scrollWidth")
    context.close()
    return scroll_width, messages, requests


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_of_40_arms_opens_quietly(
    tmp_path: Path, browser: Browser, width: int, scheme: str
) -> None:
    page = write_report(field(tmp_path / "field", n_more=13, n_blocks=2).write())
    assert seen(browser, page, width, scheme) == (width, [], [page.as_uri()])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1600])
def test_the_page_opens_quietly_at_any_width(
    write_run: WriteRun, bench: Callable[..., Any], browser: Browser, width: int, scheme: str
) -> None:
    long = "<b>a-name-without-end-" * 12
    arms = (
        bench("base"),
        bench(long, framework=long),
        bench("x" * 300, 2e-3),
        bench("bad" + long, status="wrong", reason="y" * 500, failed_check="z" * 200),
    )
    page = write_report(write_run(arms=arms, n_blocks=2))
    assert seen(browser, page, width, scheme) == (width, [], [page.as_uri()])
