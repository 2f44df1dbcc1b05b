"""Carrying while the carriers fail, hang or stay silent, and what a kill in the midst leaves."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.notices import service
from scenes.common.notices.courier import Courier
from scenes.common.notices.signing import Call, signed_headers
from scenes.common.notices.tables import NoticeDeliveryRow
from scenes.common.notices.upstream import Carriers
from tests.support.clock import AdjustableClock
from tests.support.courier import Tell, carriers, clock, courier, faults, peer, receipt_port, state, tell, why
from tests.support.notices import SECRET, Peer

__all__ = ["carriers", "clock", "courier", "faults", "peer", "receipt_port", "tell"]


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
