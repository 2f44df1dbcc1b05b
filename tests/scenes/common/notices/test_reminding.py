from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from scenes.common.booking.ledger import Move
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.notices import service
from scenes.common.notices.channels import NoticeRule
from scenes.common.notices.jobs import HANDLERS
from scenes.common.notices.reminding import Span, key, spans
from tests.scenes.common.notices.test_channels import INSTANTS
from tests.support.booking import World
from tests.support.clock import MONDAY_NINE, AdjustableClock
from tests.support.notices import became, move_in

RULE = NoticeRule()
EVENING = MONDAY_NINE.replace(hour=18)
TOMORROW_TEN = MONDAY_NINE.replace(hour=10) + timedelta(days=1)


def test_in_the_evening_of_tomorrow_and_at_any_time_of_what_is_near() -> None:
    midnight = datetime.fromisoformat("2026-11-24T00:00+08:00")
    tick = timedelta(microseconds=1)
    soon = Span(
        kind="soon", after=EVENING, until=EVENING + timedelta(minutes=90), booked_before=EVENING,
        lead=timedelta(minutes=90),
    )  # fmt: skip
    evening = Span(
        kind="evening", after=midnight - tick, until=midnight + timedelta(days=1) - tick,
        booked_before=EVENING, lead=timedelta(),
    )  # fmt: skip
    assert spans(EVENING, RULE) == (soon, evening)
    assert [each.kind for each in spans(EVENING - tick, RULE)] == ["soon"]


@given(now=INSTANTS, start=st.integers(1, 40 * 60))
def test_every_start_is_reminded_of_in_the_evening_before_it(now: datetime, start: int) -> None:
    """Whoever looks each minute finds a start of the next day in an evening's span, and only one evening."""
    starts_at = now + timedelta(minutes=start)
    looks = (now + timedelta(minutes=each) for each in range(0, start, 7))
    evenings = {
        span.booked_before
        for look in looks
        for span in spans(look, RULE)
        if span.kind == "evening" and span.after < starts_at <= span.until
    }
    assert len(evenings) <= 1
    assert all(timedelta(hours=6) <= starts_at - each <= timedelta(hours=30) for each in evenings)


def test_a_moved_booking_has_another_key() -> None:
    booking = UUID(int=7)
    names = {
        key(booking, "evening", starts_at=TOMORROW_TEN, relocations=0),
        key(booking, "soon", starts_at=TOMORROW_TEN, relocations=0),
        key(booking, "evening", starts_at=TOMORROW_TEN + timedelta(hours=1), relocations=0),
        key(booking, "evening", starts_at=TOMORROW_TEN, relocations=1),
    }
    assert len(names) == 4
    assert all(each.startswith(f"reminder:{booking}:") for each in names)


class Diary:
    """A booking world whose people can be told things."""

    def __init__(self, world: World, cipher: FieldCipher) -> None:
        self.world = world
        self.cipher = cipher

    async def booked(self, *, booker: UUID | None = None, **facts: Any) -> tuple[UUID, UUID]:
        """Let somebody book a window; answer person and booking."""
        async with self.world.database.transaction() as session:
            person = await move_in(session, self.cipher)
        ledger = self.world.ledgers[0] if self.world.ledgers else await self.world.ledger()
        starts_at = facts["starts_at"]
        ends = {"ends_at": starts_at + timedelta(minutes=30), "closes_at": starts_at}
        window = await self.world.offer(capacity=9, **ends, **facts)
        outcome = await ledger.claim(self.world.claim(person, window, booker_id=booker or person))
        assert outcome.booking is not None
        return person, outcome.booking.id

    async def remind(self) -> int:
        async with self.world.database.transaction() as session:
            return await service.remind(session, now=self.world.clock())

    async def told(self) -> list[tuple[str, str]]:
        async with self.world.database.transaction() as session:
            return await became(session, "reminder:")


@pytest.fixture
async def diary(database: Database, cipher: FieldCipher, clock: AdjustableClock) -> Any:
    world = World(database, clock)
    yield Diary(world, cipher)
    await world.stop()


async def test_tomorrow_s_booking_is_told_of_once_in_the_evening_and_once_before_it(
    diary: Diary, clock: AdjustableClock
) -> None:
    await diary.booked(starts_at=TOMORROW_TEN)
    counts: list[int] = []
    for at in (
        EVENING - timedelta(minutes=1), EVENING, EVENING + timedelta(hours=1),
        TOMORROW_TEN - timedelta(hours=2), TOMORROW_TEN - timedelta(minutes=89),
        TOMORROW_TEN - timedelta(minutes=5), TOMORROW_TEN,
    ):  # fmt: skip
        clock.set(at)
        counts.append(await diary.remind())
    assert counts == [0, 1, 0, 0, 1, 0, 0]
    assert await diary.told() == [("inbox", "delivered"), ("sms", "waiting")] * 2


async def test_whoever_arranged_it_is_reminded_too(diary: Diary, clock: AdjustableClock) -> None:
    async with diary.world.database.transaction() as session:
        daughter = await move_in(session, diary.cipher)
    mother, _ = await diary.booked(starts_at=TOMORROW_TEN, booker=daughter)
    clock.set(EVENING)
    await diary.remind()
    async with diary.world.database.transaction() as session:
        receipts = await service.receipts(session, dedupe_prefix="reminder:")
    assert {each.person_id for each in receipts} == {mother, daughter}


async def test_what_was_booked_after_the_moment_or_is_of_another_room_is_not_told_of(
    diary: Diary, clock: AdjustableClock
) -> None:
    clock.set(EVENING + timedelta(minutes=30))
    await diary.booked(starts_at=TOMORROW_TEN)
    await diary.booked(starts_at=clock() + timedelta(minutes=60))
    await diary.booked(starts_at=TOMORROW_TEN, scene="charging")
    assert await diary.remind() == 0


@pytest.mark.parametrize("moved", [False, True])
async def test_a_reminder_that_is_no_longer_true_does_not_leave(
    diary: Diary,
    clock: AdjustableClock,
    moved: bool,  # noqa: FBT001 - a table
) -> None:
    person, booking = await diary.booked(starts_at=TOMORROW_TEN)
    clock.set(EVENING)
    await diary.remind()
    if moved:
        payload = f'{{"bookingId": "{booking}", "placeId": "{new_id()}"}}'
        await diary.world.run(
            "INSERT INTO outbox (id, topic, subject_id, payload, at, next_try_at, tries) VALUES"
            " (:id, 'booking.moved', :person, CAST(:payload AS jsonb), :at, :at, 0)",
            id=new_id(), person=person, payload=payload, at=clock(),
        )  # fmt: skip
    else:
        await diary.world.ledgers[0].move(
            Move(booking_id=booking, event="cancel", by="resident", actor_id=person)
        )
    async with diary.world.database.transaction() as session:
        await relay(session, HANDLERS, now=clock())
    assert await diary.told() == [("inbox", "delivered"), ("sms", "failed")]


async def test_the_district_sets_the_hours_from_a_day_on(diary: Diary, clock: AdjustableClock) -> None:
    await diary.booked(starts_at=TOMORROW_TEN)
    rule = NoticeRule(soon_minutes=180, reminded_scenes=("clinic",))
    async with diary.world.database.transaction() as session:
        await service.set_rule(session, rule, since=date(2026, 11, 24))
    clock.set(TOMORROW_TEN - timedelta(hours=3))
    assert await diary.remind() == 1


async def test_the_search_walks_an_index(diary: Diary) -> None:
    async with diary.world.database.transaction() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await session.execute(
            text(
                "EXPLAIN SELECT id FROM booking WHERE state = 'confirmed' AND no_show_at > now()"
                " AND no_show_at <= now() + interval '2 days'"
            )
        )
        assert "ix_booking_missed" in str(plan.all())
