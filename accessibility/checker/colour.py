"""Contrast of colours (WCAG 2.2, relative luminance)."""

import re
from collections.abc import Sequence
from typing import Final

Rgba = tuple[float, float, float, float]
WHITE: Final[Rgba] = (255.0, 255.0, 255.0, 1.0)
_NUMBERS: Final = re.compile(r"[\d.]+(?:e-?\d+)?")


def parsed(colour: str) -> Rgba:
    """Read what `getComputedStyle` says of a colour: `rgb(…)`, `rgba(…)` or `color(srgb …)`."""
    numbers = [float(each) for each in _NUMBERS.findall(colour)]
    red, green, blue = (each * 255 for each in numbers[:3]) if "srgb" in colour else numbers[:3]
    return (red, green, blue, numbers[3] if len(numbers) > 3 else 1.0)  # noqa: PLR2004 - the alpha comes fourth


def over(top: Rgba, below: Rgba) -> Rgba:
    """Lay a translucent colour over an opaque one."""
    alpha = top[3]
    red, green, blue = (alpha * a + (1 - alpha) * b for a, b in zip(top[:3], below[:3], strict=True))
    return (red, green, blue, 1.0)


def ground_of(layers: Sequence[str], base: Rgba = WHITE) -> Rgba:
    """Blend background colours, given from the text outwards, down to an opaque one."""
    ground = base
    for layer in reversed(layers):
        ground = over(parsed(layer), ground)
    return ground


def luminance(colour: Rgba) -> float:
    """Return the relative luminance, 0 for black to 1 for white."""

    def linear(channel: float) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the standard's figures

    red, green, blue = (linear(each) for each in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgba, other: Rgba) -> float:
    """Return the contrast ratio of two opaque colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
