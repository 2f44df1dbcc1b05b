"""Verdicts on what is tapped: how large it really is, and what lies between."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from accessibility.checker.measured import Box, Finding, Page, Setting, Target

MAIN: Final = 76.0
ELDER: Final = 60.0
USUAL: Final = 44.0
STAFF: Final = 24.0
DEAD: Final = 8.0
NEAR: Final = 1.5
"""Hit-testing steps by whole pixels from a centre that may lie between two."""


def needed_size(target: Target, setting: Setting) -> float:
    """Return how large a target has to be: ours 76 px for the elder's main actions, APP's 60 and 44.

    At a desk with a pointer WCAG's 24 px hold; links within a sentence are as high as their line.
    """
    if target.inline:
        return 0.0
    if setting.staff:
        return STAFF
    if setting.elder:
        return MAIN if target.main else ELDER
    return USUAL


def sizes(page: Page, setting: Setting) -> Iterator[Finding]:
    """APP 2.1, WCAG 2.5.5 and 2.5.8: the area a finger hits, found by hit-testing."""
    for target in page.targets:
        needed = needed_size(target, setting)
        if target.disabled or not needed:
            continue
        if min(target.wide, target.high) < needed - NEAR or not target.reached:
            yield Finding(
                criterion="APP 2.1", path=target.path, seen=f"{target.wide:g} × {target.high:g} px",
                needed=f"≥ {needed:g} × {needed:g} px", text=target.text,
            )  # fmt: skip


def gaps(page: Page, setting: Setting) -> Iterator[Finding]:
    """Ours: in the elder interface at least 8 px between two targets where a tap does nothing."""
    if not setting.elder:
        return
    free = [each for each in page.targets if not each.inline and not each.disabled]
    for one, other in combinations(free, 2):
        if one.fixed != other.fixed:
            continue
        apart = distance(one.box, other.box)
        if 0 <= apart < DEAD - NEAR:
            yield Finding(
                criterion="gap", path=other.path, seen=f"{apart:.1f} px from 「{one.text[:20]}」",
                needed=f"≥ {DEAD:g} px", text=other.text,
            )  # fmt: skip


def distance(one: Box, other: Box) -> float:
    """Return how far two boxes are apart, in px; below 0 where one lies within the other."""
    across = max(one[0] - (other[0] + other[2]), other[0] - (one[0] + one[2]))
    down = max(one[1] - (other[1] + other[3]), other[1] - (one[1] + one[3]))
    if across < 0 and down < 0:
        return -1.0
    return max(across, down, 0.0)
