"""Menus, quotes and orders over HTTP."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.service import orders
from scenes.breakfast.service.menu import menu_of
from scenes.breakfast.wire import BreakfastMenu, BreakfastOrderRequest, BreakfastQuote
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import Booking
from scenes.common.kit.answers import respond
from scenes.common.kit.byte_cache import ByteCache
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import checked_key
from scenes.common.kit.wire import encode, fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]

ANSWER_SECONDS: Final = 1.0
MOST_ANSWERS: Final = 2048
_answers: WeakKeyDictionary[Database, ByteCache] = WeakKeyDictionary()
"""Encoded menus of this process, each true for a second: sold out is sold out everywhere by then."""


@get(
    "/breakfast/points/{place_id:uuid}/menu",
    operation_id="getBreakfastMenu",
    tags=["breakfast"],
    responses={200: ResponseSpec(BreakfastMenu, description="Items with what is left, and pick-up windows")},
)
async def get_menu(
    place_id: FromPath[UUID],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    *,
    day: Annotated[date | None, QueryParameter(name="date")] = None,
) -> Response[bytes]:
    """Show what a point offers on a day, today where none is named; true for a second."""
    now = clock()
    wanted = day or local_day(now)
    answers = _answers.get(database)
    if answers is None:
        answers = _answers[database] = ByteCache(ANSWER_SECONDS, MOST_ANSWERS)

    async def make() -> bytes:
        async with database.read() as session:
            return encode(BreakfastMenu.of(await menu_of(session, place_id, wanted, now=clock())))

    content = await answers.get((place_id, wanted), now.timestamp(), make)
    headers = {"Cache-Control": "public, max-age=1"}
    return Response(content=content, media_type=MediaType.JSON, headers=headers)


@post("/breakfast/quotes", operation_id="quoteBreakfast", tags=["breakfast"], status_code=200)
async def quote_order(
    data: JSONBody[BreakfastOrderRequest],
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> BreakfastQuote:
    """Say what an order would cost and why; nothing is taken."""
    return BreakfastQuote.of(await orders.price(reading, resident, data.wish(), now=clock()))


@post(
    "/breakfast/orders",
    operation_id="orderBreakfast",
    tags=["breakfast"],
    responses={
        201: ResponseSpec(Booking, description="Held until paid; confirmed when nothing is to be paid")
    },
)
async def place_order(
    data: JSONBody[BreakfastOrderRequest],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Order for oneself or a patient of the account: the pick-up time and every portion, or nothing."""
    answer = await orders.order(
        database,
        ledger,
        clock,
        resident=resident,
        wish=data.wish(),
        key=checked_key(key),
        fingerprint=fingerprint("/breakfast/orders", data),
        agreed_fen=data.agreed_fen,
    )
    return respond(answer)


ROUTES: list[Any] = [get_menu, quote_order, place_order]
