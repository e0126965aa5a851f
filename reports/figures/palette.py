"""The palette: one colour an arm, the same in every figure, told apart by the colour-blind."""

from __future__ import annotations

from reports.ratios import Summary

# Okabe and Ito's set and its neighbours, all mid-tones: 3 to 1 against white and near-black.
COLOURS = (
    "#0b84c4",  # blue
    "#d9700a",  # orange
    "#0a9a73",  # green
    "#c2569b",  # purple
    "#d3483e",  # red
    "#9a8a12",  # olive
    "#7a6fd0",  # violet
    "#3a97a8",  # teal
    "#a5714a",  # brown
    "#d4608a",  # pink
)
BASELINE = "#808894"
PARTS = {
    "data_iter": "#3a97a8",
    "gradient": "#d9700a",
    "update": "#7a6fd0",
    "rest": "#808894",
}


def arm_colours(summary: Summary) -> tuple[str, ...]:
    """The colour of every arm: grey for a baseline and what repeats it."""
    found: list[str] = []
    used = 0
    for arm in summary.arms:
        if arm.is_null or summary.is_baseline(arm.arm.index):
            found.append(BASELINE)
        else:
            found.append(COLOURS[used % len(COLOURS)])
            used += 1
    return tuple(found)
