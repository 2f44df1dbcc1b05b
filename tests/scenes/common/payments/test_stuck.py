"""Money that no provider gives back: listed, tried again under its number, or returned by the district."""

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from scenes.common.booking.ledger import Ledger, Move
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.kit.refusals import Forbidden
from scenes.common.payments import service
from scenes.common.payments.cashier import Cashier
from scenes.common.payments.errors import IllegalPaymentMove, PaymentNotFound, RefundWayInvalid
from scenes.common.payments.jobs import HANDLERS
from tests.scenes.common.payments.conftest import District
from tests.scenes.common.payments.test_cashier import approve, column, hear, notice, pay, scalar
from tests.support.stuck import WAY, stuck_money

CLERK = Staff(new_id(), new_id(), "district", frozenset())
TOLD = "SELECT topic FROM outbox WHERE topic LIKE 'payment.refund%' ORDER BY id"
AUDITED = "SELECT action FROM audit_entry ORDER BY seq"
REFUND = "SELECT state || ' ' || tries FROM refund"
PAYMENT = "SELECT concat_ws(' ', state, refund_state, refunded_fen) FROM payment"


async def _retry(session: Any, refund_id: UUID, staff: Staff) -> None:
    await service.retry(session, refund_id, staff=staff, now=system_clock())


async def _return(session: Any, refund_id: UUID, staff: Staff, way: str = WAY) -> None:
    await service.returned(session, refund_id, way=way, staff=staff, now=system_clock())


async def _contact(session: Any, refund_id: UUID, staff: Staff) -> None:
    cipher = FieldCipher(bytes(16), bytes(16))
    await service.open_contact(session, refund_id, staff=staff, cipher=cipher, now=system_clock())


Act = Callable[[Any, UUID, Staff], Coroutine[Any, Any, None]]


async def act(database: Database, does: Act, refund_id: UUID, staff: Staff = CLERK, **more: Any) -> None:
    async with database.transaction() as session:
        await does(session, refund_id, staff, **more)


async def stuck(cashier: Cashier, district: District, ledger: Ledger) -> UUID:
    """Pay, cancel, and have the provider refuse to give the money back; answer the refund."""
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    await approve(cashier, district, payment_id)
    await ledger.move(Move(booking_id=held.id, event="cancel", by="staff"))
    async with district.database.transaction() as session:
        await relay(session, HANDLERS, now=system_clock())
    await district.database_execute("UPDATE refund SET amount_fen = 99999")
    assert await cashier.refund_due() == 1
    [refund_id] = await column(district.database, "SELECT id FROM refund WHERE state = 'abnormal'")
    assert isinstance(refund_id, UUID)
    return refund_id


async def test_a_provider_asked_again_gives_back_once(
    cashier: Cashier, district: District, ledger: Ledger
) -> None:
    database = district.database
    refund_id = await stuck(cashier, district, ledger)
    assert await cashier.refund_due() == 0
    await act(database, _retry, refund_id)
    assert await cashier.refund_due() == 1
    assert await scalar(database, REFUND) == "abnormal 1"
    await district.database_execute("UPDATE refund SET amount_fen = 350")
    await act(database, _retry, refund_id)
    await act(database, _retry, refund_id)
    assert await scalar(database, PAYMENT) == "success requested 0"
    assert (await cashier.refund_due(), await cashier.refund_due()) == (1, 0)
    assert await scalar(database, PAYMENT) == "success refunded 350"
    assert await column(database, TOLD) == ["payment.refund_abnormal"] * 2 + ["payment.refunded"]
    assert await column(database, AUDITED) == ["staff.refund.retry"] * 2
    with pytest.raises(IllegalPaymentMove):
        await act(database, _retry, refund_id)


@pytest.mark.parametrize("price_fen", [66_601], indirect=True)
async def test_what_a_provider_calls_abnormal_is_returned_by_the_district(
    cashier: Cashier, district: District, ledger: Ledger
) -> None:
    database = district.database
    held = await district.hold()
    await approve(cashier, district, await pay(cashier, district, held.id))
    await ledger.move(Move(booking_id=held.id, event="cancel", by="staff"))
    async with database.transaction() as session:
        await relay(session, HANDLERS, now=system_clock())
    await cashier.refund_due()
    async with database.transaction() as session:
        [found] = await service.stuck_refunds(session, CLERK)
        assert await service.count_stuck_refunds(session) == 1
    assert (found.booking_id, found.name, found.method, found.amount_fen, found.reason) == (
        held.id, "王秀芳", "sandbox", 66_601, "cancelled",
    )  # fmt: skip
    await act(database, _retry, found.refund_id)
    with pytest.raises(IllegalPaymentMove):
        await act(database, _return, found.refund_id)
    await cashier.refund_due()
    for _ in range(2):
        await act(database, _return, found.refund_id, way=f"  {WAY} ")
    assert await scalar(database, PAYMENT) == "success refunded 66601"
    assert (await district.booking(held.id))[2] == "refunded"
    [facts] = await column(database, "SELECT facts FROM payment_event WHERE event = 'resolve'")
    assert facts == {"staffId": str(CLERK.staff_id), "amountFen": 66_601, "way": WAY}
    assert await column(database, TOLD) == ["payment.refund_abnormal"] * 2 + ["payment.refund_returned"]
    assert await column(database, AUDITED) == ["staff.refund.retry", "staff.refund.returned"]
    async with database.transaction() as session:
        assert await service.stuck_refunds(session, CLERK) == []


async def test_other_money_beside_a_paid_booking_leaves_it_paid(cashier: Cashier, district: District) -> None:
    database = district.database
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    await approve(cashier, district, payment_id)
    await hear(database, notice(payment_id, amount_fen=999))
    [refund_id] = await column(database, "SELECT id FROM refund")
    assert isinstance(refund_id, UUID)
    with pytest.raises(IllegalPaymentMove):
        await act(database, _retry, refund_id)
    await act(database, _return, refund_id)
    assert await scalar(database, PAYMENT) == "success none 0"
    assert await scalar(database, "SELECT state || ' ' || amount_fen FROM refund") == "refunded 999"
    assert await district.booking(held.id) == ("confirmed", payment_id, "success")


@pytest.mark.parametrize("role", ["clinic", "breakfast", "eldercare", "auditor"])
async def test_nobody_else_sees_or_ends_it(database: Database, cipher: FieldCipher, role: str) -> None:
    async with database.transaction() as session:
        refund_id = await stuck_money(session, cipher, system_clock)
    other = Staff(new_id(), new_id(), role, frozenset())
    for does in (_retry, _return, _contact):
        with pytest.raises(Forbidden):
            await act(database, does, refund_id, other)
    async with database.transaction() as session:
        with pytest.raises(Forbidden):
            await service.stuck_refunds(session, other)
    assert await column(database, AUDITED) == []
    assert await scalar(database, REFUND) == "abnormal 0"


@pytest.mark.parametrize("way", ["", "  ", "长" * 201])
async def test_how_it_went_back_is_said(database: Database, cipher: FieldCipher, way: str) -> None:
    async with database.transaction() as session:
        refund_id = await stuck_money(session, cipher, system_clock)
    with pytest.raises(RefundWayInvalid):
        await act(database, _return, refund_id, way=way)
    assert await scalar(database, REFUND) == "abnormal 0"


async def test_no_such_money_and_money_of_a_counter_are_not_found(
    database: Database, cipher: FieldCipher
) -> None:
    async with database.transaction() as session:
        refund_id = await stuck_money(session, cipher, system_clock)
        await session.execute(text("UPDATE payment SET method = 'counter'"))
    for wanted in (refund_id, new_id()):
        for does in (_retry, _return, _contact):
            with pytest.raises(PaymentNotFound):
                await act(database, does, wanted)


async def test_whom_it_belongs_to_is_opened_and_written_down(database: Database, cipher: FieldCipher) -> None:
    async with database.transaction() as session:
        refund_id = await stuck_money(session, cipher, system_clock)
        nobody = await stuck_money(session, cipher, system_clock, phone=None)
        opened = [
            await service.open_contact(session, each, staff=CLERK, cipher=cipher, now=system_clock())
            for each in (refund_id, nobody)
        ]
    assert opened == [("王秀芳", "13812345678"), ("王秀芳", None)]
    await act(database, _return, nobody)
    with pytest.raises(PaymentNotFound):  # nothing is owed any more
        await act(database, _contact, nobody)
    assert await column(database, AUDITED) == ["staff.refund.contact"] * 2 + ["staff.refund.returned"]
