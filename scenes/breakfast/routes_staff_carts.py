"""Carts over HTTP for staff: where they are, and putting one out of order."""

from typing import Any
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.rules.carts import Spot
from scenes.breakfast.service import carts
from scenes.breakfast.wire_staff import (
    CartPositionRequest,
    OutOfOrderDone,
    OutOfOrderRequest,
    OutOfOrderShown,
)
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.places.datum import to_wgs84

CARTS = "/staff/breakfast/carts/{place_id:uuid}"


@post(f"{CARTS}/position", operation_id="reportCartPosition", tags=["staff"], status_code=204)
async def report_position(
    place_id: FromPath[UUID],
    data: JSONBody[CartPositionRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> None:
    """Take over where a cart says it is; kept in WGS-84."""
    lat, lng = to_wgs84(data.lat, data.lng, data.datum)
    async with database.transaction() as session:
        await carts.report_position(session, staff, place_id, Spot(lat, lng), now=clock())
    await fanout.publish_all((f"place:{place_id}", "carts"), b"position")


@post(
    f"{CARTS}/out-of-order/preview",
    operation_id="previewCartOutOfOrder",
    tags=["staff"],
    status_code=200,
)
async def preview_out_of_order(
    place_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> OutOfOrderShown:
    """Show which of today's orders would be moved where and which refunded; nothing happens yet."""
    return OutOfOrderShown.of(await carts.preview_out_of_order(session, staff, place_id, now=clock()))


@post(f"{CARTS}/out-of-order", operation_id="putCartOutOfOrder", tags=["staff"], status_code=200)
async def put_out_of_order(
    place_id: FromPath[UUID],
    data: JSONBody[OutOfOrderRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> OutOfOrderDone:
    """Stop a cart's day and move or refund every order; safe to repeat, and a job goes on after a kill."""
    now = clock()
    async with database.transaction() as session:
        await carts.begin_out_of_order(
            session, staff, place_id, token=data.preview_token, reason=data.reason, now=now
        )
    done = await carts.finish_out_of_order(database, ledger, place_id, now=now)
    await fanout.publish_all((f"place:{place_id}", "carts"), b"out of order")
    return OutOfOrderDone.of(done)


@post(f"{CARTS}/in-order", operation_id="putCartBackInOrder", tags=["staff"], status_code=204)
async def put_back_in_order(
    place_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> None:
    """Let a mended cart sell again what is left of its day."""
    async with database.transaction() as session:
        await carts.back_in_order(session, staff, place_id, now=clock())
    await fanout.publish_all((f"place:{place_id}", "carts"), b"in order")


ROUTES: list[Any] = [report_position, preview_out_of_order, put_out_of_order, put_back_in_order]
