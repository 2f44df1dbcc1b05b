"""How pages look to one reader: standard or elder, how large the type, how strong the contrast.

A browser keeps its choice in three cookies, so that a visitor has one too; a resident's account keeps it
besides, and hands it to the browser at sign-in.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from litestar.datastructures import Cookie

UiStyle = Literal["standard", "elder"]
Contrast = Literal["normal", "high"]

UI_COOKIE: Final = "lc_ui"
SCALE_COOKIE: Final = "lc_scale"
CONTRAST_COOKIE: Final = "lc_contrast"
KEPT_SECONDS: Final = 31_536_000
UI_STYLES: Final[tuple[UiStyle, UiStyle]] = ("standard", "elder")
CONTRASTS: Final[tuple[Contrast, Contrast]] = ("normal", "high")
SCALES: Final = (100, 110, 125, 140, 150, 175, 200)
"""Per cent of the style's own type that the stylesheet knows; elder type is 24 px, so 125 is 30 px."""


LOOK_PARAMETERS: Final = ("uiStyle", "textScale", "contrast")
"""What a host app may put into an address; the scale as a factor, 1.0-2.0, as in the preferences."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A reader's choice; `scale` is one of SCALES, in per cent."""

    ui: UiStyle = "standard"
    scale: int = 100
    contrast: Contrast = "normal"

    def cookies(self) -> list[Cookie]:
        """Make the cookies that keep the choice for a year."""
        kept = ((UI_COOKIE, self.ui), (SCALE_COOKIE, str(self.scale)), (CONTRAST_COOKIE, self.contrast))
        return [
            Cookie(key=key, value=value, path="/", samesite="lax", max_age=KEPT_SECONDS)
            for key, value in kept
        ]


def nearest_scale(factor: float) -> int:
    """Return the step of SCALES nearest to a factor of 1.0-2.0."""
    return min(SCALES, key=lambda step: abs(step - factor * 100))


def look_of(*, ui: str | None, scale: str | None, contrast: str | None) -> Look:
    """Read a choice from what a browser sent; what is unknown counts as not chosen."""
    known = {str(step): step for step in SCALES}
    return Look(
        ui="elder" if ui == "elder" else "standard",
        scale=known.get(scale or "", SCALES[0]),
        contrast="high" if contrast == "high" else "normal",
    )


def asked_look(kept: Look, query: Mapping[str, str]) -> Look:
    """Return the look with what an address asks for put in its place; what is unknown changes nothing."""
    style, factor, contrast = (query.get(name) for name in LOOK_PARAMETERS)
    return look_of(
        ui=style if style in UI_STYLES else kept.ui,
        scale=str(_scale_asked(factor) or kept.scale),
        contrast=contrast if contrast in CONTRASTS else kept.contrast,
    )


def _scale_asked(factor: str | None) -> int | None:
    try:
        asked = float(factor or "")
    except ValueError:
        return None
    return nearest_scale(asked) if 1 <= asked <= SCALES[-1] / 100 else None


def look_in(cookies: Mapping[str, str]) -> Look:
    """Read the choice a browser keeps."""
    return look_of(
        ui=cookies.get(UI_COOKIE), scale=cookies.get(SCALE_COOKIE), contrast=cookies.get(CONTRAST_COOKIE)
    )
