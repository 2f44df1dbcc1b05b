"""Where a member of staff begins: the only venue's board, or the venues to choose from."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect

from api.staff_desk import VenueNotFound
from scenes.common.kit.caller import Staff
from scenes.common.kit.pages import PageRender, see_other
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.pages_view import SCENES

BOARDS: Final = {"clinic": "/staff/board", "charging": "/staff/charging", "breakfast": "/staff/breakfast"}
"""Each room's board, which takes `placeId`."""
OWN_BOARDS: Final = BOARDS | {"eldercare": "/staff/eldercare"}
"""Where the day of a venue is worked at; the eldercare desk's is one for all of an account's venues."""
SCHEDULES: Final = {"clinic": "/staff/schedule"}


class VenueLine(msgspec.Struct, frozen=True, kw_only=True):
    """A venue to choose."""

    href: str
    name: str
    address: str


class VenueGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The venues of one scene."""

    scene: str
    venues: list[VenueLine]


class VenuesView(msgspec.Struct, frozen=True, kw_only=True):
    """The venues of an account, by scene, and what they are chosen for."""

    title: str
    groups: list[VenueGroup]


class KeysView(msgspec.Struct, frozen=True, kw_only=True):
    """Whose keys are shown."""

    role: str


def venue_groups(
    staff: Staff, directory: PlaceDirectory, pages: Mapping[str, str] = BOARDS
) -> list[VenueGroup]:
    """List the venues within a member of staff's scope that have such a page, scene by scene."""
    groups: list[VenueGroup] = []
    for scene, page in pages.items():
        lines = [
            VenueLine(href=f"{page}?placeId={place.id}", name=place.name, address=place.address)
            for place in directory.all(scene)
            if staff.may_work_at(place.id)
        ]
        if lines:
            groups.append(VenueGroup(scene=SCENES[scene], venues=lines))
    return groups


@get("/staff", include_in_schema=False)
async def show_venues(  # noqa: PLR0913 - one fact of the address each
    staff: NamedDependency[Staff],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
    *,
    to: Annotated[str, QueryParameter(name="to")] = "",
    place_id: Annotated[UUID | None, QueryParameter(name="placeId")] = None,
    day: Annotated[date | None, QueryParameter(name="date")] = None,
) -> Redirect | Response[str]:
    """Go to a venue's or the only venue's board, or show those to choose from; `to=schedule` for schedules.

    A venue that is unknown or outside the scope is VenueNotFound.
    """
    if place_id is not None:
        return see_other(_board_of(staff, directory, place_id, day))
    planning = to == "schedule"
    groups = venue_groups(staff, directory, SCHEDULES if planning else BOARDS)
    venues = [line for group in groups for line in group.venues]
    if len(venues) == 1:
        return see_other(venues[0].href)
    title = "排哪里的班" if planning else "选一个地点"
    return render("web/staff_venues.html", VenuesView(groups=groups, title=title), title=title)


def _board_of(staff: Staff, directory: PlaceDirectory, place_id: UUID, day: date | None) -> str:
    """Say where a venue's day is worked at (VenueNotFound)."""
    place = directory.get(place_id)
    if place is None or place.scene not in OWN_BOARDS or not staff.may_work_at(place_id):
        raise VenueNotFound
    if place.scene not in BOARDS:
        return OWN_BOARDS[place.scene]
    return f"{BOARDS[place.scene]}?placeId={place_id}{f'&date={day}' if day is not None else ''}"


@get("/staff/keys", include_in_schema=False)
async def show_keys(staff: NamedDependency[Staff], render: NamedDependency[PageRender]) -> Response[str]:
    """Show the keys of the console; the same list opens behind "?" where there is JavaScript."""
    return render("web/staff_keys.html", KeysView(role=staff.role), title="键盘快捷键")


PAGES: list[Any] = [show_venues, show_keys]
