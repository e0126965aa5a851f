"""The links of a site that lead nowhere: ``python -m tests.dead_links FOLDER``.

A link within the site is one without a scheme. Its file must be there, and the part of the page
that it names.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LINKS = {"href", "src", "xlink:href"}


class Page(HTMLParser):
    """What a page links, and the names of its parts."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note every attribute that links or names."""
        for key, value in attrs:
            if value and key in LINKS:
                self.links.append(value)
            if value and key == "id":
                self.names.add(value)


read = cache(Page)


def is_dead(link: str, page: Path) -> bool:
    """Whether ``link``, as ``page`` has it, leads to no file or to no part of one."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return False
    target = page.parent / unquote(parts.path) if parts.path else page
    target = target / "index.html" if target.is_dir() else target
    part = unquote(parts.fragment)
    is_page = target.suffix == ".html"
    return not target.is_file() or (bool(part) and is_page and part not in read(target).names)


def dead_links(site: Path) -> Iterator[tuple[Path, str]]:
    """Each page of ``site`` with each of its links that leads nowhere."""
    for page in sorted(site.rglob("*.html")):
        for link in read(page).links:
            if is_dead(link, page):
                yield page.relative_to(site), link


def main(site: Path) -> int:
    """The exit code: 1 where a link is dead, or where there is no page."""
    found = list(dead_links(site))
    for page, link in found:
        print(f"{page}: {link} leads nowhere")
    n_pages = len(list(site.rglob("*.html")))
    print(f"{n_pages} pages, {len(found)} dead links")
    return int(bool(found) or not n_pages)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
