"""Where a member of staff begins: the only venue's board, or the venues to choose from."""

from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Redirect

from scenes.common.kit.caller import Staff
from scenes.common.kit.pages import PageRender, see_other
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.pages_view import SCENES

BOARDS: Final = {"clinic": "/staff/board", "charging": "/staff/charging", "breakfast": "/staff/breakfast"}
"""Each room's board, which takes `placeId`."""


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
    """The venues of an account, by scene."""

    groups: list[VenueGroup]


def board_href(scene: str, place_id: UUID) -> str:
    """Return the address of a venue's board."""
    return f"{BOARDS[scene]}?placeId={place_id}"


def venue_groups(staff: Staff, directory: PlaceDirectory) -> list[VenueGroup]:
    """List the venues within a member of staff's scope that have a board, scene by scene."""
    groups: list[VenueGroup] = []
    for scene in BOARDS:
        lines = [
            VenueLine(href=board_href(scene, place.id), name=place.name, address=place.address)
            for place in directory.all(scene)
            if staff.may_work_at(place.id)
        ]
        if lines:
            groups.append(VenueGroup(scene=SCENES[scene], venues=lines))
    return groups


@get("/staff", include_in_schema=False)
async def show_venues(
    staff: NamedDependency[Staff],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Go to the only venue's board, or show the venues to choose from."""
    groups = venue_groups(staff, directory)
    venues = [line for group in groups for line in group.venues]
    if len(venues) == 1:
        return see_other(venues[0].href)
    return render("web/staff_venues.html", VenuesView(groups=groups), title="工作台")


PAGES: list[Any] = [show_venues]
