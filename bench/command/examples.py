"""Examples: what ``--help`` of each command ends with, to be typed as it stands."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

# By command, each line with what it does; RUN, OTHER, OLD and NEW stand for names under results/
EXAMPLES = {
    "autograd-bench": {
        "autograd-bench list": "what can run here",
        "autograd-bench run --quick": "six essential backends in a few minutes, and the page",
        "autograd-bench run --problem my_loss.py --data my_data.npz": "your own function",
    },
    "list": {
        "autograd-bench list": "what is found, and how to install the rest",
        "autograd-bench list --json": "the same, an object a line",
    },
    "check": {
        "autograd-bench check": "every backend on every device in every dtype",
        "autograd-bench check --backend numpy,jax --device cpu": "two of them, on the CPU",
        "autograd-bench check --problem linreg,mlp --batch-size 20": "two problems",
        "autograd-bench check --problem my_loss.py --data my_data.npz": "your own function",
    },
    "run": {
        "autograd-bench run --quick": "six essential backends, three blocks: a first look",
        "autograd-bench run --backend numpy,torch,jax": "these alone, ten blocks",
        "autograd-bench run --batch-size 1,10,100": "three sizes, and where one overtakes another",
        "autograd-bench run --problem my_loss.py --data my_data.npz": "your own function",
        "autograd-bench run --device cuda --dtype float32,float64": "on a GPU, in two dtypes",
        "autograd-bench run --pair torch@.venv-old,torch@.venv-new --gate": "two versions",
        "autograd-bench run --resume RUN": "what was interrupted goes on",
        "autograd-bench run --thorough --fleet tcp://HEAD:8786": "on the machines of a cluster",
    },
    "report": {
        "autograd-bench report RUN": "the page again",
        "autograd-bench report RUN --figures figures": "and every figure as SVG, PNG and PDF",
        "autograd-bench report RUN OTHER": "one plan on two machines, side by side",
    },
    "compare": {
        "autograd-bench compare OLD NEW": "two runs on one machine",
        "autograd-bench compare OLD NEW --markdown comment.md": "for a pull request",
    },
}


def examples_text(name: str) -> str:
    """The examples of the command ``name``, each below what it does."""
    lines = (f"  # {what}\n  {line}\n" for line, what in EXAMPLES[name].items())
    return f"Examples:\n{''.join(lines)}"


class Command(TyperCommand):
    """A command whose help ends with its examples."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        super().format_help(ctx, formatter)
        formatter.write(examples_text(str(self.name)))


class Group(TyperGroup):
    """The command above all others, likewise."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        super().format_help(ctx, formatter)
        formatter.write(examples_text(str(self.name)))
