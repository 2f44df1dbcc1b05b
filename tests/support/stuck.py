"""Money that no provider could give back, as the provider's answers would have left it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.tables import BookingRow
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.payments import rules
from scenes.common.payments.tables import PaymentRow, RefundRow
from scenes.common.places.service import upsert_places
from tests.support.notices import move_in
from tests.support.places import a_place

WAY = "银行转账,流水号 20261124-7"


async def cancelled_breakfast(
    session: AsyncSession, cipher: FieldCipher, *, now: datetime, phone: str | None = "13812345678"
) -> BookingRow:
    """Leave 王秀芳's breakfast of 350 fen cancelled, at a point of ours."""
    place = a_place(scene="breakfast", name="曹杨早餐店")
    await upsert_places(session, [place], now=now)
    person = await move_in(session, cipher, phone=phone)
    row = BookingRow(
        id=new_id(), scene="breakfast", state="cancelled", place_id=place.id, group_id=new_id(),
        title="早餐 豆浆1份", resource="", person_id=person, booked_by=person, starts_at=now,
        ends_at=now + timedelta(minutes=30), hold_seconds=900, amount_fen=350, code="12345678",
        terms={}, created_at=now, updated_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def stuck_money(
    session: AsyncSession, cipher: FieldCipher, clock: Clock, *, phone: str | None = "13812345678"
) -> UUID:
    """Leave a cancelled breakfast paid, its refund stuck since an hour ago; answer the refund."""
    now = clock() - timedelta(hours=1)
    booking = await cancelled_breakfast(session, cipher, now=now, phone=phone)
    person = booking.person_id
    paid = PaymentRow(
        id=new_id(), booking_id=booking.id, person_id=person, payer_id=person, method="sandbox",
        state="success", refund_state="abnormal", amount_fen=350, provider_ref="SB1", created_at=now,
        succeeded_at=now, settled_at=now, next_ask_at=now,
    )  # fmt: skip
    session.add(paid)
    await session.flush()
    refund = RefundRow(
        id=new_id(), payment_id=paid.id, out_refund_no=rules.whole_refund_no(paid.id.hex),
        amount_fen=350, reason="cancelled", state="abnormal", next_try_at=now, requested_at=now,
    )  # fmt: skip
    session.add(refund)
    await session.flush()
    return refund.id
