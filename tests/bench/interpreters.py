"""Interpreters of their own: small environments made of links to what is installed here."""

from __future__ import annotations

import importlib.util
import sys
import venv
from pathlib import Path

import numpy as np

# What a process of a run imports besides the suite and its framework
NEEDED = (
    *("pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments"),
    *("pytest_benchmark", "cpuinfo", "threadpoolctl"),
)


def environment(folder: Path, label: str) -> Path:
    """A virtual environment with what an arm needs, its NumPy's version marked with ``label``."""
    site = bare_environment(folder)
    for name in NEEDED:
        place = place_of(name)
        (site / place.name).symlink_to(place)
    plant_numpy(site, label)
    return folder


def bare_environment(folder: Path) -> Path:
    """The site-packages of a new virtual environment in ``folder``, without anything."""
    venv.create(folder, symlinks=True)
    major, minor = sys.version_info[:2]
    return folder / "lib" / f"python{major}.{minor}" / "site-packages"


def like_this_one(folder: Path) -> Path:
    """The site-packages of a new environment, which finds after it what is installed here."""
    site = bare_environment(folder)
    here = [path for path in sys.path if Path(path).name == "site-packages"]
    (site / "installed-here.pth").write_text("\n".join(here))
    return site


def plant_numpy(site: Path, label: str) -> None:
    """NumPy as it is installed here, but for the version it gives: this one's, marked."""
    real, folder = place_of("numpy"), site / "numpy"
    folder.mkdir()
    for part in real.iterdir():
        if part.name not in ("version.py", "__pycache__"):
            (folder / part.name).symlink_to(part)
    text = (real / "version.py").read_text()
    (folder / "version.py").write_text(text.replace(np.__version__, marked(label)))


def marked(label: str) -> str:
    """The version of a NumPy planted with ``label``."""
    return f"{np.__version__}+{label}"


def place_of(name: str) -> Path:
    """The folder of a package that is installed here, or the file of a module."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin)
    return file.parent if file.name == "__init__.py" else file
