"""Money that no provider could give back: the district's staff see it, try again, or return it themselves.

A provider calls a refund abnormal where, say, the account it came from was closed. Until somebody of the
district says how the money went back, the person has paid and has nothing, so it stays on a list and the
console's menu counts it.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff, only_district
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.payments import rules, states, store
from scenes.common.payments.errors import IllegalPaymentMove, PaymentNotFound
from scenes.common.payments.service.refunding import locked_refund, refund_moved
from scenes.common.payments.tables import PaymentEventRow, PaymentRow, RefundRow
from scenes.common.people.service import append_audit, contact_of, phone_of


class StuckRefund(msgspec.Struct, frozen=True, kw_only=True):
    """Money, in fen, that could not be given back: of which order at which provider, for whom, since when.

    `reason` is why it is to go back: cancelled, missed, late, mismatch or a final charge's rest.
    """

    refund_id: UUID
    booking_id: UUID
    place_id: UUID
    title: str
    name: str
    method: str
    payment_id: UUID
    out_refund_no: str
    provider_ref: str | None
    amount_fen: int
    reason: str
    since: datetime

    @property
    def may_retry(self) -> bool:
        """Tell whether the provider may be asked again."""
        return rules.may_retry(self.reason)


async def stuck_refunds(session: AsyncSession, staff: Staff, *, limit: int = 100) -> list[StuckRefund]:
    """List refunds that only the district's staff can end, oldest first (Forbidden for others)."""
    only_district(staff)
    rows = await store.stuck_refunds(session, limit=limit)
    return [msgspec.convert(dict(row), StuckRefund) for row in rows]


async def count_stuck_refunds(session: AsyncSession) -> int:
    """Count them for the console's menu."""
    return await store.count_stuck_refunds(session)


async def open_contact(
    session: AsyncSession, refund_id: UUID, *, staff: Staff, cipher: FieldCipher, now: datetime
) -> tuple[str, str | None]:
    """Open the name and number of whom money is owed to, which is written down (Forbidden, PaymentNotFound).

    Only while the money is stuck. No number where none is left.
    """
    only_district(staff)
    refund, row = await _found(session, refund_id)
    if refund.state != states.ABNORMAL:
        raise PaymentNotFound
    await _audit(session, staff, row, "contact", now=now)
    known = await contact_of(session, row.person_id)
    return known.name if known is not None else "", await phone_of(session, row.person_id, cipher=cipher)


async def retry(session: AsyncSession, refund_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Have the provider asked again, by the number it knows, so that it gives back once at most.

    Said twice it changes nothing. Refuses with Forbidden, PaymentNotFound, and IllegalPaymentMove for money
    that is back already or that does not match its payment.
    """
    only_district(staff)
    refund, row = await _found(session, refund_id)
    if not rules.may_retry(refund.reason):
        raise IllegalPaymentMove
    if refund.state == states.REQUESTED:
        return
    await refund_moved(session, refund_id, event=states.RETRY, now=now)
    await _audit(session, staff, row, "retry", now=now)


async def returned(session: AsyncSession, refund_id: UUID, *, way: str, staff: Staff, now: datetime) -> None:
    """Write down that the district gave the money back and how; the person is told.

    Said twice it changes nothing. Refuses with Forbidden, PaymentNotFound, RefundWayInvalid without a word on
    how, and IllegalPaymentMove while the provider is being asked again.
    """
    only_district(staff)
    how = rules.checked_way(way)
    refund, row = await _found(session, refund_id)
    if refund.state == states.REFUNDED:
        return
    await refund_moved(session, refund_id, event=states.RESOLVE, now=now)
    facts = {"staffId": str(staff.staff_id), "amountFen": refund.amount_fen, "way": how}
    event = PaymentEventRow(
        id=new_id(), method=row.method, event_no=f"returned:{refund_id}", payment_id=row.id,
        event=states.RESOLVE, facts=facts, verdict="applied", at=now,
    )  # fmt: skip
    await store.add_event(session, event)
    await _audit(session, staff, row, "returned", now=now)


async def _found(session: AsyncSession, refund_id: UUID) -> tuple[RefundRow, PaymentRow]:
    """Lock a refund of a provider's and its payment (PaymentNotFound, also for one of a counter)."""
    refund, row = await locked_refund(session, refund_id)
    if row.method == rules.COUNTER:
        raise PaymentNotFound
    return refund, row


async def _audit(session: AsyncSession, staff: Staff, row: PaymentRow, act: str, *, now: datetime) -> None:
    await append_audit(
        session, staff.staff_id, action=f"staff.refund.{act}", subject_ids=[row.person_id], now=now
    )
