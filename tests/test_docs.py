"""The example in docs/adding-a-backend.md is run as it stands there."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.bench.test_cli import ROOT, command


def test_the_example_backend_of_the_docs_passes_every_check(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "adding-a-backend.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "my_engine.py").write_text(code)
    words = ("check", "--backend", "my_engine:MyEngine", "--device", "cpu", "--json")
    done = command(*words, PYTHONPATH=f"{tmp_path}:{ROOT}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [(row["dtype"], row["status"]) for row in rows] == [("float32", "ok"), ("float64", "ok")]
