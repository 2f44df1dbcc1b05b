"""Contrast of text that lies on a picture or a gradient: measured on a screenshot of what is behind it."""

import io
from collections.abc import Iterator
from typing import Final

from PIL import Image

from accessibility.checker.colour import contrast, over, parsed
from accessibility.checker.measured import Finding, Page, Setting, Text
from accessibility.checker.text import needed_contrast

WORST_SHARE: Final = 20
"""The twentieth part of the ground that is worst for the text counts, so that one odd pixel does not."""


def on_pictures(page: Page) -> list[Text]:
    """List the texts whose ground is a picture."""
    return [each for each in page.texts if each.picture and not each.disabled]


def judged_on_pictures(page: Page, setting: Setting, bare: bytes) -> Iterator[Finding]:
    """Judge texts on a full screenshot (PNG) taken with all text made invisible."""
    with Image.open(io.BytesIO(bare)) as opened:
        shot = opened.convert("RGB")
    for text in on_pictures(page):
        seen, needed = worst(text, shot), needed_contrast(text, setting)
        if seen < needed:
            yield Finding(
                criterion="APP 1.3", path=text.path, seen=f"{seen:.2f}:1 on a picture",
                needed=f"≥ {needed:g}:1",
                text=text.text[:40],
            )  # fmt: skip


def worst(text: Text, shot: Image.Image) -> float:
    """Return the contrast of a text to the worst twentieth of what is behind it."""
    left, top, wide, high = text.box
    area = shot.crop(
        (int(left), int(top), max(int(left + wide), int(left) + 1), max(int(top + high), int(top) + 1))
    )
    area.thumbnail((64, 64), Image.Resampling.NEAREST)
    raw = area.tobytes()
    ink = parsed(text.color)
    seen: list[float] = []
    for at in range(0, len(raw), 3):
        ground = (float(raw[at]), float(raw[at + 1]), float(raw[at + 2]), 1.0)
        seen.append(contrast(over(ink, ground), ground))
    seen.sort()
    return seen[len(seen) // WORST_SHARE]
