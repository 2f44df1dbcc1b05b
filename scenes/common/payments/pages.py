"""The pay button: opens a payment and takes the payer to the provider's page."""

from uuid import UUID

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from scenes.common.kit.caller import Resident
from scenes.common.kit.pages import PageForm, see_other
from scenes.common.kit.wire import fingerprint
from scenes.common.payments.cashier import Cashier
from scenes.common.payments.wire import Payment, PaymentRequest, rendered

METHOD = "sandbox"
"""How pages pay until the district connects WeChat."""


@post("/bookings/{booking_id:uuid}/pay", include_in_schema=False)
async def pay(
    booking_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    cashier: NamedDependency[Cashier],
) -> Redirect:
    """Open the payment of a held booking, or find the open one, and go to where it is paid."""
    asked = PaymentRequest(booking_id=booking_id, method=METHOD)
    answer = await cashier.open(
        booking_id,
        resident=resident,
        method=METHOD,
        key=data.idempotency_key,
        fingerprint=fingerprint("/payments", asked),
        render=rendered,
    )
    payment = msgspec.json.decode(answer.body, type=Payment)
    return see_other(payment.pay_url or f"/bookings/{booking_id}")


PAGES = [pay]
