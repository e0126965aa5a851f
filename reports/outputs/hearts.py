"""Hearts: of files of code, the statements that names in some of them lead to."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

IMPORT = ast.Import | ast.ImportFrom
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
LINE = re.compile(r"\r\n|\r|\n")  # as Python counts them
UNREAD = (SyntaxError, ValueError, RecursionError, MemoryError)  # of text that is no Python here
NOT_FOLLOWED = ("annotation", "returns")  # fields of a node that only say what is expected
Names = frozenset[str]  # also ``module.name`` of what is used of a module


@dataclass(frozen=True)
class Heart:
    """What matters of a file, and the modules that it takes something from."""

    text: str
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """A statement of a file with the comments above it."""

    node: ast.stmt
    text: str

    @cached_property
    def binds(self) -> Names:
        """The names that it gives to the file, imported ones left out."""
        if isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return frozenset({self.node.name})
        inside = ast.walk(self.node)
        stored = (one for one in inside if isinstance(one, ast.Name))
        return frozenset(one.id for one in stored if isinstance(one.ctx, ast.Store))

    @cached_property
    def uses(self) -> Names:
        """The names that it needs; of a backend's record those of its ``prepare``."""
        return frozenset(_used(_prepare(self.node) or self.node))


@dataclass(frozen=True)
class Module:
    """A file of code: its statements without the imports, and what it imports."""

    statements: tuple[Statement, ...]
    imported: Mapping[str, tuple[str, str]]  # name here -> module, name there

    def at(self, name: str) -> Iterator[int]:
        """The places of the statements that bind ``name``."""
        return (i for i, one in enumerate(self.statements) if name in one.binds)

    def text(self, places: Iterable[int]) -> str:
        """The statements at ``places`` in the file's order, after what it says of itself."""
        first = self.statements[0].node if self.statements else None
        lead = [0] if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) else []
        return "\n\n".join(self.statements[place].text for place in sorted({*lead, *places}))


def module_of(text: str) -> Module | None:
    """The file that says ``text``; None where that is no Python of today."""
    try:
        with warnings.catch_warnings(action="ignore"):
            nodes = ast.parse(text).body
    except UNREAD:
        return None
    statements = zip(nodes, _texts(text, nodes), strict=True)
    return Module(
        tuple(Statement(*one) for one in statements if not isinstance(one[0], IMPORT)),
        dict(pair for node in nodes if isinstance(node, ast.ImportFrom) for pair in _given(node)),
    )


def hearts_of(texts: Mapping[str, str], roots: Mapping[str, Names]) -> dict[str, Heart]:
    """By module, what of ``texts`` the names ``roots`` of some modules lead to, in their order.

    The whole text of a module in which none of its names is found.
    """
    modules = {name: one for name, text in texts.items() if (one := module_of(text))}
    found = reached(modules, ((name, one) for name, ones in roots.items() for one in ones))
    return {
        name: Heart(modules[name].text(found[name]), _beside(modules, found, name))
        if name in found
        else Heart(text)
        for name, text in texts.items()
        if name in found or name in roots
    }


def _beside(
    modules: Mapping[str, Module], found: Mapping[str, frozenset[int]], module: str
) -> tuple[str, ...]:
    """The other modules that the statements found in ``module`` use something of."""
    statements = (modules[module].statements[place] for place in found[module])
    homes = {_followed(modules, module, name)[0] for one in statements for name in one.uses}
    return tuple(name for name in modules if name in homes & found.keys() - {module})


def reached(
    modules: Mapping[str, Module], roots: Iterable[tuple[str, str]]
) -> dict[str, frozenset[int]]:
    """By module, the places of all statements that ``roots``, names in modules, lead to."""
    found: dict[str, set[int]] = {}
    waiting = list(roots)
    while waiting:
        name, wanted = _followed(modules, *waiting.pop())
        if name not in modules:
            continue
        places = found.setdefault(name, set())
        new = set(modules[name].at(wanted)) - places
        places |= new
        statements = modules[name].statements
        waiting += [(name, used) for place in new for used in statements[place].uses]
    return {name: frozenset(places) for name, places in found.items() if places}


def _followed(modules: Mapping[str, Module], module: str, name: str) -> tuple[str, str]:
    """Where ``name``, as it is used in ``module``, is of its own: in a file beside, or there."""
    imported = modules[module].imported if module in modules else {}
    first, _, rest = name.partition(".")
    if first not in imported:
        return module, first
    home, there = imported[first]
    return (f"{home}.{there}", rest) if rest and f"{home}.{there}" in modules else (home, there)


def _texts(text: str, nodes: list[ast.stmt]) -> Iterator[str]:
    """What each statement says, with the comments above it."""
    lines, last = LINE.split(text), 0
    for node in nodes:
        end = node.end_lineno or node.lineno
        yield "\n".join(lines[min(last, node.lineno - 1) : end]).strip("\n")
        last = end


def _given(node: ast.ImportFrom) -> Iterator[tuple[str, tuple[str, str]]]:
    for alias in node.names:
        yield alias.asname or alias.name, (node.module or "", alias.name)


def _prepare(node: ast.stmt) -> ast.expr | None:
    """What a backend's record has as its ``prepare``, the sixth of its members."""
    call = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if not isinstance(call, ast.Call):
        return None
    made = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
    if made != "Backend":
        return None
    members = [part for one in call.args for part in _unpacked(one)]
    named = (one.value for one in call.keywords if one.arg == "prepare")
    return members[5] if len(members) > 5 else next(named, None)


def _unpacked(node: ast.expr) -> list[ast.expr]:
    inside = node.value if isinstance(node, ast.Starred) else None
    return inside.elts if isinstance(inside, ast.Tuple) else [node]


def _used(node: ast.AST) -> Iterator[str]:
    """The names in ``node``, those left out that a function around them has as an argument."""
    waiting: list[tuple[ast.AST, Names]] = [(node, frozenset())]
    while waiting:
        one, own = waiting.pop()
        if isinstance(one, FUNCTION):
            own |= {part.arg for part in ast.walk(one.args) if isinstance(part, ast.arg)}
        if isinstance(one, ast.Name) and one.id not in own:
            yield one.id
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            yield from [] if one.value.id in own else [f"{one.value.id}.{one.attr}"]
        waiting += [(part, own) for part in _parts(one)]


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """What ``node`` consists of, but for what only says what is expected."""
    for field, value in ast.iter_fields(node):
        if field not in NOT_FOLLOWED:
            parts = value if isinstance(value, list) else [value]
            yield from (part for part in parts if isinstance(part, ast.AST))
