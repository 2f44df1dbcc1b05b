"""Where a member of staff begins: the only venue's board, or the venues to choose from."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect

from scenes.common.kit.caller import Staff
from scenes.common.kit.pages import PageRender, see_other
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.pages_view import SCENES

BOARDS: Final = {"clinic": "/staff/board", "charging": "/staff/charging", "breakfast": "/staff/breakfast"}
"""Each room's board, which takes `placeId`."""
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
async def show_venues(
    staff: NamedDependency[Staff],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
    *,
    to: Annotated[str, QueryParameter(name="to")] = "",
) -> Redirect | Response[str]:
    """Go to the only venue's board, or show the venues to choose from; `to=schedule` leads to schedules."""
    planning = to == "schedule"
    groups = venue_groups(staff, directory, SCHEDULES if planning else BOARDS)
    venues = [line for group in groups for line in group.venues]
    if len(venues) == 1:
        return see_other(venues[0].href)
    title = "排哪里的班" if planning else "选一个地点"
    return render("web/staff_venues.html", VenuesView(groups=groups, title=title), title=title)


@get("/staff/keys", include_in_schema=False)
async def show_keys(staff: NamedDependency[Staff], render: NamedDependency[PageRender]) -> Response[str]:
    """Show the keys of the console; the same list opens behind "?" where there is JavaScript."""
    return render("web/staff_keys.html", KeysView(role=staff.role), title="键盘快捷键")


PAGES: list[Any] = [show_venues, show_keys]
