"""Carrying by the demo carriers as a real process: what arrives, what falls back, what a kill leaves."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.notices import service
from scenes.common.notices.channels import NoticeRule
from scenes.common.notices.courier import Courier
from scenes.common.notices.rules import Facts
from scenes.common.notices.signing import Call, signed_headers
from scenes.common.notices.tables import NoticeDeliveryRow
from scenes.common.notices.upstream import Carriers, open_carriers
from tests.scenes.common.payments.conftest import free_port, until
from tests.support.clock import AdjustableClock
from tests.support.notices import RECEIPTS, SECRET, Peer, became, hearing_receipts, move_in

ALWAYS = NoticeRule(
    quiet_from=NoticeRule().quiet_until, timeout_seconds=0.4, lease_seconds=2, most_tries=3, receipt_hours=72
)
Tell = Callable[..., Awaitable[UUID]]


@pytest.fixture
def clock() -> AdjustableClock:
    """Signatures need the real time; the desk's own hours are turned ahead from there."""
    return AdjustableClock(system_clock())


@pytest.fixture
def receipt_port() -> int:
    return free_port()


@pytest.fixture
def faults() -> tuple[str, ...]:
    return ()


@pytest.fixture
async def peer(tmp_path: Path, receipt_port: int, faults: tuple[str, ...]) -> AsyncIterator[Peer]:
    peer = Peer(tmp_path, receipt_port, *faults)
    yield peer
    peer.kill()


@pytest.fixture
async def carriers(peer: Peer) -> AsyncIterator[Carriers]:
    async with open_carriers(peer.settings, clock=system_clock) as carriers:
        yield carriers


@pytest.fixture
async def courier(
    database: Database, cipher: FieldCipher, carriers: Carriers, clock: AdjustableClock
) -> Courier:
    async with database.transaction() as session:
        await service.set_rule(session, ALWAYS, since=date(2020, 1, 1))
    return Courier(database, cipher, carriers=carriers, clock=clock)


@pytest.fixture
def tell(database: Database, cipher: FieldCipher, clock: AdjustableClock) -> Tell:
    async def tell(dedupe: str = "n", *, grants: int = 0, urgent: bool = False, **facts: Any) -> UUID:
        async with database.transaction() as session:
            person = await move_in(session, cipher, **facts)
            for _ in range(grants):
                await service.grant(session, person, openid="o-nobody", cipher=cipher, now=clock())
            await service.tell(
                session, person, dedupe=dedupe, template="session_stopped", facts=Facts(title="内科"),
                now=clock(), urgent=urgent,
            )  # fmt: skip
        return person

    return tell


async def state(database: Database, prefix: str = "n") -> list[tuple[str, str]]:
    async with database.transaction() as session:
        return (await became(session, prefix))[1:]


async def why(database: Database) -> list[tuple[str, str | None]]:
    async with database.transaction() as session:
        rows = await session.scalars(select(NoticeDeliveryRow).order_by(col(NoticeDeliveryRow.id)))
        return [(row.channel, row.why) for row in rows]


async def test_an_sms_is_sent_once_and_its_receipt_makes_it_delivered(  # noqa: PLR0913, PLR0917 - fixtures
    database: Database, courier: Courier, carriers: Carriers, peer: Peer, receipt_port: int, tell: Tell
) -> None:
    await tell()
    assert [await courier.deliver_due(), await courier.deliver_due()] == [1, 0]
    assert await state(database) == [("sms", "sent")]

    async def delivered() -> bool:
        return await state(database) == [("sms", "delivered")]

    async with hearing_receipts(database, carriers, receipt_port):
        await until(delivered)
    [message] = peer.outbox()
    assert (message["to"], message["times"]) == ("13812345678", 1)
    assert message["text"].startswith("【停诊通知】很抱歉,这一场停诊了。内科。")


async def test_a_receipt_of_a_stranger_or_of_yesterday_is_refused_and_a_repeat_changes_nothing(
    database: Database, courier: Courier, carriers: Carriers, receipt_port: int, tell: Tell
) -> None:
    await tell()
    await courier.deliver_due()
    async with database.transaction() as session:
        number = (await session.scalars(select(col(NoticeDeliveryRow.id)))).one()
    body = f'{{"outId":"{number}","id":"S1","state":"delivered"}}'.encode()
    call, now = Call(method="POST", path=RECEIPTS, body=body), system_clock()
    signed = [
        signed_headers(b"another", call, now=now, nonce="1"),
        signed_headers(SECRET.encode(), call, now=now - timedelta(minutes=6), nonce="2"),
        signed_headers(SECRET.encode(), call, now=now, nonce="3"),
        signed_headers(SECRET.encode(), call, now=now, nonce="3"),
    ]
    async with (
        hearing_receipts(database, carriers, receipt_port) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        answers = [await client.post(RECEIPTS, content=body, headers=each) for each in signed]
        unsigned = await client.post(RECEIPTS, content=body)
    assert [each.status_code for each in (*answers, unsigned)] == [403, 403, 200, 200, 403]
    assert await state(database) == [("sms", "delivered")]


@pytest.mark.parametrize(
    ("phone", "reason"), [("13812345555", "number_barred"), ("02152660000", "not_a_mobile")]
)
async def test_what_the_gateway_refuses_for_good_is_listed_for_a_call(
    database: Database, courier: Courier, tell: Tell, phone: str, reason: str
) -> None:
    await tell(phone=phone)
    await courier.deliver_due()
    assert await state(database) == [("sms", "failed"), ("call", "listed")]
    assert await why(database) == [("sms", reason), ("call", None)]


async def test_an_sms_that_cannot_be_delivered_is_listed_by_its_receipt(
    database: Database, courier: Courier, carriers: Carriers, receipt_port: int, tell: Tell
) -> None:
    await tell(phone="13812344444")
    await courier.deliver_due()

    async def listed() -> bool:
        return await state(database) == [("sms", "failed"), ("call", "listed")]

    async with hearing_receipts(database, carriers, receipt_port):
        await until(listed)


async def test_wechat_uses_a_grant_and_43101_falls_back_to_an_sms(  # noqa: PLR0913, PLR0917 - fixtures
    database: Database,
    cipher: FieldCipher,
    courier: Courier,
    carriers: Carriers,
    peer: Peer,
    clock: AdjustableClock,
) -> None:
    assert carriers.wechat is not None
    openid = await carriers.wechat.openid("wang:1")
    async with database.transaction() as session:
        person = await move_in(session, cipher)
        left = [
            await service.grant(session, person, openid=openid, cipher=cipher, now=clock()) for _ in range(3)
        ]
        for dedupe in ("w1", "w2"):
            await service.tell(
                session, person, dedupe=dedupe, template="session_stopped", facts=Facts(), now=clock()
            )
    assert left == [1, 2, 3]
    await courier.deliver_due(limit=1)
    await courier.deliver_due(limit=1)
    await courier.deliver_due(limit=1)
    assert await state(database, "w1") == [("wechat", "delivered")]
    assert await state(database, "w2") == [("wechat", "failed"), ("sms", "sent")]
    async with database.transaction() as session:
        assert await service.grants_left(session, person) == 0
    assert [each["channel"] for each in peer.outbox()] == ["sms", "wechat"]


@pytest.mark.parametrize("faults", [("--fail", "1", "--no-dedupe")])
async def test_a_gateway_out_of_order_is_tried_again_later_and_then_left_for_a_call(
    database: Database, courier: Courier, clock: AdjustableClock, tell: Tell
) -> None:
    await tell()
    seen: list[Any] = []
    for _ in range(3):
        seen.append((await courier.deliver_due(), await courier.deliver_due()))
        seen.append((await state(database))[0])
        clock.advance(timedelta(minutes=5))
    assert seen == [
        (1, 0), ("sms", "waiting"), (1, 0), ("sms", "waiting"), (1, 0), ("sms", "failed"),
    ]  # fmt: skip
    assert await state(database) == [("sms", "failed"), ("call", "listed")]


@pytest.mark.parametrize("faults", [("--hang", "1", "--seed", "1", "--no-dedupe")])
async def test_a_hang_is_cut_off(database: Database, courier: Courier, tell: Tell) -> None:
    await tell()
    assert await courier.deliver_due() == 1
    assert (await state(database), await why(database)) == ([("sms", "waiting")], [("sms", "no_answer")])


@pytest.mark.parametrize("faults", [("--no-dedupe",)])
@pytest.mark.parametrize("reached", [True, False])
async def test_after_a_kill_in_the_midst_the_gateway_is_asked_before_anything_is_sent_again(  # noqa: PLR0913, PLR0917 - fixtures
    database: Database,
    cipher: FieldCipher,
    courier: Courier,
    carriers: Carriers,
    clock: AdjustableClock,
    peer: Peer,
    tell: Tell,
    reached: bool,  # noqa: FBT001 - a table
) -> None:
    await tell()
    async with database.transaction() as session:
        _, [parcel] = await service.take(session, cipher=cipher, now=clock(), limit=9)
    assert parcel.message is not None
    assert carriers.sms is not None
    if reached:
        await carriers.sms.send(parcel.message)
    assert await courier.deliver_due() == 0
    clock.advance(timedelta(seconds=3))
    assert await courier.deliver_due() == 1
    [message] = peer.outbox()
    assert (message["outId"], message["times"]) == (str(parcel.id), 1)
    [(_, now_is)] = await state(database)
    assert now_is in {"sent", "delivered"}


async def test_a_kill_amid_a_wechat_message_leaves_it_to_the_sms(
    database: Database, cipher: FieldCipher, courier: Courier, clock: AdjustableClock, tell: Tell
) -> None:
    person = await tell(grants=1)
    async with database.transaction() as session:
        await service.take(session, cipher=cipher, now=clock(), limit=9)
    clock.advance(timedelta(seconds=3))
    await courier.deliver_due()
    assert await state(database) == [("wechat", "failed"), ("sms", "waiting")]
    assert await why(database) == [("wechat", "unsure"), ("sms", None)]
    async with database.transaction() as session:
        assert await service.grants_left(session, person) == 0


async def test_without_a_receipt_for_three_days_somebody_calls_and_a_late_receipt_calls_it_off(  # noqa: PLR0913, PLR0917 - fixtures
    database: Database, courier: Courier, carriers: Carriers, clock: AdjustableClock, tell: Tell, peer: Peer
) -> None:
    await tell(phone="13812344444")
    await courier.deliver_due()
    clock.advance(timedelta(hours=72, seconds=-1))
    assert await courier.chase_silent() == 0
    clock.advance(timedelta(seconds=2))
    peer.kill()
    assert await courier.chase_silent() == 1
    assert await state(database) == [("sms", "failed"), ("call", "listed")]
    async with database.transaction() as session:
        number = await session.scalar(
            select(col(NoticeDeliveryRow.id)).where(col(NoticeDeliveryRow.channel) == "sms")
        )
        late = f'{{"outId":"{number}","id":"S1","state":"delivered"}}'.encode()
        headers = signed_headers(
            SECRET.encode(), Call(method="POST", path="/r", body=late), now=system_clock(), nonce="1"
        )
        receipt = carriers.offered_sms().read_receipt(headers, path="/r", body=late, now=system_clock())
        await service.receipted(session, receipt, now=clock())
    assert await state(database) == [("sms", "delivered"), ("call", "done")]


async def test_asked_after_three_days_the_gateway_may_say_that_it_arrived(
    database: Database, courier: Courier, clock: AdjustableClock, tell: Tell
) -> None:
    await tell()
    await courier.deliver_due()
    clock.advance(timedelta(hours=73))
    await courier.chase_silent()
    assert await state(database) == [("sms", "delivered")]


async def test_the_urgent_takes_every_channel_and_is_called_off_the_list_when_it_arrives(
    database: Database, courier: Courier, tell: Tell
) -> None:
    await tell(account=False, urgent=True)
    assert await state(database) == [("sms", "waiting"), ("call", "listed")]
    await courier.deliver_due()
    assert await state(database) == [("sms", "sent"), ("call", "listed")]


async def test_a_phone_that_is_gone_and_a_reminder_that_is_late_are_not_sent(
    database: Database, courier: Courier, clock: AdjustableClock, tell: Tell
) -> None:
    await tell()
    async with database.transaction() as session:
        await session.execute(update(NoticeDeliveryRow).values(useless_after=clock() + timedelta(minutes=1)))
    clock.advance(timedelta(minutes=2))
    assert await courier.deliver_due() == 0
    async with database.transaction() as session:
        await service.drop_stale(session, now=clock())
    assert (await state(database), await why(database)) == ([("sms", "failed")], [("sms", "too_late")])


async def test_a_district_without_carriers_spares_its_staff_what_the_app_shows(
    database: Database, cipher: FieldCipher, courier: Courier, clock: AdjustableClock, tell: Tell
) -> None:
    del courier
    bare = Courier(database, cipher, carriers=Carriers(), clock=clock)
    await tell("calm")
    await tell("loud", urgent=True)
    await bare.deliver_due()
    assert await state(database, "calm") == [("sms", "failed")]
    assert await state(database, "loud") == [("sms", "failed"), ("call", "listed")]
