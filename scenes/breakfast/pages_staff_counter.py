"""The counter's page that works without network."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import PointNotFound
from scenes.breakfast.pages_staff_view import Tab, tabs_of
from scenes.breakfast.service.collect import check_scope
from scenes.breakfast.store import days as days_store
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.pages import PageRender


class CounterPage(msgspec.Struct, frozen=True, kw_only=True):
    """A point's counter: where it is, and where its page finds its data."""

    place_id: str
    place: str
    day: str
    tabs: list[Tab]
    data: str
    board: str


@get("/staff/breakfast/counter", include_in_schema=False)
async def show_counter(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
) -> Response[str]:
    """Show the counter; its script keeps what it needs on this device."""
    check_scope(staff, place_id)
    point = await days_store.point(reading, place_id)
    if point is None:
        raise PointNotFound
    day, place = local_day(clock()), place_names(place_id).name
    page = CounterPage(
        place_id=str(place_id), place=place, day=str(day),
        tabs=tabs_of(place_id, day, kind=point.kind, here="/counter"),
        data=f"/api/v1/staff/breakfast/counter?placeId={place_id}",
        board=f"/staff/breakfast?placeId={place_id}",
    )  # fmt: skip
    return render("breakfast/staff_counter.html", page, title=f"取餐台 · {place}")


PAGES: list[Any] = [show_counter]
