"""The storefront: what is next for me, what can be done here, what is near; and what is still to come."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect

from scenes.common.booking import service as booking
from scenes.common.booking.pages_view import BookingLineView
from scenes.common.booking.pages_view import line_of as booking_line
from scenes.common.booking.rules import ELDER_AGE, age_on
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.clock import Clock, local_day, shanghai
from scenes.common.kit.database import Database
from scenes.common.kit.looks import look_in
from scenes.common.kit.pages import PageRender, see_other
from scenes.common.people import service as people
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.pages_view import PlaceLine, WalkFrom, line_of
from scenes.common.places.snapshot import Nearby

LISTED: Final = 6
OF_ONE_SCENE: Final = 3
WITHIN: Final = 60
"""The nearest places that are looked at for those open now."""

MINUTES: Final = 15
CENTRE: Final = (31.2418, 121.4004)
"""Where visitors start walking: Caoyang, WGS-84."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A tile of the first page."""

    icon: str
    label: str
    elder_label: str
    href: str


class HomeView(msgspec.Struct, frozen=True, kw_only=True):
    """The first page."""

    name: str
    coming: list[BookingLineView]
    services: list[Service]
    near: list[PlaceLine]
    origin: str
    minutes: int
    now: str


def services(help_phone: str) -> list[Service]:
    """List the six tiles."""
    return [
        Service(icon="clinic", label="看病预约", elder_label="看病", href="/clinic"),
        Service(icon="breakfast", label="早餐", elder_label="早饭", href="/breakfast"),
        Service(icon="charging", label="充电", elder_label="充电", href="/charging"),
        Service(icon="eldercare", label="助老服务", elder_label="请人帮忙", href="/eldercare"),
        Service(icon="mine", label="我的预约", elder_label="我约好的", href="/me/bookings"),
        Service(icon="phone", label="打电话办", elder_label="打电话", href=f"tel:{help_phone}"),
    ]


class Storefront:
    """The storefront's pages of one district."""

    def __init__(self, help_phone: str) -> None:
        self.services = services(help_phone)

    def home_view(
        self,
        *,
        name: str,
        coming: list[BookingLineView],
        directory: PlaceDirectory,
        walk_from: WalkFrom,
    ) -> HomeView:
        """Gather the first page."""
        now = directory.clock()
        near = open_first(
            directory.near(
                walk_from.lat, walk_from.lng, minutes=MINUTES, pace=walk_from.pace, limit=WITHIN, at=now
            )
        )
        return HomeView(
            name=name,
            coming=coming,
            services=self.services,
            near=[line_of(place, now) for place in near],
            origin=walk_from.said(near),
            minutes=MINUTES,
            now=f"{shanghai(now):%-H:%M}",
        )


def open_first(found: Sequence[Nearby]) -> list[Nearby]:
    """List the nearest that are open now, no scene crowding out the others, then those not open yet."""
    ranked: list[tuple[int, int, Nearby]] = []
    seen: Counter[str] = Counter()
    for order, near in enumerate(found):
        seen[near.place.scene] += 1
        crowds = seen[near.place.scene] > OF_ONE_SCENE
        ranked.append((2 if crowds else 0 if near.openness.open_now else 1, order, near))
    return [near for _, _, near in sorted(ranked, key=lambda each: each[:2])[:LISTED]]


@get("/", include_in_schema=False)
async def show_home(
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    directory: NamedDependency[PlaceDirectory],
    place_names: NamedDependency[PlaceNames],
    walk_from: NamedDependency[WalkFrom],
    storefront: NamedDependency[Storefront],
    render: NamedDependency[PageRender],
    request: Request[Any, Any, Any],
) -> Response[str] | Redirect:
    """Show what is next for me, what I can do, and what is near and open; elder style has its own home."""
    kept, asked = look_in(request.cookies), request.query_params.get("uiStyle")
    if (asked or kept.ui) == "elder":
        return see_other("/elder", msgspec.structs.replace(kept, ui="elder").cookies())
    name, coming = "", list[BookingLineView]()
    if isinstance(caller, Resident):
        now = clock()
        async with database.read() as reading:
            name = (await people.myself(reading, caller.subject_id)).name
            records = await booking.coming_up(reading, caller.subject_id, now=now)
        coming = [booking_line(record, place_names(record.place_id), now) for record in records]
    view = storefront.home_view(name=name, coming=coming, directory=directory, walk_from=walk_from)
    return render("web/home.html", view, title="首页")


async def provide_walk_from(
    caller: NamedDependency[Caller], database: NamedDependency[Database], clock: NamedDependency[Clock]
) -> WalkFrom:
    """Start a resident's walks at home and at the pace of their age; a visitor's at the centre."""
    if isinstance(caller, Resident):
        async with database.read() as reading:
            row = await people.myself(reading, caller.person_id)
        elder = age_on(row.birth_date, local_day(clock())) >= ELDER_AGE
        pace = "elder" if elder else "standard"
        if row.lat is not None and row.lng is not None:
            return WalkFrom(lat=row.lat, lng=row.lng, pace=pace, home=True)
        return WalkFrom(lat=CENTRE[0], lng=CENTRE[1], pace=pace, home=False)
    return WalkFrom(lat=CENTRE[0], lng=CENTRE[1], pace="standard", home=False)


def dependencies(help_phone: str) -> dict[str, Provide]:
    """Name what these pages provide app-wide: walk_from, storefront."""
    storefront = Storefront(help_phone)
    return {
        "walk_from": Provide(provide_walk_from),
        "storefront": Provide(lambda: storefront, sync_to_thread=False),
    }


PAGES = [show_home]
