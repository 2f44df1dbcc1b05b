"""Statistics as a page: pictures that need no colour, and the table that says the same."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.routes_stats import Day, PlaceId
from scenes.common.booking.rules_stats import checked_span
from scenes.common.booking.service_stats import DayFigures, Figures, figures_of
from scenes.common.booking.wire_stats import HEAD, Counts, cells_of
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.pages import PageRender
from scenes.common.kit.refusals import Invalid
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.pages_view import SCENES

HIGH: Final = 120
WIDE: Final = 640
LABELS: Final = 8
MOST_LINES: Final = 300


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A bar of a picture, in the picture's units."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    words: str
    label: str


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """Percents by day."""

    title: str
    says: str
    bars: list[Bar]


class StatsPage(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of some days."""

    since: str
    until: str
    place: str
    places: list[tuple[str, str]]
    tiles: list[tuple[str, str]]
    pictures: list[Picture]
    head: list[str]
    rows: list[list[str]]
    more: int
    csv: str
    problem: str


def _said(value: object, unit: str = "") -> str:
    return "–" if value is None else f"{value}{unit}"


def _tiles(total: Counts) -> list[tuple[str, str]]:
    return [
        ("已约 / 总号", f"{total.taken} / {total.capacity}"),
        ("用去", _said(total.used_percent, "%")),
        ("没来", _said(total.no_show_percent, "%")),
        ("约定到办完", _said(total.minutes_to_done, " 分")),
        ("60 岁以上", _said(total.elders_percent, "%")),
        ("付款没成", _said(total.failed_payments)),
    ]


def _picture(title: str, days: Sequence[tuple[date, int | None]]) -> Picture:
    step = max(1, WIDE // max(1, len(days)))
    every = -(-len(days) // LABELS)
    bars = [
        Bar(
            x=at * step + 2, y=HIGH - (value or 0) * HIGH // 100, width=max(2, step - 6),
            height=(value or 0) * HIGH // 100, middle=at * step + step // 2,
            words=_said(value, "%") if at % every == 0 else "",
            label=f"{day.month}/{day.day}" if at % every == 0 else "",
        )
        for at, (day, value) in enumerate(days)
    ]  # fmt: skip
    says = ",".join(f"{day.month}月{day.day}日 {_said(value, '%')}" for day, value in days)
    return Picture(title=title, says=says, bars=bars)


def _by_day(lines: Sequence[DayFigures]) -> list[tuple[date, Counts]]:
    days = sorted({line.day for line in lines})
    return [
        (day, Counts.of(Figures.added(line.figures for line in lines if line.day == day))) for day in days
    ]


def _stats_page(
    lines: Sequence[DayFigures],
    span: tuple[date, date],
    *,
    place_id: UUID | None,
    places: list[tuple[str, str]],
    problem: str,
) -> StatsPage:
    days = _by_day(lines)
    chosen = f"&placeId={place_id}" if place_id else ""
    rows = [
        [str(line.day), line.place, SCENES.get(line.scene, line.scene), *cells_of(Counts.of(line.figures))]
        for line in lines
    ]
    return StatsPage(
        since=str(span[0]), until=str(span[1]), place=str(place_id or ""), places=places,
        tiles=_tiles(Counts.of(Figures.added(line.figures for line in lines))),
        pictures=[
            _picture("用去的号(%)", [(day, counts.used_percent) for day, counts in days]),
            _picture("没来的(%)", [(day, counts.no_show_percent) for day, counts in days]),
            _picture("60 岁以上(%)", [(day, counts.elders_percent) for day, counts in days]),
        ],
        head=list(HEAD), rows=rows[:MOST_LINES], more=max(0, len(rows) - MOST_LINES),
        csv=f"/api/v1/staff/export.csv?since={span[0]}&until={span[1]}{chosen}", problem=problem,
    )  # fmt: skip


@get("/staff/stats", include_in_schema=False)
async def show_stats(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    directory: NamedDependency[PlaceDirectory],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    *,
    since: Day = None,
    until: Day = None,
    place_id: PlaceId = None,
) -> Response[str]:
    """Show the figures of the venues of who asks, of the last week unless told otherwise."""
    today, problem = local_day(clock()), ""
    try:
        span = checked_span(since, until, today)
    except Invalid as refused:
        span, problem = checked_span(None, None, today), refused.detail
    lines = await figures_of(reading, staff, directory, place_id=place_id, span=span)
    mine = [(str(place.id), place.name) for place in directory.all() if staff.may_work_at(place.id)]
    page = _stats_page(lines, span, place_id=place_id, places=mine, problem=problem)
    return render("booking/staff_stats.html", page, title="统计", status=400 if problem else 200)


STAFF_PAGES: list[Any] = [show_stats]
