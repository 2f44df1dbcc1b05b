"""Payments over HTTP: open one, look at it, hear the provider; in a demo, press the provider's buttons."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Resident
from scenes.common.kit.idempotency import checked_key
from scenes.common.kit.wire import fingerprint
from scenes.common.payments import service
from scenes.common.payments.cashier import Cashier
from scenes.common.payments.wire import Payment, PaymentRequest, rendered, shown

TAGS = ["payments"]


@post("/payments", operation_id="openPayment", tags=TAGS)
async def open_payment(
    data: JSONBody[PaymentRequest],
    resident: NamedDependency[Resident],
    cashier: NamedDependency[Cashier],
    key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> Response[bytes]:
    """Open a payment of a held booking, or find the open one; paying it confirms the booking."""
    answer = await cashier.open(
        data.booking_id,
        resident=resident,
        method=data.method,
        key=checked_key(key),
        fingerprint=fingerprint("/payments", data),
        render=rendered,
    )
    return respond(answer)


@get("/payments/{payment_id:uuid}", operation_id="getPayment", tags=TAGS)
async def get_payment(
    payment_id: FromPath[UUID], resident: NamedDependency[Resident], session: NamedDependency[AsyncSession]
) -> Payment:
    """Look at a payment of one's own; always from the primary, since one waits for it to change."""
    return shown(await service.own_payment(session, payment_id, resident=resident))


@post(
    "/payments/notify/{method:str}",
    operation_id="receivePaymentNotice",
    tags=TAGS,
    status_code=200,
    opt={"exclude_from_csrf": True},
)
async def receive_notice(
    method: FromPath[str], request: Request[Any, Any, State], cashier: NamedDependency[Cashier]
) -> dict[str, str]:
    """Take a signed notice of a payment provider; anything but 200 makes it come again."""
    await cashier.hear(method, headers=request.headers, body=await request.body())
    return {"code": "SUCCESS"}


@post("/sandbox/payments/{payment_id:uuid}/approve", operation_id="approveSandboxPayment", tags=TAGS)
async def approve(
    payment_id: FromPath[UUID], resident: NamedDependency[Resident], cashier: NamedDependency[Cashier]
) -> Response[Payment]:
    """Pay at the demo provider, as its page's 确认付款 does; demo only."""
    row = await cashier.decide(payment_id, resident=resident, verdict="approve")
    return Response(shown(row), status_code=200)


@post("/sandbox/payments/{payment_id:uuid}/decline", operation_id="declineSandboxPayment", tags=TAGS)
async def decline(
    payment_id: FromPath[UUID], resident: NamedDependency[Resident], cashier: NamedDependency[Cashier]
) -> Response[Payment]:
    """Decline at the demo provider, as its page's 不付了 does; demo only."""
    row = await cashier.decide(payment_id, resident=resident, verdict="decline")
    return Response(shown(row), status_code=200)


ROUTES = [open_payment, get_payment, receive_notice]
DEMO_ROUTES = [approve, decline]
