from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.kit.clock import SHANGHAI
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.notices import service
from scenes.common.notices.channels import NoticeRule
from scenes.common.notices.rules import Facts
from scenes.common.notices.service import Receipt
from scenes.common.notices.tables import NoticeDeliveryRow
from tests.support.clock import MONDAY_NINE
from tests.support.notices import became, move_in

LATE = MONDAY_NINE.replace(hour=22)


async def test_news_is_in_the_inbox_and_on_its_way_once(session: AsyncSession, cipher: FieldCipher) -> None:
    person = await move_in(session, cipher)
    facts = Facts(title="内科")
    new = [
        await service.tell(
            session, person, dedupe="news:1", template="waitlist_cleared", facts=facts, now=MONDAY_NINE
        )
        for _ in range(3)
    ]
    assert new == [True, False, False]
    assert await service.receipts(session, dedupe_prefix="news:") == [
        Receipt(person_id=person, dedupe="news:1", channel="inbox", state="delivered", at=MONDAY_NINE),
        Receipt(person_id=person, dedupe="news:1", channel="sms", state="waiting", at=MONDAY_NINE),
    ]


async def test_a_read_message_is_done_and_prefixes_are_taken_literally(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    person = await move_in(session, cipher, phone=None)
    for dedupe in ("a%b:1", "aXb:1"):
        await service.tell(
            session, person, dedupe=dedupe, template="waitlist_cleared", facts=Facts(), now=MONDAY_NINE
        )
    first = (await service.inbox(session, person, before=None, limit=9))[-1]
    await service.read(session, first.id, person_id=person, now=LATE)
    assert await service.receipts(session, dedupe_prefix="a%b") == [
        Receipt(person_id=person, dedupe="a%b:1", channel="inbox", state="done", at=LATE)
    ]


async def test_those_without_the_app_are_called_and_the_unknown_only_keep_an_inbox(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    elder = await move_in(session, cipher, account=False)
    for person in (elder, new_id()):
        await service.tell(
            session, person, dedupe="x", template="session_stopped", facts=Facts(), now=MONDAY_NINE
        )
    assert await became(session, "x") == [("inbox", "delivered"), ("call", "listed"), ("inbox", "delivered")]


async def test_at_night_only_the_urgent_leaves_at_once(session: AsyncSession, cipher: FieldCipher) -> None:
    person = await move_in(session, cipher)
    for urgent in (False, True):
        await service.tell(
            session, person, dedupe=f"n:{urgent}", template="session_stopped", facts=Facts(), now=LATE,
            urgent=urgent,
        )  # fmt: skip
    rows = (await session.scalars(select(NoticeDeliveryRow).order_by(col(NoticeDeliveryRow.id)))).all()
    assert [(row.urgent, row.next_try_at) for row in rows] == [
        (False, (LATE + timedelta(hours=9)).astimezone(SHANGHAI)),
        (True, LATE),
    ]


async def test_what_is_on_the_screen_stays_in_the_app_unless_the_district_says_otherwise(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    person, facts = await move_in(session, cipher), Facts(title="内科")
    await service.tell(
        session, person, dedupe="a", template="booking_confirmed", facts=facts, now=MONDAY_NINE
    )
    await service.set_rule(session, NoticeRule(in_app_only=()), since=date(2026, 1, 1))
    await service.tell(
        session, person, dedupe="b", template="booking_confirmed", facts=facts, now=MONDAY_NINE
    )
    assert await became(session, "a") == [("inbox", "delivered")]
    assert await became(session, "b") == [("inbox", "delivered"), ("sms", "waiting")]
