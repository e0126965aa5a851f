"""The site: its pages are the repository's own Markdown, linked as they are on GitHub.

``.ci/docs`` builds it. Sphinx reads the root of the repository, so that a page lies in the site
where it lies in the clone, and every link to a page, a file or a figure is right in both.
"""

from __future__ import annotations

import inspect
import re
import shutil
from operator import itemgetter
from pathlib import Path
from pydoc import locate

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

# Names of types that say more than what they are made of; docs/reference.md explains them
ALIASES = ("Array", "Arrays", "Batch", "Params", "Sizes", "Count", "Size", "Seed", "Rate", "Once")
ALIASES += ("Seconds", "Number", "Numbers", "Nested", "Rounds", "Name", "Title", "RawName")

project = "autograd-bench"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
root_doc = "docs/README"
include_patterns = ["*.md", "docs/*.md", "docs/gallery/README.md"]
exclude_patterns = [".*", "results", "site", "tests"]  # not worth a walk
myst_heading_anchors = 3  # those of GitHub
highlight_language = "none"  # where a page names none: commands

nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120  # seconds a cell

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True  # as they are written
autodoc_type_aliases = {name: name for name in ALIASES}
add_module_names = False

html_theme = "furo"
html_title = project
html_copy_source = False
html_show_copyright = False

ENTRY = '<!doctype html><meta http-equiv="refresh" content="0; url=docs/README.html">\n'


def navigate(app: Sphinx, page: str, source: list[str]) -> None:
    """Make of the first page's links the navigation, a caption a heading, in their order."""
    if page == root_doc:
        for heading, text in re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", source[0], re.MULTILINE):
            links = re.findall(r"\[([^]]+)\]\(([^)#:]+)\.md\)", text)
            pages = "\n".join(f"{title} <{page}>" for title, page in links)
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {heading}\n\n{pages}\n```\n"


def open_reports(app: Sphinx, document: nodes.document) -> None:
    """Make of a link to a report's page one that opens it, beside the files that it links."""
    for node in list(document.findall(addnodes.download_reference)):
        if node["reftarget"].endswith(".html"):
            node.replace_self(nodes.reference("", "", *node.children, refuri=node["reftarget"]))


def no_signature(app: Sphinx, what: str, *_: object) -> tuple[str, str] | None:
    """Of a class: its fields are listed below it, each with its text."""
    return ("", "") if what in ("class", "exception") else None


def comment(code: str, field: str) -> str:
    """What the ``code`` of a class says above and beside a field; nothing where it is silent."""
    line = rf"(?:^    # (.+)\n)?^    {field}: [^#\n]*?(?:  # (.+))?$"
    found = re.search(line, code, re.MULTILINE)
    text = " ".join(filter(None, found.groups())) if found else ""
    text = re.sub(r"type: ignore\S*(?:  # )?", "", text)
    return re.sub(r"(?<=\w)_(?!\w)|\*", r"\\\g<0>", text)  # what would be markup


def read_comments(app: Sphinx) -> None:
    """Make of each field's comment its text: Sphinx reads docstrings, and the code has comments."""
    for name in re.findall("automodule:: (.+)", Path("docs/reference.md").read_text()):
        module = ModuleAnalyzer.for_module(name)
        module.analyze()
        for owner, field in filter(itemgetter(0), module.annotations):  # no globals
            text = comment(inspect.getsource(locate(f"{name}.{owner}")), field)
            module.attr_docs.setdefault((owner, field), [text, ""])


def finish(app: Sphinx, error: Exception | None) -> None:
    """Add what is no page: the reports of the gallery as they lie, and the way in."""
    if error is None:
        site = Path(app.outdir)
        gallery = shutil.ignore_patterns("README.md")
        shutil.copytree("docs/gallery", site / "docs/gallery", ignore=gallery, dirs_exist_ok=True)
        (site / "index.html").write_text(ENTRY)


def setup(app: Sphinx) -> None:
    """Connect the functions above."""
    app.connect("builder-inited", read_comments)
    app.connect("source-read", navigate)
    app.connect("doctree-read", open_reports, priority=0)  # before downloads are collected
    app.connect("autodoc-process-signature", no_signature)
    app.connect("build-finished", finish)
