"""Where breakfast is to be had: points near by, carts, and a point's day to choose from."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from scenes.breakfast.errors import PointNotFound
from scenes.breakfast.pages_view import (
    FIELD,
    KINDS,
    CartLine,
    PointsView,
    PointView,
    can_order,
    cart_line,
    day_tabs,
    dish_of,
    filters_of,
    hours_of,
)
from scenes.breakfast.service import days, whereabouts
from scenes.breakfast.service.menu import Menu, shared_menu
from scenes.breakfast.service.orders import Wish
from scenes.breakfast.store import days as store
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.pages import PageRender, see_other
from scenes.common.kit.speech import spoken_day
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.pages_view import WalkFrom, line_of

FARTHEST_MINUTES: Final = 60
LISTED: Final = 12
ASKED: Final = 100


@get("/breakfast", include_in_schema=False)
async def show_points(
    database: NamedDependency[Database],
    directory: NamedDependency[PlaceDirectory],
    walk_from: NamedDependency[WalkFrom],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the points within an hour on foot, nearest first, and where the carts are."""
    now = directory.clock()
    async with database.read() as reading:
        carts = await whereabouts.carts(reading, now=now)
        known = {point.place_id for point in await store.points(reading)}
    found = directory.near(
        walk_from.lat, walk_from.lng, minutes=FARTHEST_MINUTES, pace=walk_from.pace, scene=days.SCENE,
        limit=ASKED, at=now,
    )  # fmt: skip
    shown = [near for near in found if near.place.id in known][:LISTED]
    if not shown:
        everywhere = (directory.at(place_id, now) for place_id in sorted(known)[:LISTED])
        shown = [near for near in everywhere if near is not None]
    lines = [
        msgspec.structs.replace(line_of(near, now), href=f"/breakfast/{near.place.id}") for near in shown
    ]
    named = ((cart, directory.get(cart.place_id)) for cart in carts)
    view = PointsView(
        lines=lines,
        carts=[cart_line(cart, place.name, now) for cart, place in named if place is not None],
        origin=walk_from.said(shown),
    )
    return render("breakfast/points.html", view, title="早餐")


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen on a point's page, as its address says it."""

    items: tuple[Wish, ...] = ()
    slot: UUID | None = None
    person: UUID | None = None


def chosen_in(query: Mapping[str, str]) -> Chosen:
    """Read a choice from the query of an address; what makes no sense is left out."""
    wishes = [
        Wish(item_id=item_id, quantity=int(text))
        for name, text in query.items()
        if name.startswith(FIELD) and (item_id := _id(name.removeprefix(FIELD))) and text.isdecimal()
    ]
    return Chosen(
        items=tuple(wish for wish in wishes if wish.quantity),
        slot=_id(query.get("slot", "")),
        person=_id(query.get("person", "")),
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def menus_of(database: Database, clock: Clock, place_id: UUID) -> list[Menu]:
    """Read the days on offer, each as it was within the last second (PointNotFound, RuleMissing)."""
    today = local_day(clock())
    first = await shared_menu(database, clock, place_id, day=today)
    ahead = range(1, first.rule.days_ahead + 1)
    return [
        first,
        *[await shared_menu(database, clock, place_id, day=today + timedelta(days=each)) for each in ahead],
    ]


async def point_view(
    database: Database,
    directory: PlaceDirectory,
    place_id: UUID,
    *,
    day: date | None = None,
    suits: str = "",
    chosen: Chosen | None = None,
    problem: str = "",
) -> PointView:
    """Gather a point's page: the day asked for, or the first on which something can be ordered."""
    clock, place, wanted = directory.clock, directory.get(place_id), chosen or Chosen()
    if place is None:
        raise PointNotFound
    menus = await menus_of(database, clock, place_id)
    menu = _shown(menus, day, wanted.slot)
    counts = {wish.item_id: wish.quantity for wish in wanted.items}
    kept = [item for item in menu.items if suits in item.suits] or menu.items
    today = local_day(clock())
    return PointView(
        name=place.name,
        address=place.address,
        place_href=f"/places/{place_id}",
        how=KINDS[menu.kind],
        cart=await _cart(database, directory, place_id) if menu.kind == "cart" else None,
        action=f"/breakfast/{place_id}/quote",
        day=spoken_day(menu.day, today),
        days=day_tabs(menus, menu.day, today),
        filters=filters_of(menu, suits),
        dishes=[dish_of(item, counts.get(item.item_id, 0), menu.rule.most_of_an_item) for item in kept],
        hours=hours_of(menu.slots, wanted.slot),
        problem=problem,
    )


def _shown(menus: Sequence[Menu], day: date | None, slot: UUID | None) -> Menu:
    of_slot = [menu for menu in menus if any(each.window_id == slot for each in menu.slots)]
    asked = [menu for menu in menus if menu.day == day]
    return next(iter([*of_slot, *asked, *(menu for menu in menus if can_order(menu)), menus[0]]))


async def _cart(database: Database, directory: PlaceDirectory, place_id: UUID) -> CartLine | None:
    now = directory.clock()
    async with database.read() as session:
        carts = await whereabouts.carts(session, now=now)
    own = next((cart for cart in carts if cart.place_id == place_id), None)
    return cart_line(own, "", now) if own else None


@get("/breakfast/{place_id:uuid}", include_in_schema=False)
async def show_point(
    request: Request[Any, Any, Any],
    place_id: FromPath[UUID],
    database: NamedDependency[Database],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
    *,
    day: Annotated[date | None, QueryParameter(name="date")] = None,
    suits: FromQuery[str] = "",
) -> Redirect | Response[str]:
    """Show a day's menu with pick-up times as one form; a place that sells nothing here, as a place."""
    try:
        view = await point_view(
            database, directory, place_id, day=day, suits=suits, chosen=chosen_in(request.query_params)
        )
    except PointNotFound:
        if directory.get(place_id) is None:
            raise
        return see_other(f"/places/{place_id}")
    return render("breakfast/point.html", view, title=view.name)


PAGES: list[Any] = [show_points, show_point]
