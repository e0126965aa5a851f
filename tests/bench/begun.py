"""Runs that were begun and not measured yet."""

from __future__ import annotations

from pathlib import Path

from backends.problem import Problem
from bench.runner.run_folder import claimed, write_files
from runfiles.records import Interpreters, Plan


def begin(folder: Path, plan: Plan, problem: Problem) -> None:
    """Make ``folder``, new or empty, with the plan and the problem."""
    with claimed(folder):
        write_files(folder, plan, problem, Interpreters())
