"""Pages of places: what is within a walk, and one place."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from scenes.common.kit.pages import PageRender
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.drawing import outline_from
from scenes.common.places.errors import PlaceNotFound
from scenes.common.places.pages_view import SCENES, PlacesView, WalkFrom, line_of, view_of
from scenes.common.places.picture import picture
from scenes.common.places.rules import Scene

LISTED = 30


@get("/places", include_in_schema=False)
async def show_places(
    directory: NamedDependency[PlaceDirectory],
    walk_from: NamedDependency[WalkFrom],
    render: NamedDependency[PageRender],
    scene: FromQuery[Scene | None] = None,
    minutes: Annotated[int, QueryParameter(ge=1, le=60)] = 15,
) -> Response[str]:
    """Show what is within a walk, nearest first."""
    now = directory.clock()
    found = directory.near(
        walk_from.lat, walk_from.lng, minutes=minutes, pace=walk_from.pace, scene=scene, limit=LISTED, at=now
    )
    kinds = [("全部", "/places", scene is None)]
    kinds += [(words, f"/places?scene={name}", scene == name) for name, words in SCENES.items()]
    drawn = await outline_from(directory, walk_from.lat, walk_from.lng, minutes=minutes, pace=walk_from.pace)
    spots = [(near.place.lat, near.place.lng, near.place.name) for near in found]
    view = PlacesView(
        origin=walk_from.said(found),
        minutes=minutes,
        lines=[line_of(near, now) for near in found],
        filters=kinds,
        picture=picture(drawn, (walk_from.lat, walk_from.lng), minutes, spots),
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
