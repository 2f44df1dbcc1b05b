"""The care desk's map as a page: a drawing of our own, and a list that says the same."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.pages import Mark, PageRender
from scenes.common.kit.speech import desk_when
from scenes.eldercare.pages_care_view import MARKS
from scenes.eldercare.rules.desk_map import HEIGHT, WIDTH, Spot, drawn
from scenes.eldercare.service.desk_map import DeskMap, MappedRequest, desk_map

MAP = "/staff/eldercare/map"
BESIDE = 18
"""Units between marks of the same spot, so that none hides another."""


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """A mark on the drawing."""

    x: int
    y: int
    label: str


class RequestLine(msgspec.Struct, frozen=True, kw_only=True):
    """A request beside the map, with its number there."""

    number: int
    href: str
    person: str
    what: str
    mark: Mark
    due: str
    late: bool
    mapped: bool


class MapView(msgspec.Struct, frozen=True, kw_only=True):
    """The map and its list."""

    width: int
    height: int
    venues: list[Pin]
    requests: list[Pin]
    carers: list[Pin]
    lines: list[RequestLine]
    people: list[str]
    later: int
    as_of: str


@get(MAP, include_in_schema=False)
async def show_map(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show where today's requests and the carers are; who looked is written down."""
    now = clock()
    found = await desk_map(session, staff, cipher=cipher, now=now)
    return render("eldercare/staff_map.html", map_view(found, now), title="助老地图")


def map_view(found: DeskMap, now: datetime) -> MapView:
    """Draw venues, requests and carers together, and number the requests as the list does."""
    numbers = {each.id: number for number, each in enumerate(found.requests, start=1)}
    placed = [(each, each.at) for each in found.requests if each.at is not None]
    points = [at for _, at in found.venues] + [at for _, at in placed] + [each.at for each in found.carers]
    spots = drawn(points)
    first, second = len(found.venues), len(found.venues) + len(placed)
    pins = [
        [name for name, _ in found.venues],
        [str(numbers[each.id]) for each, _ in placed],
        [each.name for each in found.carers],
    ]
    parts = [spots[:first], _apart(spots[first:second], right=False), _apart(spots[second:], right=True)]
    venues, requests, carers = (
        [Pin(x=spot.x, y=spot.y, label=label) for spot, label in zip(part, labels, strict=True)]
        for part, labels in zip(parts, pins, strict=True)
    )
    return MapView(
        width=WIDTH, height=HEIGHT, venues=venues, requests=requests, carers=carers,
        lines=[_line(each, numbers[each.id], now) for each in found.requests],
        people=[
            f"{each.name}:{f'在 {numbers[each.visit]} 号那里' if each.visit else each.venue}"
            for each in found.carers
        ],
        later=found.later, as_of=desk_when(now, now),
    )  # fmt: skip


def _apart(spots: list[Spot], *, right: bool) -> list[Spot]:
    """Move marks of the same spot beside one another: requests to the left, carers down the right."""
    seen: dict[Spot, int] = {}
    moved: list[Spot] = []
    for spot in spots:
        before = seen.get(spot, 0)
        seen[spot] = before + 1
        beside = (
            Spot(spot.x + BESIDE, spot.y + BESIDE * before)
            if right
            else Spot(spot.x - 2 * BESIDE * before, spot.y)
        )
        moved.append(beside)
    return moved


def _line(each: MappedRequest, number: int, now: datetime) -> RequestLine:
    return RequestLine(
        number=number, href=f"/staff/eldercare/{each.id}", person=each.person, what=each.what,
        mark=MARKS[each.state], due=desk_when(each.due, now) if each.due else "",
        late=each.due is not None and each.due <= now, mapped=each.at is not None,
    )  # fmt: skip


PAGES: list[Any] = [show_map]
