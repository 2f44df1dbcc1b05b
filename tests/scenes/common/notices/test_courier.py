"""Carrying by the demo carriers as a real process: what arrives, and what falls back."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.notices import service
from scenes.common.notices.courier import Courier
from scenes.common.notices.rules import Facts
from scenes.common.notices.signing import Call, signed_headers
from scenes.common.notices.tables import NoticeDeliveryRow
from scenes.common.notices.upstream import Carriers
from tests.scenes.common.payments.conftest import until
from tests.support.clock import AdjustableClock
from tests.support.courier import Tell, carriers, clock, courier, faults, peer, receipt_port, state, tell, why
from tests.support.notices import RECEIPTS, SECRET, Peer, hearing_receipts, move_in

__all__ = ["carriers", "clock", "courier", "faults", "peer", "receipt_port", "tell"]


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
