"""Statistics as a page: pictures that need no colour, and the table that says the same."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.routes_stats import Day
from scenes.common.booking.rules_stats import Told, checked_span, told
from scenes.common.booking.service_stats import Report, report_of
from scenes.common.booking.wire_stats import CHANNELS, HEAD, Counts, rows_of
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.pages import PageRender
from scenes.common.kit.refusals import Invalid, NotFound
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.pages_view import SCENES
from scenes.common.places.snapshot import Place

HIGH: Final = 120
WIDE: Final = 640
LABELS: Final = 8
MOST_LINES: Final = 300
FEWEST_TO_CHOOSE: Final = 2


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
    """A figure by day."""

    title: str
    says: str
    bars: list[Bar]


class StatsPage(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of some days; `places` are venues to choose from, by scene."""

    since: str
    until: str
    place: str
    places: list[tuple[str, list[tuple[str, str]]]]
    tiles: list[tuple[str, str]]
    pictures: list[Picture]
    head: list[str]
    rows: list[list[str]]
    more: int
    csv: str
    problem: str


def _said(value: object, unit: str = "") -> str:
    return "–" if value is None else f"{value}{unit}"


def _tiles(report: Report) -> list[tuple[str, str]]:
    total = Counts.of(report.total, report.all_waits)
    tiles = [
        ("已约 / 总号", f"{total.taken} / {total.capacity}"),
        ("用去", _said(total.used_percent, "%")),
        ("没来", _said(total.no_show_percent, "%")),
        ("半数等候不超过", _said(total.wait_median_minutes, " 分")),
        ("九成等候不超过", _said(total.wait_p90_minutes, " 分")),
        ("约定到办完", _said(total.minutes_to_done, " 分")),
        ("60 岁以上", _said(total.elders_percent, "%")),
        ("付款没成", _said(total.failed_payments)),
        ("约满没约上", _said(total.sold_out, " 次")),
        ("规则不许", _said(total.ruled_out, " 次")),
        ("系统忙", _said(total.busy, " 次")),
    ]
    return tiles + _undelivered(report)


def _undelivered(report: Report) -> list[tuple[str, str]]:
    if report.undelivered is None:
        return []
    failed = Counter[str]()
    for line in report.undelivered:
        failed[line.channel] += line.failed
    return [(f"{words}没送到", str(told(failed[channel]))) for channel, words in CHANNELS.items()]


def _picture(
    title: str, days: Sequence[tuple[date, Told | None]], *, unit: str = "", top: int = 0
) -> Picture:
    """Draw a bar for each day; `top` is the value of a full one, the largest there is unless given."""
    shown = [(day, value, value if isinstance(value, int) else 0) for day, value in days]
    top = top or max([number for *_, number in shown], default=0) or 1
    step = max(1, WIDE // max(1, len(days)))
    every = -(-len(days) // LABELS)
    bars = [
        Bar(
            x=at * step + 2, y=HIGH - number * HIGH // top, width=max(2, step - 6),
            height=number * HIGH // top, middle=at * step + step // 2,
            words=_said(value, unit) if at % every == 0 else "",
            label=f"{day.month}/{day.day}" if at % every == 0 else "",
        )
        for at, (day, value, number) in enumerate(shown)
    ]  # fmt: skip
    says = ",".join(f"{day.month}月{day.day}日 {_said(value, unit)}" for day, value in days)
    return Picture(title=title, says=says, bars=bars)


def _pictures(report: Report) -> list[Picture]:
    """Draw what there is a number for; a picture of dashes only would say nothing."""
    days = [(day, Counts.of(*report.of_day(day))) for day in sorted({line.day for line in report.lines})]
    drawn = [
        _picture("用去的号(%)", [(day, counts.used_percent) for day, counts in days], unit="%", top=100),
        _picture("没来的(%)", [(day, counts.no_show_percent) for day, counts in days], unit="%", top=100),
        _picture("等候:一半人不超过(分钟)", [(day, counts.wait_median_minutes) for day, counts in days]),
        _picture("等候:九成人不超过(分钟)", [(day, counts.wait_p90_minutes) for day, counts in days]),
        _picture("约满没约上(次)", [(day, counts.sold_out) for day, counts in days]),
        _picture("60 岁以上(%)", [(day, counts.elders_percent) for day, counts in days], unit="%", top=100),
    ]
    return [picture for picture in drawn if any(bar.height for bar in picture.bars)]


def _by_scene(places: Iterable[Place]) -> list[tuple[str, list[tuple[str, str]]]]:
    """List venues to choose from under their scenes; none where there is only one."""
    mine = sorted(places, key=lambda place: (place.scene, place.name))
    if len(mine) < FEWEST_TO_CHOOSE:
        return []
    return [
        (SCENES.get(scene, scene), [(str(place.id), place.name) for place in several])
        for scene, several in groupby(mine, key=lambda place: place.scene)
    ]


def _stats_page(
    report: Report,
    span: tuple[date, date],
    *,
    place_id: UUID | None,
    places: Iterable[Place],
    problem: str,
) -> StatsPage:
    chosen = f"&placeId={place_id}" if place_id else ""
    rows = rows_of(report, SCENES)
    return StatsPage(
        since=str(span[0]), until=str(span[1]), place=str(place_id or ""), places=_by_scene(places),
        tiles=_tiles(report), pictures=_pictures(report),
        head=list(HEAD), rows=rows[:MOST_LINES], more=max(0, len(rows) - MOST_LINES),
        csv=f"/api/v1/staff/export.csv?since={span[0]}&until={span[1]}{chosen}", problem=problem,
    )  # fmt: skip


def _place_of(chosen: str) -> UUID | None:
    """Read the choice of a venue; nothing chosen means all of them (NotFound for what names none)."""
    try:
        return UUID(chosen) if chosen else None
    except ValueError:
        raise NotFound from None


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
    place_id: Annotated[str, QueryParameter(name="placeId", max_length=36)] = "",
) -> Response[str]:
    """Show the figures of the venues of who asks, of the last week unless told otherwise."""
    today, problem = local_day(clock()), ""
    try:
        span = checked_span(since, until, today)
    except Invalid as refused:
        span, problem = checked_span(None, None, today), refused.detail
    chosen = _place_of(place_id)
    report = await report_of(reading, staff, directory, place_id=chosen, span=span)
    mine = [place for place in directory.all() if staff.may_work_at(place.id)]
    page = _stats_page(report, span, place_id=chosen, places=mine, problem=problem)
    return render("booking/staff_stats.html", page, title="统计", status=400 if problem else 200)


STAFF_PAGES: list[Any] = [show_stats]
