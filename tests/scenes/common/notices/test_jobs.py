from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import Event
from scenes.common.notices import service
from scenes.common.notices.errors import MessageNotFound
from scenes.common.notices.jobs import HANDLERS
from scenes.common.notices.jobs_family import FAMILY_HANDLERS
from tests.support.clock import MONDAY_NINE, AdjustableClock
from tests.support.stuck import cancelled_breakfast


async def happen(
    session: AsyncSession, topic: str, *, person: UUID, event_id: UUID | None = None, **payload: Any
) -> None:
    facts = {"title": "曹杨中心 内科", "startsAt": "2026-11-24T01:30:00Z", "amountFen": 350, **payload}
    event = Event(event_id or new_id(), topic, person, facts, MONDAY_NINE)
    for handler in HANDLERS[topic]:
        await handler(session, event)


async def titles(session: AsyncSession, person: UUID) -> Sequence[str]:
    return [row.title for row in await service.inbox(session, person, before=None, limit=100)]


async def test_each_event_is_told_in_its_own_words(session: AsyncSession, cipher: FieldCipher) -> None:
    person = new_id()
    breakfast = await cancelled_breakfast(session, cipher, now=MONDAY_NINE)
    told = [
        ("booking.confirmed", {}, "约好了"),
        ("booking.cancelled", {"by": "resident"}, "预约取消了"),
        ("booking.cancelled", {"by": "staff"}, "预约办不成了"),
        ("booking.expired", {"offered": False}, "没有付款,号放回去了"),
        ("booking.expired", {"offered": True}, "留的号给了下一位"),
        ("booking.confirmed", {"scene": "charging", "amountFen": 5000}, "充电付好了"),
        ("booking.cancelled", {"scene": "charging", "amountFen": 5000, "by": "system"}, "没有充成"),
        ("booking.confirmed", {"scene": "charging", "amountFen": 0}, "约好了"),
        ("booking.no_show", {}, "这次您没有来"),
        ("booking.moved", {"placeId": str(new_id())}, "给您换了地方"),
        ("breakfast.recalled", {"batchNo": "A1", "collected": True}, "这批早点请不要吃"),
        ("breakfast.recalled", {"batchNo": "A1", "collected": False}, "您订的早点先不要取"),
        ("payment.refunded", {}, "钱退回来了"),
        ("payment.refund_waits", {"bookingId": str(breakfast.id)}, "钱在柜台等您拿"),
        ("payment.refund_abnormal", {"paymentId": str(new_id())}, "钱要由工作人员退给您"),
        ("payment.refund_returned", {}, "钱退给您了"),
        ("payment.handed_back", {}, "柜台退钱给您了"),
        ("waitlist.offered", {"until": "2026-11-23T02:00:00Z"}, "候补等到号了"),
        ("waitlist.cleared", {}, "候补没有等到"),
        ("charging.suspended", {"until": "2026-12-23T01:00:00Z"}, "充电暂停预约"),
        ("clinic.suspended", {"until": "2026-12-23T01:00:00Z"}, "看病暂停预约"),
        ("charging.queue_offered", {"until": "2026-11-23T02:00:00Z"}, "排到充电位了"),
        ("charging.queue_ended", {}, "充电位没有排到"),
        ("breakfast.repeat_placed", {"until": "2026-11-23T02:00:00Z"}, "每周的早饭订上了"),
        ("breakfast.repeat_failed", {}, "每周的早饭这次没订上"),
        ("clinic.session_stopped", {}, "停诊通知"),
        ("booking.expired", {"offered": False, "amountFen": 0}, "留的号给了下一位"),
        ("charging.queue_offered", {"until": "2026-11-23T02:00:00Z"}, "排到充电位了"),
        ("charging.queue_ended", {}, "充电位没有排到"),
        ("breakfast.repeat_placed", {"until": "2026-11-23T02:00:00Z"}, "每周的早饭订上了"),
        ("breakfast.repeat_failed", {}, "每周的早饭这次没订上"),
    ]
    for topic, payload, _ in told:
        await happen(session, topic, person=person, **payload)
    assert list(reversed(await titles(session, person))) == [title for *_, title in told]
    family = set(FAMILY_HANDLERS)  # told in test_family.py
    assert set(HANDLERS) - family == {topic for topic, *_ in told}


async def test_money_that_waits_is_told_with_its_counter(session: AsyncSession, cipher: FieldCipher) -> None:
    person = new_id()
    breakfast = await cancelled_breakfast(session, cipher, now=MONDAY_NINE)
    await happen(session, "payment.refund_waits", person=person, bookingId=str(breakfast.id))
    [told] = await service.inbox(session, person, before=None, limit=9)
    assert (told.title, told.text) == (
        "钱在柜台等您拿", "付过的3.5 元请到柜台拿。在曹杨早餐店。报姓名和手机号后四位。",
    )  # fmt: skip


async def test_money_that_goes_back_to_no_account_is_told_once_however_often_it_is_tried(
    session: AsyncSession,
) -> None:
    person, payment_id = new_id(), str(new_id())
    for _ in range(2):
        await happen(session, "payment.refund_abnormal", person=person, paymentId=payment_id)
    [told] = await service.inbox(session, person, before=None, limit=9)
    assert told.text == "3.5 元没能退回付款的账户。工作人员会和您联系,用别的办法退给您。不用再申请。"


async def test_the_same_event_is_told_once_to_each_it_concerns(session: AsyncSession) -> None:
    mother, daughter, event_id = new_id(), new_id(), new_id()
    for _ in range(3):
        await happen(session, "booking.confirmed", person=mother, event_id=event_id, bookedBy=str(daughter))
    [hers] = await service.inbox(session, mother, before=None, limit=9)
    [other] = await service.inbox(session, daughter, before=None, limit=9)
    assert hers.text == "曹杨中心 内科。明天(11月24日 星期二)上午9点半。请按时来。来不了请早点取消。"
    assert other.text == "这是您帮家人办的。" + hers.text


async def test_one_who_books_for_oneself_is_told_once(session: AsyncSession) -> None:
    person = new_id()
    await happen(session, "booking.confirmed", person=person, bookedBy=str(person))
    assert await titles(session, person) == ["约好了"]


@pytest.mark.parametrize(("was", "promised"), [("held", False), ("confirmed", True)])
async def test_a_refund_is_promised_only_for_what_was_paid(
    session: AsyncSession,
    was: str,
    promised: bool,  # noqa: FBT001 - a table
) -> None:
    person = new_id()
    await happen(session, "booking.cancelled", person=person, by="resident", was=was)
    [message] = await service.inbox(session, person, before=None, limit=9)
    assert ("付过的3.5 元会退回。" in message.text) is promised


async def test_the_inbox_is_paged_newest_first(session: AsyncSession) -> None:
    person = new_id()
    for _ in range(5):
        await happen(session, "booking.confirmed", person=person)
    first = await service.inbox(session, person, before=None, limit=3)
    rest = await service.inbox(session, person, before=first[-1].id, limit=3)
    ids = [row.id for row in [*first, *rest]]
    assert (len(ids), ids) == (5, sorted(ids, reverse=True))


async def test_reading_notes_the_first_time_and_only_for_its_person(
    session: AsyncSession, clock: AdjustableClock
) -> None:
    person = new_id()
    await happen(session, "booking.confirmed", person=person)
    [message] = await service.inbox(session, person, before=None, limit=9)
    first = await service.read(session, message.id, person_id=person, now=clock())
    clock.advance(timedelta(hours=1))
    again = await service.read(session, message.id, person_id=person, now=clock())
    assert (first.read_at, again.read_at) == (MONDAY_NINE, MONDAY_NINE)
    with pytest.raises(MessageNotFound):
        await service.read(session, message.id, person_id=new_id(), now=clock())
