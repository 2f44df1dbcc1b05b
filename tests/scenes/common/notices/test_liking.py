"""How a person likes to be told, and that what comes to them keeps to it, alarms excepted."""

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.kit.clock import SHANGHAI
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.refusals import Invalid
from scenes.common.notices import service
from scenes.common.notices.channels import NoticeRule, Quiet, check_quiet, may_leave_at, quiet_between, suited
from scenes.common.notices.errors import QuietHoursInvalid
from scenes.common.notices.rules import Facts
from scenes.common.notices.service import Liking
from scenes.common.notices.tables import NoticeDeliveryRow
from tests.scenes.common.notices.test_channels import HOURS, INSTANTS
from tests.support.clock import MONDAY_NINE
from tests.support.notices import became, move_in

DAUGHTER = "13900001111"
NOON_REST = Quiet(time(8), time(14))


async def tell(
    session: AsyncSession,
    person: UUID,
    dedupe: str,
    template: str = "session_stopped",
    *,
    urgent: bool = False,
) -> None:
    facts = Facts(title="内科", starts_at=MONDAY_NINE + timedelta(hours=1))
    await service.tell(
        session, person, dedupe=dedupe, template=template, facts=facts, now=MONDAY_NINE, urgent=urgent
    )


async def due(session: AsyncSession) -> list[tuple[str, datetime]]:
    rows = await session.scalars(select(NoticeDeliveryRow).order_by(col(NoticeDeliveryRow.id)))
    return [(row.channel, row.next_try_at.astimezone(SHANGHAI)) for row in rows if row.next_try_at]


@given(at=INSTANTS, begins=HOURS, ends=HOURS)
def test_ones_own_quiet_hours_take_the_place_of_the_districts(at: datetime, begins: time, ends: time) -> None:
    own = suited(NoticeRule(quiet_from=time(1), quiet_until=time(2)), Quiet(begins, ends))
    assert own == NoticeRule(quiet_from=begins, quiet_until=ends)
    assert may_leave_at(at, own, urgent=True) == at
    assert suited(own, None) is own


@given(begins=st.none() | HOURS, ends=st.none() | HOURS)
def test_quiet_hours_have_both_ends_or_none(begins: time | None, ends: time | None) -> None:
    if (begins is None) != (ends is None):
        with pytest.raises(QuietHoursInvalid):
            quiet_between(begins, ends)
    else:
        expected = None if begins is None or ends is None else Quiet(begins, ends)
        assert quiet_between(begins, ends) == expected


@given(at=HOURS)
def test_quiet_hours_that_end_where_they_begin_are_refused(at: time) -> None:
    with pytest.raises(QuietHoursInvalid):
        check_quiet(Quiet(at, at))


async def test_news_waits_for_the_end_of_ones_own_quiet_hours_an_alarm_does_not(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    person = await move_in(session, cipher)
    await service.like(session, person, Liking(quiet=NOON_REST), cipher=cipher, now=MONDAY_NINE)
    await tell(session, person, "news")
    await tell(session, person, "alarm", urgent=True)
    assert await due(session) == [("sms", MONDAY_NINE.replace(hour=14)), ("sms", MONDAY_NINE)]


async def test_without_reminders_they_stay_in_the_inbox_and_other_news_still_comes(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    person = await move_in(session, cipher)
    await service.like(session, person, Liking(reminders=False), cipher=cipher, now=MONDAY_NINE)
    await tell(session, person, "r:1", "reminder_soon")
    await tell(session, person, "n:1")
    assert await became(session, "r:") == [("inbox", "delivered")]
    assert await became(session, "n:") == [("inbox", "delivered"), ("sms", "waiting")]


async def test_the_number_that_was_named_is_the_one_to_call(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    person = await move_in(session, cipher, phone=None)
    wish = Liking(prefer="call", call_phone=f" {DAUGHTER[:3]}-{DAUGHTER[3:]} ")
    kept = await service.like(session, person, wish, cipher=cipher, now=MONDAY_NINE)
    assert kept == Liking(prefer="call", call_phone=DAUGHTER)
    await tell(session, person, "n:1")
    assert await became(session, "n:") == [("inbox", "delivered"), ("call", "listed")]
    assert await service.number_to_call(session, person, cipher=cipher) == DAUGHTER


async def test_what_is_left_unset_keeps_the_number_and_none_goes_back_to_the_accounts(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    person = await move_in(session, cipher)
    numbers: list[str | None] = []
    for wish in (Liking(call_phone=DAUGHTER), Liking(call_phone=UNSET), Liking()):
        await service.like(session, person, wish, cipher=cipher, now=MONDAY_NINE)
        numbers.append(await service.number_to_call(session, person, cipher=cipher))
    assert numbers == [DAUGHTER, DAUGHTER, "13812345678"]


async def test_a_number_that_is_none_is_refused_and_the_kept_one_is_sealed(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    person = await move_in(session, cipher)
    await service.like(session, person, Liking(call_phone=DAUGHTER), cipher=cipher, now=MONDAY_NINE)
    with pytest.raises(Invalid):
        await service.like(session, person, Liking(call_phone="911"), cipher=cipher, now=MONDAY_NINE)
    sealed = await session.scalar(text("SELECT call_phone_sealed FROM notice_preference"))
    assert sealed is not None
    assert DAUGHTER.encode() not in sealed
    assert (await service.liking_of(session, person, cipher=cipher)).call_phone == DAUGHTER
