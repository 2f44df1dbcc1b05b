"""Money and bookings stay in step whatever is late, lost, repeated, out of order or killed."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from scenes.common.booking.ledger import Ledger, Move
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import system_clock
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.payments import service
from scenes.common.payments.cashier import Cashier
from scenes.common.payments.errors import ProviderUnreachable
from scenes.common.payments.jobs import HANDLERS
from scenes.common.payments.service import paying
from scenes.common.payments.tables import PaymentRow
from scenes.common.payments.upstream import Notice, OrderFacts, Providers, open_providers
from scenes.common.payments.wire import rendered
from tests.scenes.common.payments.conftest import District, Spawn
from tests.support.clock import AdjustableClock

CLERK = Staff(new_id(), new_id(), "district", frozenset())


async def pay(cashier: Cashier, district: District, booking_id: UUID) -> UUID:
    """Open a payment and return its id."""
    await cashier.open(
        booking_id,
        resident=district.resident,
        method="sandbox",
        key=uuid4().hex,
        fingerprint=b"",
        render=rendered,
    )
    payment_id = (await district.booking(booking_id))[1]
    assert payment_id is not None
    return payment_id


def notice(
    payment_id: UUID, state: str = "paid", *, amount_fen: int = 350, number: str | None = None
) -> Notice:
    facts = OrderFacts(
        payment_id=payment_id, provider_ref="SB1", state=state, amount_fen=amount_fen, currency="CNY"
    )
    return Notice(event_no=number or uuid4().hex, facts=facts, raw={"state": state})


async def hear(database: Database, told: Notice) -> None:
    """Commit a notice without settling, as if the process were killed right after."""
    async with database.transaction() as session:
        await service.receive(session, told, method="sandbox", now=system_clock())


async def scalar(database: Database, statement: str) -> object:
    async with database.transaction() as session:
        return (await session.execute(text(statement))).scalar()


async def column(database: Database, statement: str) -> list[object]:
    async with database.transaction() as session:
        return list((await session.execute(text(statement))).scalars())


async def approve(cashier: Cashier, district: District, payment_id: UUID) -> str:
    return (await cashier.decide(payment_id, resident=district.resident, verdict="approve")).state


async def test_a_success_after_the_hold_expired_is_refunded_by_itself(
    cashier: Cashier, district: District, ledger_clock: AdjustableClock
) -> None:
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    ledger_clock.advance(timedelta(minutes=16))
    row = await cashier.decide(payment_id, resident=district.resident, verdict="approve")
    assert (row.state, row.refund_state, row.settled_at is not None) == ("success", "refunded", True)
    state, _, shown = await district.booking(held.id)
    assert (state in {"held", "expired"}, shown) == (True, "refunded")
    assert await column(
        district.database, "SELECT topic FROM outbox WHERE topic LIKE 'payment.%' ORDER BY id"
    ) == [
        "payment.succeeded",
        "payment.refunded",
    ]


async def test_a_success_after_the_sweeper_is_refunded_too(
    cashier: Cashier, district: District, ledger: Ledger, ledger_clock: AdjustableClock
) -> None:
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    ledger_clock.advance(timedelta(minutes=16))
    await ledger.sweep()
    async with httpx.AsyncClient(trust_env=False) as browser:
        pay_url = await scalar(district.database, "SELECT pay_url FROM payment")
        await browser.post(f"{pay_url}/approve")
    await cashier.ask(payment_id)
    assert await scalar(district.database, "SELECT state || ' ' || reason FROM refund") == "refunded late"
    assert await district.booking(held.id) == ("expired", payment_id, "refunded")


async def test_a_kill_between_the_notice_and_the_ledger_is_made_good_by_the_job(
    cashier: Cashier, district: District
) -> None:
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    await hear(district.database, notice(payment_id))
    assert (await district.booking(held.id))[0] == "held"
    assert (await cashier.settle_due(), await cashier.settle_due()) == (1, 0)
    assert await district.booking(held.id) == ("confirmed", payment_id, "success")


async def test_a_kill_between_the_ledger_and_the_books_keeps_the_booking(
    cashier: Cashier, district: District, ledger: Ledger
) -> None:
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    await hear(district.database, notice(payment_id))
    await ledger.move(Move(booking_id=held.id, event="confirm", by="payment"))
    await ledger.move(Move(booking_id=held.id, event="check_in", by="system"))
    await ledger.move(Move(booking_id=held.id, event="fulfil", by="system"))
    assert await cashier.settle_due() == 1
    assert await district.booking(held.id) == ("fulfilled", payment_id, "success")
    assert await scalar(district.database, "SELECT count(*) FROM refund") == 0


async def test_a_kill_before_the_provider_answered_finds_the_same_payment_again(
    cashier: Cashier, district: District
) -> None:
    held = await district.hold()
    async with district.database.transaction() as session:
        row, title = await service.open_payment(
            session, held.id, resident=district.resident, method="sandbox", now=system_clock()
        )
    assert (row.state, title) == ("created", "曹杨中心 内科")
    assert await pay(cashier, district, held.id) == row.id


async def test_many_at_once_open_one_payment_and_settle_it_once(cashier: Cashier, district: District) -> None:
    held = await district.hold()
    opened = await asyncio.gather(*(pay(cashier, district, held.id) for _ in range(8)))
    told = [hear(district.database, notice(opened[0], number="one-event")) for _ in range(4)]
    await asyncio.gather(*told)
    await asyncio.gather(*(cashier.settle(opened[0]) for _ in range(4)))
    assert len(set(opened)) == 1
    assert await scalar(district.database, "SELECT count(*) FROM payment_event") == 1
    assert await column(district.database, "SELECT topic FROM outbox ORDER BY id") == [
        "booking.held",
        "payment.succeeded",
        "booking.confirmed",
    ]


@pytest.mark.parametrize("price_fen", [66_601, 66_602, 350], indirect=True)
async def test_a_paid_booking_that_is_cancelled_gets_its_money_back_once(
    cashier: Cashier, district: District, ledger: Ledger, price_fen: int
) -> None:
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    await approve(cashier, district, payment_id)
    await ledger.move(Move(booking_id=held.id, event="cancel", by="staff"))
    for _ in range(2):
        async with district.database.transaction() as session:
            await relay(session, HANDLERS, now=system_clock() + timedelta(hours=1))
        await district.database_execute("UPDATE outbox SET done_at = NULL")
    for _ in range(3):
        await cashier.refund_due()
        await district.database_execute("UPDATE refund SET next_try_at = now() - interval '1 second'")
    state = "abnormal" if price_fen == 66_601 else "refunded"
    tries = 1 if price_fen == 66_602 else 0
    async with district.database.transaction() as session:
        rows = (await session.execute(text("SELECT state, tries, amount_fen FROM refund"))).all()
        stuck = await service.stuck_refunds(session, CLERK)
    assert [tuple(row) for row in rows] == [(state, tries, price_fen)]
    assert [each.payment_id for each in stuck] == ([payment_id] if state == "abnormal" else [])
    assert (await district.booking(held.id))[0] == "cancelled"
    told = await column(district.database, "SELECT topic FROM outbox WHERE topic LIKE 'payment.refund%'")
    assert told == ["payment.refund_abnormal" if state == "abnormal" else "payment.refunded"]


async def test_an_open_payment_of_a_cancelled_booking_is_closed_at_the_provider(
    cashier: Cashier, district: District, ledger: Ledger
) -> None:
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    await ledger.move(Move(booking_id=held.id, event="cancel", by="system"))
    async with district.database.transaction() as session:
        await relay(session, HANDLERS, now=system_clock() + timedelta(hours=1))
    await district.database_execute("UPDATE payment SET next_ask_at = now() - interval '1 second'")
    assert await cashier.ask_due() == 1
    assert await district.booking(held.id) == ("cancelled", payment_id, "cancelled")
    assert await approve(cashier, district, payment_id) == "cancelled"


async def test_money_that_comes_after_another_end_goes_back(cashier: Cashier, district: District) -> None:
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    await hear(district.database, notice(payment_id, "declined"))
    await hear(district.database, notice(payment_id))
    assert await column(district.database, "SELECT verdict FROM payment_event ORDER BY id") == [
        "applied",
        "refused",
    ]
    assert (
        await scalar(district.database, "SELECT state || ' ' || refund_state FROM payment")
        == "failed requested"
    )
    assert (await district.booking(held.id))[0] == "held"


@pytest.mark.parametrize("amount_fen", [349, 351, 35_000])
async def test_another_amount_confirms_nothing_and_goes_to_staff(
    cashier: Cashier, district: District, amount_fen: int
) -> None:
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    await hear(district.database, notice(payment_id, amount_fen=amount_fen))
    await cashier.settle(payment_id)
    async with district.database.transaction() as session:
        [refund] = await service.stuck_refunds(session, CLERK)
    assert (refund.amount_fen, refund.reason, refund.may_retry) == (amount_fen, "mismatch", False)
    assert await scalar(district.database, "SELECT state FROM payment") == "error"
    assert (await district.booking(held.id))[0] == "held"


async def test_a_silent_provider_is_asked_after_thirty_seconds(
    database: Database, ledger: Ledger, providers: Providers, district: District
) -> None:
    clock = AdjustableClock(system_clock())
    cashier = Cashier(database, ledger, providers=providers, clock=clock)
    held = await district.hold()
    payment_id = await pay(cashier, district, held.id)
    assert await cashier.ask_due() == 0
    clock.advance(timedelta(seconds=31))
    assert await cashier.ask_due() == 1
    assert await scalar(database, "SELECT asks FROM payment") == 1
    async with httpx.AsyncClient(trust_env=False) as browser:
        pay_url = await scalar(database, "SELECT pay_url FROM payment")
        await browser.post(f"{pay_url}/approve")
    clock.advance(timedelta(seconds=61))
    assert await cashier.ask_due() == 1
    assert await district.booking(held.id) == ("confirmed", payment_id, "success")


async def test_a_provider_that_is_away_loses_nothing(
    cashier: Cashier, district: District, ledger: Ledger, notify_port: int, spawn: Spawn
) -> None:
    database = district.database
    other = spawn(notify_port)
    other.kill()
    held = await district.hold()
    async with open_providers(other.settings, clock=system_clock) as providers:
        away = Cashier(database, ledger, providers=providers, clock=system_clock)
        with pytest.raises(ProviderUnreachable):
            await pay(away, district, held.id)
        payment_id = await pay(cashier, district, held.id)
        await away.ask(payment_id)
        assert await scalar(database, "SELECT asks FROM payment") == 1
        await ledger.move(Move(booking_id=held.id, event="cancel", by="system"))
        await hear(database, notice(payment_id))
        await away.settle(payment_id)
    assert await scalar(database, "SELECT state || tries FROM refund") == "requested1"


async def test_an_order_its_provider_never_heard_of_is_cancelled(
    cashier: Cashier, district: District
) -> None:
    held = await district.hold()
    async with district.database.transaction() as session:
        row, _ = await service.open_payment(
            session, held.id, resident=district.resident, method="sandbox", now=system_clock()
        )
    await cashier.ask(row.id)
    assert await district.booking(held.id) == ("held", row.id, "cancelled")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(news=st.lists(st.sampled_from(["paid", "declined", "closed", "pending"]), min_size=1, max_size=6))
def test_whatever_the_order_of_news_a_paid_fen_is_kept_or_on_its_way_back(news: list[str]) -> None:
    """The pure heart of `receive`, since hypothesis and the session loop do not mix."""
    state, refunded = "created", False
    for word in news:
        event = paying.EVENT_OF.get(word)
        if event is None:
            continue
        row = PaymentRow(id=uuid4(), state=state, amount_fen=350, method="sandbox")
        verdict, state = paying._judged(row, event, notice(row.id, word).facts)
        refunded = refunded or (verdict == "refused" and word == "paid")
    assert ("paid" in news) == (state == "success" or refunded)
