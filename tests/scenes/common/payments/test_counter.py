"""Money over a venue's counter: taken once, confirmed, handed back by those who took it, never in silence."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from scenes.common.booking.counter import call_off
from scenes.common.booking.errors import BookingNotFound, HoldExpired, PriceChanged
from scenes.common.booking.ledger import BookingRecord, Ledger
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import system_clock
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.kit.refusals import Forbidden, IdempotencyKeyReused
from scenes.common.payments import service
from scenes.common.payments.cashier import Cashier
from scenes.common.payments.errors import AlreadyPaid, NothingToPay, PaymentNotFound, PaymentOpen
from scenes.common.payments.jobs import HANDLERS
from scenes.common.payments.wire import rendered
from tests.scenes.common.payments.conftest import District
from tests.support.clock import AdjustableClock


@pytest.fixture
async def held(district: District) -> BookingRecord:
    return await district.hold()


@pytest.fixture
def clerk(held: BookingRecord) -> Staff:
    return Staff(new_id(), new_id(), "clinic", frozenset({held.place_id}))


async def take(
    cashier: Cashier, booking_id: UUID, clerk: Staff, *, amount_fen: int = 350, key: str | None = None
) -> None:
    await cashier.take_at_counter(
        booking_id, staff=clerk, amount_fen=amount_fen, key=key or uuid4().hex, fingerprint=b"",
        render=rendered,
    )  # fmt: skip


async def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    async with database.transaction() as session:
        return [tuple(row) for row in (await session.execute(text(statement))).all()]


PAYMENTS = "SELECT method, state, refund_state, amount_fen, refunded_fen, settled_at IS NOT NULL FROM payment"
TOLD = "SELECT topic FROM outbox WHERE topic LIKE 'payment.%' ORDER BY topic"
AUDITED = "SELECT action FROM audit_entry ORDER BY seq"


async def relayed(database: Database) -> None:
    async with database.transaction() as session:
        await relay(session, HANDLERS, now=system_clock() + timedelta(seconds=1))


async def test_money_taken_confirms_the_booking_once(
    cashier: Cashier, district: District, database: Database, held: BookingRecord, clerk: Staff
) -> None:
    key = uuid4().hex
    await take(cashier, held.id, clerk, key=key)
    await take(cashier, held.id, clerk, key=key)
    with pytest.raises(AlreadyPaid):
        await take(cashier, held.id, clerk)
    with pytest.raises(AlreadyPaid):
        await take(cashier, held.id, clerk, key=uuid4().hex)
    state, _, payment_state = await district.booking(held.id)
    assert (state, payment_state) == ("confirmed", "success")
    assert await rows(database, PAYMENTS) == [("counter", "success", "none", 350, 0, True)]
    assert await rows(database, TOLD) == [("payment.succeeded",)]
    assert await rows(database, AUDITED) == [("staff.payment.take",)]
    with pytest.raises(IdempotencyKeyReused):
        await cashier.take_at_counter(
            held.id, staff=clerk, amount_fen=350, key=key, fingerprint=b"other", render=rendered
        )


async def test_two_clerks_at_once_take_it_once(
    cashier: Cashier, database: Database, held: BookingRecord, clerk: Staff
) -> None:
    other = Staff(new_id(), new_id(), "clinic", clerk.place_ids)
    said = await asyncio.gather(
        *(take(cashier, held.id, who) for who in (clerk, other)), return_exceptions=True
    )
    assert sorted(type(each) for each in said if each is not None)[:1] in ([AlreadyPaid], [PaymentOpen])
    assert sum(each is None for each in said) == 1
    assert await rows(database, PAYMENTS) == [("counter", "success", "none", 350, 0, True)]


async def test_what_a_counter_refuses_leaves_nothing_behind(
    cashier: Cashier, district: District, database: Database, held: BookingRecord, clerk: Staff
) -> None:
    stranger = Staff(new_id(), new_id(), "clinic", frozenset({new_id()}))
    auditor = Staff(new_id(), new_id(), "auditor", clerk.place_ids)
    for who, amount, refusal in (
        (stranger, 350, BookingNotFound),
        (auditor, 350, Forbidden),
        (clerk, 349, PriceChanged),
    ):
        with pytest.raises(refusal):
            await take(cashier, held.id, who, amount_fen=amount)
    with pytest.raises(BookingNotFound):
        await take(cashier, new_id(), clerk)
    await district.database_execute("UPDATE booking SET scene = 'charging'")
    with pytest.raises(NothingToPay):
        await take(cashier, held.id, clerk)
    await district.database_execute("UPDATE booking SET scene = 'clinic', hold_expires_at = now()")
    with pytest.raises(HoldExpired):
        await take(cashier, held.id, clerk)
    assert await rows(database, PAYMENTS) == []
    assert await rows(database, AUDITED) == []


async def test_nobody_takes_money_for_what_is_being_paid_on_a_phone(
    cashier: Cashier, district: District, database: Database, held: BookingRecord, clerk: Staff
) -> None:
    await cashier.open(
        held.id, resident=district.resident, method="sandbox", key=uuid4().hex, fingerprint=b"",
        render=rendered,
    )  # fmt: skip
    with pytest.raises(PaymentOpen) as refused:
        await take(cashier, held.id, clerk)
    assert "不要收钱" in refused.value.detail
    assert [row[0] for row in await rows(database, PAYMENTS)] == ["sandbox"]


async def cancelled(ledger: Ledger, database: Database, booking_id: UUID, clerk: Staff) -> UUID:
    await ledger.move(call_off(booking_id, clerk, key=uuid4().hex, fingerprint=b""))
    await relayed(database)
    [(refund_id,)] = await rows(database, "SELECT id FROM refund")
    assert isinstance(refund_id, UUID)
    return refund_id


async def test_what_was_taken_waits_to_be_handed_back_and_no_job_touches_it(
    cashier: Cashier, ledger: Ledger, database: Database, held: BookingRecord, clerk: Staff
) -> None:
    await take(cashier, held.id, clerk)
    refund_id = await cancelled(ledger, database, held.id, clerk)
    assert await cashier.refund_due() == 0
    await cashier.refund(refund_id)
    assert await rows(database, PAYMENTS) == [("counter", "success", "requested", 350, 0, True)]
    async with database.transaction() as session:
        [waiting] = await service.to_hand_back(session, clerk, held.place_id)
    assert (waiting.refund_id, waiting.booking_id, waiting.name, waiting.amount_fen) == (
        refund_id, held.id, "王秀芳", 350,
    )  # fmt: skip
    for _ in range(2):
        async with database.transaction() as session:
            assert (
                await service.handed_back(session, refund_id, staff=clerk, now=system_clock())
                == held.place_id
            )
    assert await rows(database, PAYMENTS) == [("counter", "success", "refunded", 350, 350, True)]
    assert await rows(database, TOLD) == [
        ("payment.handed_back",), ("payment.refund_waits",), ("payment.succeeded",),
    ]  # fmt: skip
    assert await rows(database, AUDITED) == [("staff.payment.take",), ("staff.payment.hand_back",)]
    async with database.transaction() as session:
        assert await service.to_hand_back(session, clerk, held.place_id) == []


async def test_a_hold_that_ran_out_meanwhile_is_money_to_be_handed_back(
    cashier: Cashier, database: Database, held: BookingRecord, clerk: Staff, ledger_clock: AdjustableClock
) -> None:
    ledger_clock.advance(timedelta(minutes=16))  # the ledger's clock is the one that decides
    await take(cashier, held.id, clerk)
    assert await rows(database, "SELECT state FROM booking") == [("held",)]
    assert await rows(database, PAYMENTS) == [("counter", "success", "requested", 350, 0, True)]
    async with database.transaction() as session:
        assert [each.amount_fen for each in await service.to_hand_back(session, clerk, held.place_id)] == [
            350
        ]


async def test_a_kill_between_taking_and_settling_is_carried_on(
    cashier: Cashier, district: District, database: Database, held: BookingRecord, clerk: Staff
) -> None:
    async with database.transaction() as session:
        await service.take(session, held.id, staff=clerk, amount_fen=350, now=system_clock())
    assert (await district.booking(held.id))[0] == "held"
    assert await cashier.settle_due() == 1
    assert (await district.booking(held.id))[0] == "confirmed"
    assert await rows(database, PAYMENTS) == [("counter", "success", "none", 350, 0, True)]


async def test_only_the_venue_that_took_it_hands_it_back(
    cashier: Cashier, ledger: Ledger, database: Database, held: BookingRecord, clerk: Staff
) -> None:
    await take(cashier, held.id, clerk)
    refund_id = await cancelled(ledger, database, held.id, clerk)
    stranger = Staff(new_id(), new_id(), "clinic", frozenset({new_id()}))
    async with database.transaction() as session:
        with pytest.raises(PaymentNotFound):
            await service.handed_back(session, refund_id, staff=stranger, now=system_clock())
        with pytest.raises(BookingNotFound):
            await service.to_hand_back(session, stranger, held.place_id)
        with pytest.raises(PaymentNotFound):
            await service.handed_back(session, new_id(), staff=clerk, now=system_clock())
    await rows(database, "UPDATE payment SET method = 'sandbox' RETURNING 1")
    async with database.transaction() as session:
        with pytest.raises(PaymentNotFound):
            await service.handed_back(session, refund_id, staff=clerk, now=system_clock())
        assert await service.to_hand_back(session, clerk, held.place_id) == []
