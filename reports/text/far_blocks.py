"""Far blocks in words: which they are, how far, and what the ratio is without them."""

from __future__ import annotations

from reports.findings.far_blocks import FarBlocks
from reports.findings.findings import Findings
from reports.text.names import visible
from reports.text.numbers import plain, shown_ratio

MOST_NAMED = 3  # arms, and blocks of one; cells.json has all


def far_blocks_text(findings: Findings) -> str | None:
    """Every arm with a block far from its others, the first few by name; None without any."""
    found = findings.far_blocks
    if not found:
        return None
    told = "; ".join(_told(one) for one in found[:MOST_NAMED])
    more = f"; {len(found) - MOST_NAMED} more in cells.json" if len(found) > MOST_NAMED else ""
    return f"Far from the others: {told}{more}.{_of_baseline(findings, found)}"


def _of_baseline(findings: Findings, found: tuple[FarBlocks, ...]) -> str:
    """Which blocks are far in every arm, since what all ratios share is the baseline."""
    compared = [cell for cell in findings.ranked() if cell.ratio and not cell.is_baseline]
    shared = sorted(set.intersection(*(set(one.blocks) for one in found)))
    if len(found) < len(compared) or len(found) < 2 or not shared:
        return ""
    blocks = ", ".join(map(str, shared[:MOST_NAMED]))
    return f" In block {blocks} that is so of every arm: there the baseline was far."


def _told(one: FarBlocks) -> str:
    name, plural = visible(one.arm.name, 40), len(one.blocks) > 1
    blocks = ", ".join(map(str, one.blocks[:MOST_NAMED]))
    times = ", ".join(plain(factor, 2) for factor in one.times[:MOST_NAMED])
    more = f" and {len(one.blocks) - MOST_NAMED} more" if len(one.blocks) > MOST_NAMED else ""
    shown, without = shown_ratio(one.ratio), shown_ratio(one.without)
    return (
        f"block{'s' if plural else ''} {blocks}{more} of {name} {'are' if plural else 'is'} "
        f"{times} times the median of its others, its ratio {shown.text}{shown.aside} and without "
        f"{'them' if plural else 'it'} {without.text}{without.aside}"
    )
