"""All verdicts on a page, in the order of the criteria."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from accessibility.checker import layout, structure, targets, text
from accessibility.checker.measured import Finding, Page, Setting

Verdict = Callable[[Page, Setting], Iterator[Finding]]

VERDICTS: Final[Sequence[Verdict]] = (
    text.sizes, text.leads, text.contrasts, text.widths,
    structure.colour_alone, structure.captchas,
    targets.sizes, targets.gaps,
    structure.fingers, structure.by_itself, layout.dialogs, structure.entry, structure.readers,
    structure.selling,
    layout.reflow, layout.clipping, layout.overlaps, structure.bones, structure.help_there, structure.words,
)  # fmt: skip
SAME: Final = 2.0


def judged(page: Page, setting: Setting) -> list[Finding]:
    """Return every violation of a page, each once."""
    found = (finding for verdict in VERDICTS for finding in verdict(page, setting))
    return list(dict.fromkeys(found))


def help_moves(places: Mapping[str, tuple[float, float]]) -> list[tuple[str, Finding]]:
    """WCAG 3.2.6 over pages: name those (by address) whose help stands elsewhere than on most."""
    if not places:
        return []
    rounded = [(round(left / SAME), round(low / SAME)) for left, low in places.values()]
    usual = max(set(rounded), key=rounded.count)
    return [
        (url, Finding(
            criterion="WCAG 3.2.6", path="footer", seen=f"help at {left:g} px, {low:g} px from the bottom",
            needed=f"at {usual[0] * SAME:g} px, {usual[1] * SAME:g} px as elsewhere",
        ))
        for url, (left, low) in places.items()
        if abs(round(left / SAME) - usual[0]) > 1 or abs(round(low / SAME) - usual[1]) > 1
    ]  # fmt: skip
