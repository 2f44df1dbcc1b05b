"""Verdicts on how a page holds together when it is narrow or its text is enlarged."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from accessibility.checker.measured import Box, Dialog, Finding, Page, Setting

CLOSE: Final = 44.0
OVERLAP: Final = 3.0
LEADING: Final = 0.35
"""The share of a line's height that is empty above and below its glyphs."""
CORNER: Final = 0.34
"""A corner of a dialog is its outer third."""


def reflow(page: Page, _setting: Setting) -> Iterator[Finding]:
    """WCAG 1.4.10: nobody scrolls sideways."""
    if page.scrolled > 0:
        yield Finding(
            criterion="WCAG 1.4.10", path=", ".join(page.outside) or "html",
            seen=f"{page.scrolled:g} px wider than the window", needed="no sideways scroll",
        )  # fmt: skip


def clipping(page: Page, setting: Setting) -> Iterator[Finding]:
    """WCAG 1.4.4 and 1.4.12: enlarged or spaced text is not cut off."""
    criterion = "WCAG 1.4.12" if setting.spaced else "WCAG 1.4.4"
    for cut in page.cuts:
        yield Finding(
            criterion=criterion, path=cut.path, seen="text is cut off", needed="all of it", text=cut.text
        )
    for text in page.texts:
        if text.cut and all(cut.path != text.path for cut in page.cuts):
            yield Finding(
                criterion=criterion,
                path=text.path,
                seen="text is cut off",
                needed="all of it",
                text=text.text[:40],
            )


def overlaps(page: Page, _setting: Setting) -> Iterator[Finding]:
    """WCAG 1.4.4: no line of text lies over another's."""
    standing = [each for each in page.texts if not each.floats]
    for one, other in combinations(standing, 2):
        if _near(one.box, other.box) and any(_lie_over(a, b) for a in one.lines for b in other.lines):
            yield Finding(
                criterion="overlap", path=other.path, seen=f"lies over 「{one.text[:20]}」", needed="apart",
                text=other.text[:40],
            )  # fmt: skip


def _near(one: Box, other: Box) -> bool:
    return one[1] < other[1] + other[3] and other[1] < one[1] + one[3]


def _lie_over(one: Box, other: Box) -> bool:
    """Tell whether two lines of text overlap; the space between lines does not count."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return across > OVERLAP and down > LEADING * min(one[3], other[3])


def dialogs(page: Page, _setting: Setting) -> Iterator[Finding]:
    """APP 2.4: a pop-up closes at its top left, top right or bottom centre, by 44 × 44 px or more."""
    for dialog in page.dialogs:
        places = [each for each in dialog.closes if _well_placed(dialog, each.box)]
        if not places:
            yield Finding(
                criterion="APP 2.4", path=dialog.path, seen="no way to close it where one looks for it",
                needed="top left, top right or bottom centre",
            )  # fmt: skip
        elif all(min(each.box[2], each.box[3]) < CLOSE for each in places):
            first = places[0].box
            yield Finding(
                criterion="APP 2.4",
                path=dialog.path,
                seen=f"{first[2]:g} × {first[3]:g} px",
                needed="≥ 44 × 44 px",
            )


def _well_placed(dialog: Dialog, box: tuple[float, float, float, float]) -> bool:
    left, top, wide, high = dialog.box
    x, y = (box[0] + box[2] / 2 - left) / wide, (box[1] + box[3] / 2 - top) / high
    at_top = y <= CORNER and (x <= CORNER or x >= 1 - CORNER)
    return at_top or (y >= 1 - CORNER and CORNER <= x <= 1 - CORNER)
