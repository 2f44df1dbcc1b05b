"""How pages look and how fast they speak, to be chosen by anybody; a resident's account keeps it too."""

from typing import Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.looks import Contrast, Look, UiStyle, look_in
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.people import service
from scenes.common.people.service import DEFAULT_PREFERENCES, Preferences

PAGE = "/preferences"

Size = Literal["100", "110", "125", "140", "150", "175", "200"]
Rate = Literal["0.75", "1", "1.25"]

SIZES: tuple[tuple[Size, str], ...] = (
    ("100", "正常"), ("125", "大一点"), ("150", "大"), ("175", "很大"), ("200", "最大"),
)  # fmt: skip
RATES: tuple[tuple[Rate, str], ...] = (("0.75", "慢一点"), ("1", "正常"), ("1.25", "快一点"))


class Pick(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be chosen."""

    value: str
    label: str
    chosen: bool


class LooksView(msgspec.Struct, frozen=True, kw_only=True):
    """The choices; `rates` only for those whose account keeps them."""

    styles: list[Pick]
    sizes: list[Pick]
    contrasts: list[Pick]
    rates: list[Pick]
    saved: bool


class LooksForm(PageForm, frozen=True, kw_only=True):
    """What was chosen; the size in per cent."""

    ui_style: UiStyle = "standard"
    text_scale: Size = "100"
    contrast: Contrast = "normal"
    speech_rate: Rate = "1"

    def look(self) -> Look:
        """Say it as pages know it."""
        return Look(ui=self.ui_style, scale=int(self.text_scale), contrast=self.contrast)

    def preferences(self) -> Preferences:
        """Say it as the account keeps it."""
        return Preferences(
            ui_style=self.ui_style,
            text_scale=int(self.text_scale) / 100,
            contrast=self.contrast,
            speech_rate=float(self.speech_rate),
        )


@get(PAGE, include_in_schema=False)
async def show_looks(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    reading: NamedDependency[AsyncSession],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show what this browser has, to be changed; it is the page itself that shows the effect."""
    kept = DEFAULT_PREFERENCES
    if isinstance(caller, Resident):
        kept = await service.preferences_of(reading, caller.subject_id)
    view = _view(
        look_in(request.cookies),
        rate=kept.speech_rate if isinstance(caller, Resident) else None,
        saved="saved" in request.query_params,
    )
    return render("people/looks.html", view, title="字和颜色")


@post(PAGE, include_in_schema=False)
async def keep_looks(
    data: URLEncodedBody[LooksForm],
    caller: NamedDependency[Caller],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Keep what was chosen on this browser, and with the account of who is signed in."""
    if isinstance(caller, Resident):
        await service.set_preferences(session, caller.subject_id, preferences=data.preferences(), now=clock())
    return see_other(f"{PAGE}?saved=1", data.look().cookies())


def _view(look: Look, *, rate: float | None, saved: bool) -> LooksView:
    styles: tuple[tuple[str, str], ...] = (("standard", "标准版"), ("elder", "长辈版:字大,按钮大"))
    contrasts: tuple[tuple[str, str], ...] = (("normal", "正常"), ("high", "黑白分明,看得更清楚"))
    sizes: tuple[tuple[str, str], ...] = SIZES
    if str(look.scale) not in dict(sizes):
        sizes = (*sizes, (str(look.scale), f"{look.scale}%"))
    return LooksView(
        styles=_picks(styles, look.ui),
        sizes=_picks(sizes, str(look.scale)),
        contrasts=_picks(contrasts, look.contrast),
        rates=_picks(RATES, f"{rate:g}") if rate is not None else [],
        saved=saved,
    )


def _picks(offered: tuple[tuple[str, str], ...], chosen: str) -> list[Pick]:
    return [Pick(value=value, label=label, chosen=value == chosen) for value, label in offered]


LOOK_PAGES = [show_looks, keep_looks]
