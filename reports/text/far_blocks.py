"""Far blocks in words: which they are, how far, and what the ratio is without them."""

from __future__ import annotations

from reports.findings.far_blocks import FarBlocks
from reports.findings.findings import Findings
from reports.text.numbers import digits, plain, shown_ratio
from reports.text.sentence import Sentence, few

MOST_NAMED = 3  # arms, and blocks of one; cells.json has all


def far_blocks_text(findings: Findings) -> Sentence | None:
    """Every arm with a block far from its others, the first few by name; None without any."""
    told, shared = [*map(_told, findings.far_blocks)], [*map(digits, findings.far_in_all)]
    of_all = " In block {} that is so of every arm: there the baseline was far."
    return Sentence(
        "Far from the others: {}.{}",
        few(told, MOST_NAMED, "; {} more in cells.json"),
        Sentence(of_all, few(shared, MOST_NAMED, "", ", ")) if shared else "",
    ) if told else None  # fmt: skip


def _told(one: FarBlocks) -> Sentence:
    several = len(one.blocks) > 1
    ratio, without = shown_ratio(one.ratio), shown_ratio(one.without)
    blocks = few([*map(digits, one.blocks)], MOST_NAMED, " and {} more", ", ")
    times = few([plain(factor, 2) for factor in one.times], MOST_NAMED, "", ", ")
    return Sentence(
        "block{} {} of {} {} {} times the median of its others, its ratio {}{} and without {} {}{}",
        *("s" if several else "", blocks, one.arm, "are" if several else "is", times),
        *(ratio, ratio.aside, "them" if several else "it", without, without.aside),
    )
