"""Runs by themselves: begun in a folder, measured without the command."""

from __future__ import annotations

from pathlib import Path

from bench.runner.run_folder import claimed, write_files
from bench.runner.runner import Runner
from problems.problem import Problem
from runfiles.records import Interpreters, Plan


def begin(folder: Path, plan: Plan, problem: Problem) -> None:
    """Make ``folder``, new or empty, with the plan and the problem."""
    with claimed(folder):
        write_files(folder, plan, problem, Interpreters())


def measure(runner: Runner) -> None:
    """Start what is missing of a run by itself, block by block."""
    runner.clear_leftovers()
    for block in range(len(runner.plan.blocks)):
        runner.run_whole_block(block)


class WithoutCeilings(Runner):
    """One that leaves out what the machine can do at best, which takes seconds a block."""

    def measure_ceilings(self, block: int) -> None:
        pass
