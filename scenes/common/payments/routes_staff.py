"""Money over the counter, over HTTP: taken, listed to be handed back, handed back."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.idempotency import checked_key
from scenes.common.kit.wire import Page, fingerprint
from scenes.common.payments import service
from scenes.common.payments.cashier import Cashier
from scenes.common.payments.wire import Payment, rendered
from scenes.common.payments.wire_counter import CounterPaymentRequest, CounterRefund

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


@post(
    "/staff/bookings/{booking_id:uuid}/payment",
    operation_id="takePaymentAtCounter",
    tags=["staff"],
    responses={201: ResponseSpec(Payment, description="Taken; the booking is confirmed")},
)
async def take_payment(
    booking_id: FromPath[UUID],
    data: JSONBody[CounterPaymentRequest],
    staff: NamedDependency[Staff],
    cashier: NamedDependency[Cashier],
    key: Key = None,
) -> Response[bytes]:
    """Take a held booking's money over the venue's counter; a repeated key takes it once."""
    answer = await cashier.take_at_counter(
        booking_id, staff=staff, amount_fen=data.amount_fen, key=checked_key(key),
        fingerprint=fingerprint(f"/staff/bookings/{booking_id}/payment", data), render=rendered,
    )  # fmt: skip
    return respond(answer)


@get("/staff/refunds", operation_id="listCounterRefunds", tags=["staff"])
async def list_refunds(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    *,
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
) -> Page[CounterRefund]:
    """List the money that a venue's counter has to hand back, oldest first."""
    found = await service.to_hand_back(reading, staff, place_id)
    return Page(items=[CounterRefund.of(each) for each in found])


@post(
    "/staff/refunds/{refund_id:uuid}/handed-back",
    operation_id="handBackAtCounter",
    tags=["staff"],
    status_code=204,
)
async def hand_back(
    refund_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> None:
    """Say that the money was handed back to the person, who is told; saying it twice changes nothing."""
    await service.handed_back(session, refund_id, staff=staff, now=clock())


ROUTES: list[Any] = [take_payment, list_refunds, hand_back]
