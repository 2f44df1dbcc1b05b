"""Where the carts are, over HTTP."""

from typing import Any, Final
from weakref import WeakKeyDictionary

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.openapi import ResponseSpec
from litestar.params import FromQuery

from scenes.breakfast.service import whereabouts
from scenes.breakfast.wire_carts import BreakfastCart, BreakfastCarts
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.byte_cache import ByteCache
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.wire import encode
from scenes.common.places.datum import Datum

ANSWER_SECONDS: Final = 1.0
MOST_ANSWERS: Final = 4
_answers: WeakKeyDictionary[Database, ByteCache] = WeakKeyDictionary()
"""Encoded lists of this process, each true for a second."""


@get(
    "/breakfast/carts",
    operation_id="listBreakfastCarts",
    tags=["breakfast"],
    responses={200: ResponseSpec(BreakfastCarts, description="Live positions and stops by timetable")},
)
async def list_carts(
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    *,
    datum: FromQuery[Datum] = "wgs84",
) -> Response[bytes]:
    """List the carts: where they are, how old that is, where they stop next; true for a second."""
    answers = _answers.get(database)
    if answers is None:
        answers = _answers[database] = ByteCache(ANSWER_SECONDS, MOST_ANSWERS)

    async def make() -> bytes:
        now = clock()
        async with database.read_for_many() as session:
            found = await whereabouts.carts(session, now=now)
        items = [BreakfastCart.of(cart, place_names(cart.place_id), datum=datum, now=now) for cart in found]
        return encode(BreakfastCarts(datum=datum, items=items))

    content = await answers.get(datum, clock().timestamp(), make)
    headers = {"Cache-Control": "public, max-age=1"}
    return Response(content=content, media_type=MediaType.JSON, headers=headers)


ROUTES: list[Any] = [list_carts]
