"""Pages of places: what is within a walk, and one place."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from scenes.common.kit.pages import PageRender
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.drawing import outline_from, streets_from
from scenes.common.places.errors import PlaceNotFound
from scenes.common.places.filtering import open_filter, scene_filters, what_else
from scenes.common.places.pages_view import PlacesView, WalkFrom, line_of, view_of
from scenes.common.places.picture import Frame, Spot, picture
from scenes.common.places.rules import Scene

LISTED = 30
STREETS_WITHIN_M = 2500
"""Beyond this half side of the picture streets would be a grey blot."""


@get("/places", include_in_schema=False)
async def show_places(
    directory: NamedDependency[PlaceDirectory],
    walk_from: NamedDependency[WalkFrom],
    render: NamedDependency[PageRender],
    *,
    scene: FromQuery[Scene | None] = None,
    minutes: Annotated[int, QueryParameter(ge=1, le=60)] = 15,
    open_now: Annotated[bool, QueryParameter(name="openNow")] = False,
) -> Response[str]:
    """Show what is within a walk, nearest first, as a map and as a list that says the same."""
    lat, lng, pace, now = walk_from.lat, walk_from.lng, walk_from.pace, directory.clock()
    found = directory.near(
        lat, lng, minutes=minutes, pace=pace, scene=scene, open_now=open_now, limit=LISTED, at=now
    )
    drawn = await outline_from(directory, lat, lng, minutes=minutes, pace=pace)
    half = Frame(lat, lng, drawn.polygons).half_m
    streets = await streets_from(directory, lat, lng, metres=half) if half <= STREETS_WITHIN_M else []
    spots = [Spot(near.place.lat, near.place.lng, near.place.name, near.place.scene) for near in found]
    view = PlacesView(
        origin=walk_from.said(found),
        minutes=minutes,
        lines=[line_of(near, now, number) for number, near in enumerate(found, 1)],
        filters=scene_filters(scene, minutes=minutes, open_now=open_now),
        open_only=open_filter(scene, minutes=minutes, open_now=open_now),
        nothing=what_else(scene, minutes=minutes, open_now=open_now),
        picture=picture(drawn, (lat, lng), minutes, spots, streets=streets),
    )
    return render("places/places.html", view, title="附近")


@get("/places/{place_id:uuid}", include_in_schema=False)
async def show_place(
    place_id: FromPath[UUID],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show one place: hours in words, address, phone, and the way to book."""
    now = directory.clock()
    near = directory.at(place_id, now)
    if near is None:
        raise PlaceNotFound
    return render("places/place.html", view_of(near, now), title=near.place.name)


PAGES = [show_places, show_place]
