"""What a machine is to the engines: GPU, versions, compilers, variables, the threads they start.

``python -m tests.gpu.machine --device cuda``
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from bench import machine

PROGRAMS = ("gcc", "g++", "clang", "nvcc", "ptxas")
PREFIXES = ("CUDA", "CUPY", "JAX", "NVIDIA", "TORCH", "TRITON", "XLA", "LD_LIBRARY_PATH")
FRAMEWORKS = "torch,jax"  # whose threads are looked at


def told() -> Iterator[str]:
    """A line for each thing that can be known without a framework."""
    yield f"python {platform.python_version()}, {platform.platform()}"
    yield f"{machine.n_cpus()} of {os.cpu_count()} CPUs: {machine.cpu_name()}"
    yield from (f"{name} {version}" for name, version in machine.versions().items())
    yield from map(program, PROGRAMS)
    header = Path(sysconfig.get_paths()["include"], "Python.h")
    yield f"Python.h: {header if header.exists() else f'not at {header}'}"
    yield from (f"{k}={v}" for k, v in sorted(os.environ.items()) if k.startswith(PREFIXES))


def program(name: str) -> str:
    """The program's own account of its version, or that it is not there."""
    found = shutil.which(name)
    if found is None:
        return f"{name}: not found"
    done = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines() or ["it says no version"]
    return f"{name}: {lines[-1] if name in ('nvcc', 'ptxas') else lines[0]}"


def run(*words: str) -> int:
    """The exit code of a program that prints by itself; 4 where it is not there."""
    try:
        return subprocess.run(words, check=False).returncode
    except OSError as error:
        print(error)
        return 4


def main() -> int:
    """Print it all; 4 where a part of it was not to be had."""
    parser = argparse.ArgumentParser(prog="python -m tests.gpu.machine")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--backend", default=FRAMEWORKS)
    asked = parser.parse_args()
    codes = [run("nvidia-smi")] if asked.device == "cuda" else []
    print("\n".join(told()), flush=True)
    codes += [
        run(sys.executable, "-m", "tests.gpu.threads", backend, asked.device)
        for backend in asked.backend.split(",")
    ]
    return 4 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
