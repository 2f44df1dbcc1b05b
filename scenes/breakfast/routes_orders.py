"""Menus, quotes and orders over HTTP."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from scenes.breakfast.service import orders
from scenes.breakfast.service.menu import shared_menu
from scenes.breakfast.wire import BreakfastMenu, BreakfastOrderRequest, BreakfastQuote, VoucherKeys
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.booking.wire import Booking
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import checked_key
from scenes.common.kit.limits import Limits
from scenes.common.kit.wire import encode, fingerprint

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


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
    menu = await shared_menu(database, clock, place_id, day=day or local_day(clock()))
    headers = {"Cache-Control": "public, max-age=1"}
    return Response(content=encode(BreakfastMenu.of(menu)), media_type=MediaType.JSON, headers=headers)


@post("/breakfast/quotes", operation_id="quoteBreakfast", tags=["breakfast"], status_code=200)
async def quote_order(
    data: JSONBody[BreakfastOrderRequest],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> BreakfastQuote:
    """Say what an order would cost and why; nothing is taken."""
    await limits.check("breakfastQuote", resident.person_id)
    return BreakfastQuote.of(await orders.price(database, clock, resident=resident, wish=data.wish()))


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
    limits: NamedDependency[Limits],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    clock: NamedDependency[Clock],
    key: Key = None,
) -> Response[bytes]:
    """Order for oneself or a patient of the account: the pick-up time and every portion, or nothing."""
    await limits.check("breakfastOrder", resident.person_id)
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


@get("/breakfast/keys", operation_id="getVoucherKeys", tags=["breakfast"], sync_to_thread=False)
def get_keys(vouchers: NamedDependency[VoucherSigner]) -> VoucherKeys:
    """Give the key by which a counter without network tells a genuine voucher (Ed25519, base64url)."""
    return VoucherKeys(algorithm="Ed25519", public_key=vouchers.public_key)


ROUTES: list[Any] = [get_keys, get_menu, quote_order, place_order]
