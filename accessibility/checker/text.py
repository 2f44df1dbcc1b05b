"""Verdicts on text: its size, its face, its lines, its contrast."""

import re
from collections.abc import Iterator
from typing import Final

from accessibility.checker.colour import contrast, ground_of, over, parsed
from accessibility.checker.measured import Finding, Page, Setting, Text

ELDER_SIZE: Final = 18.0
LEAST_LEAD: Final = 1.3
PARAGRAPHS: Final = 1.3
MOST_GLYPHS: Final = 40
ELDER_CONTRAST: Final = 7.0
CONTRAST: Final = 4.5
LARGE_CONTRAST: Final = 3.0
LARGE: Final = 24.0
LARGE_BOLD: Final = 18.66
BOLD: Final = 700
FAINT: Final = 0.01
_GENERIC: Final = re.compile(
    r"(?<!sans-)\bserif\b|cursive|fantasy|SimSun|Songti|STSong|宋体|楷体|KaiTi", re.IGNORECASE
)


def sizes(page: Page, setting: Setting) -> Iterator[Finding]:
    """APP 1.1: at least 18 px in the elder interface; nowhere a serif face there."""
    if not setting.elder:
        return
    for text in page.texts:
        if text.size < ELDER_SIZE - FAINT:
            yield _about(text, "APP 1.1", f"{text.size:g} px", f"≥ {ELDER_SIZE:g} px")
        first = text.family.split(",", 1)[0]
        if _GENERIC.search(first) or ("sans-serif" not in text.family and _GENERIC.search(text.family)):
            yield _about(text, "APP 1.1", first, "sans-serif")


def leads(page: Page, _setting: Setting) -> Iterator[Finding]:
    """APP 1.2: lines at least 1.3 apart, paragraphs at least 1.3 times that, from line to line."""
    for text in page.texts:
        if text.wraps and text.lead < LEAST_LEAD - FAINT and text.tag not in {"input", "select"}:
            yield _about(text, "APP 1.2", f"line height {text.lead:g}", f"≥ {LEAST_LEAD}")
    for pair in page.paragraphs:
        if pair.gap + pair.line < PARAGRAPHS * pair.line - 0.5:
            yield Finding(
                criterion="APP 1.2", path=pair.path, seen=f"{pair.gap:g} px between paragraphs",
                needed=f"≥ {(PARAGRAPHS - 1) * pair.line:.1f} px",
            )  # fmt: skip


def widths(page: Page, setting: Setting) -> Iterator[Finding]:
    """WCAG 1.4.8: a line of running text holds at most 40 Chinese glyphs."""
    for text in page.texts:
        if text.wraps and text.glyphs > MOST_GLYPHS and len(text.text) > MOST_GLYPHS and not setting.staff:
            yield _about(text, "WCAG 1.4.8", f"{text.glyphs} glyphs a line", f"≤ {MOST_GLYPHS}")


def needed_contrast(text: Text, setting: Setting) -> float:
    """Return the contrast a text needs: ours 7 for elders, else WCAG's 4.5, or 3 where it is large."""
    if setting.elder:
        return ELDER_CONTRAST
    large = text.size >= LARGE * setting.scale or (
        text.size >= LARGE_BOLD * setting.scale and text.weight >= BOLD
    )
    return LARGE_CONTRAST if large else CONTRAST


def contrasts(page: Page, setting: Setting) -> Iterator[Finding]:
    """APP 1.3, WCAG 1.4.3 and 1.4.6: text against the colours behind it.

    What lies on a picture is measured on a screenshot instead (`pictures.py`).
    """
    for text in page.texts:
        if text.picture or text.disabled:
            continue
        ground = ground_of(text.layers)
        red, green, blue, alpha = parsed(text.color)
        seen = contrast(over((red, green, blue, alpha * text.opacity), ground), ground)
        needed = needed_contrast(text, setting)
        if seen < needed - FAINT:
            yield _about(text, "APP 1.3", f"{seen:.2f}:1", f"≥ {needed:g}:1")


def _about(text: Text, criterion: str, seen: str, needed: str) -> Finding:
    return Finding(criterion=criterion, path=text.path, seen=seen, needed=needed, text=text.text[:40])
