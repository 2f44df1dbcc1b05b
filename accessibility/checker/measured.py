"""What was measured of a page, as values; sizes are CSS pixels."""

from typing import Literal

import msgspec

Ui = Literal["standard", "elder"]
Box = tuple[float, float, float, float]
"""Left, top, width and height on the page."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A value that a measuring script sends."""


class Text(Measured, frozen=True, kw_only=True):
    """An element with words of its own.

    `lead` is line height over size, `glyphs` what fits on a line, `lines` where its own words stand; `layers`
    are the background colours from the text outwards, `picture` says that one of them is an image; `floats`
    that it stays in the window while the page scrolls.
    """

    path: str
    tag: str
    text: str
    box: Box
    lines: list[Box]
    size: float
    weight: float
    family: str
    lead: float
    inline: bool
    floats: bool
    color: str
    disabled: bool
    layers: list[str]
    picture: bool
    opacity: float
    glyphs: int
    wraps: bool
    cut: bool


class Target(Measured, frozen=True, kw_only=True):
    """Something to tap: `wide` and `high` are what a finger hits, `fixed` that it stays in the window."""

    path: str
    text: str
    box: Box
    wide: float
    high: float
    reached: bool
    inline: bool
    main: bool
    fixed: bool
    disabled: bool
    kind: str


class Named(Measured, frozen=True, kw_only=True):
    """A place on the page and what it says."""

    path: str
    text: str


class Gap(Measured, frozen=True, kw_only=True):
    """Two paragraphs: the space between them, and the height of a line."""

    path: str
    gap: float
    line: float


class Link(Measured, frozen=True, kw_only=True):
    """A link within a sentence: whether anything but colour marks it."""

    path: str
    text: str
    marked: bool
    coloured: bool


class Close(Measured, frozen=True, kw_only=True):
    """A control that closes a dialog."""

    text: str
    box: Box


class Dialog(Measured, frozen=True, kw_only=True):
    """An open dialog and its ways out."""

    path: str
    box: Box
    closes: list[Close]


class Captcha(Measured, frozen=True, kw_only=True):
    """A picture to be deciphered, and whether there is another way."""

    path: str
    other: bool


class Help(Measured, frozen=True, kw_only=True):
    """A telephone link: how far it stands from the window's bottom and left."""

    path: str
    text: str
    fromBottom: float  # noqa: N815 - the script's name
    left: float
    fixed: bool


class Watched(Measured, frozen=True, kw_only=True):
    """What a page's scripts asked for."""

    fingers: list[str]
    timers: list[str]


class Page(Measured, frozen=True, kw_only=True):
    """One page at one width and text size."""

    url: str
    title: str
    lang: str
    ui: str
    width: float
    scrolled: float
    outside: list[str]
    texts: list[Text]
    cuts: list[Named]
    paragraphs: list[Gap]
    links: list[Link]
    dots: list[Named]
    muted: list[str]
    dialogs: list[Dialog]
    captchas: list[Captcha]
    frames: list[str]
    help: list[Help]
    headings: int
    mains: int
    refresh: str
    moving: list[str]
    entry: list[str]
    said: str
    watched: Watched
    zoomable: bool
    targets: list[Target] = []


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One violation: the criterion, where, what was seen and what is needed, in the reader's words."""

    criterion: str
    path: str
    seen: str
    needed: str
    text: str = ""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """How a page was looked at: `scale` is the host's enlargement of text, `spaced` WCAG 1.4.12's spacing.

    `entry` says that the page has to lead to 长辈版 (the home page and the settings); `staff` that it is the
    console, whose readers work at a desk; `dark` that their device asks for dark pages.
    """

    ui: Ui = "standard"
    width: int = 375
    scale: float = 1.0
    spaced: bool = False
    entry: bool = False
    staff: bool = False
    dark: bool = False

    @property
    def elder(self) -> bool:
        """Tell whether the elder interface is meant."""
        return self.ui == "elder" and not self.staff
