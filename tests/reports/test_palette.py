"""What the palette promises: one look for a framework, in every run and for all eyes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backends.registry import BUILT_IN
from reports.figures.palette import GREY, HUES, OTHER_HUES, Look, hue, look
from reports.findings.findings import Findings, findings
from runfiles.load import load_run

WriteRun = Callable[..., Path]
DICHROMATS = {  # Machado, Oliveira and Fernandes 2009, severity 1, on linear light
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def linear(colour: str) -> Any:
    """Red, green and blue of sRGB in proportion to light."""
    given = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(given <= 0.04045, given / 12.92, ((given + 0.055) / 1.055) ** 2.4)


def oklab(light: Any) -> Any:
    """Coordinates in which equal distances look about equally far apart (Ottosson 2020)."""
    cones = np.array([[0.4122214708, 0.5363325363, 0.0514459929],
                      [0.2119034982, 0.6806995451, 0.1073969566],
                      [0.0883024619, 0.2817188376, 0.6299787005]]) @ light  # fmt: skip
    return np.array([[0.2104542553, 0.7936177850, -0.0040720468],
                     [1.9779984951, -2.4285922050, 0.4505937099],
                     [0.0259040371, 0.7827717662, -0.8086757660]]) @ np.cbrt(cones)  # fmt: skip


def looks_of(found: Findings) -> list[Look]:
    """The look of every arm, in their order."""
    return [look(arm) for arm in found.arms]


def test_hue_is_the_framework_fill_the_derivative_and_shape_the_execution(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (
        bench("eager", 1e-3, "torch 2.13.0"),
        bench("eager again", 1e-3, "torch 2.13.0", null_of=0, backend="eager"),
        bench("by hand", 1e-3, "torch 2.13.0", differentiation="hand-written"),
        bench("step", 1e-3, "torch 2.14.0", execution="compiled step"),
        bench("epoch", 1e-3, "jax 0.10", execution="compiled epoch"),
    )
    looks = looks_of(findings(load_run(write_run(arms=arms, n_blocks=1))))
    torch, jax = HUES["torch"], HUES["jax"]
    assert [look.colour for look in looks] == [torch, GREY, torch, torch, jax]
    assert [look.shape for look in looks] == [
        *("disc", "disc", "disc open", "square", "triangle"),
    ]


def test_an_arm_looks_the_same_beside_whatever_other_arms(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = tuple(bench(name, 1e-3, name) for name in ("mine", "torch", "yours", "jax"))
    all_four = looks_of(findings(load_run(write_run(name="a", arms=arms, n_blocks=1))))
    reverse = looks_of(findings(load_run(write_run(name="b", arms=arms[::-1], n_blocks=1))))
    assert all_four == reverse[::-1]
    assert hue("mine") == all_four[0].colour  # known to no table, and still its own
    assert hue("mine") not in HUES.values()


def test_every_framework_of_the_suite_has_its_own_hue() -> None:
    frameworks = {entry.framework for entry in BUILT_IN} - {None}
    assert frameworks <= set(HUES)
    assert len({*HUES.values(), *OTHER_HUES}) == len(HUES) + len(OTHER_HUES)


@pytest.mark.parametrize("colour", [*HUES.values(), *OTHER_HUES, GREY])
def test_a_colour_is_three_to_one_against_white_and_against_the_dark(colour: str) -> None:
    luminance = linear(colour) @ [0.2126, 0.7152, 0.0722]
    for other in ("#ffffff", "#fbfaf7", "#14171c", "#0d1117"):
        behind = linear(other) @ [0.2126, 0.7152, 0.0722]
        low, high = sorted((luminance + 0.05, behind + 0.05))
        assert high / low >= 3


@pytest.mark.parametrize("eyes", [None, *DICHROMATS])
def test_the_five_frameworks_seen_most_are_told_apart_by_all_eyes(eyes: str | None) -> None:
    matrix = np.array(DICHROMATS[eyes]) if eyes else np.eye(3)
    five = [np.clip(matrix @ linear(colour), 0, 1) for colour in list(HUES.values())[:5]]
    apart = [float(np.linalg.norm(oklab(a) - oklab(b))) for a, b in combinations(five, 2)]
    assert min(apart) >= 0.075  # twice as far as colours that are told apart side by side
