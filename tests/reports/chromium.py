"""Chromium: the system's own, which the browser tests and README's pictures are made with.

``python -m tests.reports.chromium PAGE`` takes the first screen of a page, light and dark, as
pictures beside it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
SCREEN = (1280, 800)
PICTURES = {"light": "page.png", "dark": "page-dark.png"}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window, which asks nobody for anything."""
    from playwright.sync_api import sync_playwright  # an extra of the tests

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def take(page: Path) -> None:
    """Write the pictures of ``page`` beside it."""
    width, height = SCREEN
    with chromium() as browser:
        for scheme, name in PICTURES.items():
            tab = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            tab.goto(page.resolve().as_uri())
            tab.screenshot(path=page.with_name(name))


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("no chromium found; README's pictures of a page are taken with it: install it.")
    take(Path(sys.argv[1]))
