"""Readings as pages: trends as pictures with the same in words, and the desk's alerts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock, local_day, shanghai
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.pages import Mark, PageForm, PageRender, see_other
from scenes.common.kit.speech import heard_when
from scenes.eldercare.service import readings, readings_desk
from scenes.eldercare.service.readings import Measured

NAMES: Final = {"bp": "血压", "glucose": "血糖", "heart": "心率", "water": "用水"}
UNITS: Final = {"bp": "毫米汞柱", "glucose": "毫摩尔每升", "heart": "次每分钟"}
SIDES: Final = {"high": "偏高", "low": "偏低", "silent": "很久没用水"}
WEEK: Final = timedelta(days=7)
WIDE, HIGH = 300, 100
DESK: Final = "/staff/readings"
About = Annotated[UUID | None, QueryParameter(name="person")]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A reading in words."""

    at: str
    words: str
    mark: Mark


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """One kind: the polylines of a picture 300 by 100, what it says in words, and the readings."""

    name: str
    unit: str
    said: str
    curves: list[str]
    lines: list[Line]


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """One kind before its details: the last reading, when that was, and how the last seven days went."""

    last: str
    mark: Mark
    when: str
    week: str


class ReadingsView(msgspec.Struct, frozen=True, kw_only=True):
    """A person's readings: each kind at a glance, with its trend."""

    kinds: list[tuple[Glance, Trend]]


class AlertLine(msgspec.Struct, frozen=True, kw_only=True):
    """An alert at the desk."""

    name: str
    area: str
    what: str
    since: str
    seen: bool
    phone: str
    action: str
    href: str


class AlertsView(msgspec.Struct, frozen=True, kw_only=True):
    """The desk's alerts."""

    lines: list[AlertLine]


@get("/eldercare/readings", include_in_schema=False)
async def show_readings(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    person: About = None,
) -> Response[str]:
    """Show the trends; of somebody near only with their consent."""
    about = person or resident.person_id
    now = clock()
    found = await readings.shown_to(reading, resident, about, cipher=cipher, now=now)
    by_kind = [
        [each for each in found if each.kind == kind] for kind in dict.fromkeys(each.kind for each in found)
    ]
    view = ReadingsView(kinds=[(glance_of(several, now), trend_of(several)) for several in by_kind])
    return render("eldercare/readings.html", view, title="健康读数")


@get(DESK, include_in_schema=False)
async def show_alerts(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the open alerts, unseen ones first."""
    found = await readings_desk.alerts(session, staff, cipher=cipher, now=clock())
    lines = [
        AlertLine(
            name=view.name, area=view.area, what=f"{NAMES[view.row.kind]}{SIDES[view.row.side]}",
            since=f"{shanghai(view.row.began_at):%m-%d %H:%M}", seen=view.row.seen_at is not None,
            phone=view.phone or "", action=f"{DESK}/{view.row.id}/see",
            href=f"{DESK}/people/{view.row.person_id}",
        )
        for view in found
    ]  # fmt: skip
    return render("eldercare/staff_readings.html", AlertsView(lines=lines), title="读数提醒")


@post(DESK + "/{alert_id:uuid}/see", include_in_schema=False)
async def see_alert(
    alert_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Take an alert in hand."""
    del data
    await readings_desk.see(session, staff, alert_id, now=clock())
    return see_other(DESK)


def glance_of(newest_first: Sequence[Measured], now: datetime) -> Glance:
    """Say in plain words how one kind stands: the last reading, and the seven days until now."""
    last = newest_first[0]
    week = [each.side for each in newest_first if local_day(each.at) > local_day(now - WEEK)]
    sides = [f"{week.count(side)}次{SIDES[side]}" for side in dict.fromkeys(week) if side]
    how = "、".join(sides) or "都没到提醒线"
    whole = len(week) < readings.SHOWN  # of more than are read, not all of the week's are known
    told = f"这七天量了{len(week)}次,{how}。" if whole else f"最近{len(week)}次,{how}。"
    return Glance(
        last=f"{NAMES[last.kind]} {_words(last)},{SIDES[last.side] if last.side else '没到提醒线'}",
        mark=_mark(last),
        when=f"{heard_when(last.at, now)}量的",
        week=told if week else "这七天没有量。",
    )


def trend_of(newest_first: Sequence[Measured]) -> Trend:
    """Draw one kind from its readings, the oldest on the left."""
    last, kind = newest_first[0], newest_first[0].kind
    values = [value for each in newest_first for value in each.values.values()]
    low, high = min(values), max(values)
    curves = [
        " ".join(
            f"{_across(place, len(newest_first))},{_down(each.values[name], low, high=high)}"
            for place, each in enumerate(reversed(newest_first))
        )
        for name in last.values
    ]
    said = f"最近{len(newest_first)}次,最低{low:g},最高{high:g},最后一次{_words(last)}。"
    return Trend(
        name=NAMES[kind], unit=UNITS[kind], said=said, curves=curves,
        lines=[_line(each) for each in newest_first[:7]],
    )  # fmt: skip


def _across(place: int, count: int) -> int:
    return round(place * WIDE / max(count - 1, 1))


def _down(value: float, low: float, *, high: float) -> int:
    return round(HIGH - (value - low) * HIGH / (high - low)) if high > low else HIGH // 2


def _words(each: Measured) -> str:
    return "/".join(f"{value:g}" for value in each.values.values())


def _line(each: Measured) -> Line:
    return Line(at=f"{shanghai(each.at):%m-%d %H:%M}", words=_words(each), mark=_mark(each))


def _mark(each: Measured) -> Mark:
    return Mark("full", SIDES[each.side]) if each.side else Mark("ok", "没到提醒线")


PAGES: list[Any] = [show_readings, show_alerts, see_alert]
