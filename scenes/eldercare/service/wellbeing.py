"""The daily sign: giving it, its plan and pauses, and what oneself or consented kin see of it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.notices import service as notices
from scenes.common.notices.rules import Facts
from scenes.common.people import service as people
from scenes.eldercare.errors_wellbeing import ConsentMissing, OnlyThemselves, WellbeingNotFound
from scenes.eldercare.rules import wellbeing as rules
from scenes.eldercare.store import wellbeing as store
from scenes.eldercare.tables.wellbeing import WellbeingMissRow, WellbeingPlanRow, WellbeingSignRow

How = Literal["tap", "open", "device", "staff"]
PauseReason = Literal["away", "hospital", "other"]
SHOWN_DAYS: Final = 14


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """The hour and whom to tell, as the elder or the family wants it."""

    by_hour: time
    tell_kin: bool = True
    tell_community: bool = True
    by_device: bool = False
    active: bool = True


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the history: how it stands, and when the sign came."""

    day: date
    standing: rules.Standing
    at: datetime | None


class WellbeingView(msgspec.Struct, frozen=True, kw_only=True):
    """How a person's days stand, newest first, with the plan they were asked by today."""

    person_id: UUID
    name: str
    own: bool
    plan: WellbeingPlanRow | None
    days: Sequence[Day]


async def sign(session: AsyncSession, resident: Resident, *, how: How, now: datetime) -> bool:
    """Say that one is well today, by oneself (OnlyThemselves); tell whether it is the first sign today."""
    if resident.is_delegate:
        raise OnlyThemselves
    return await sign_for(session, resident.subject_id, how="staff" if resident.staff_id else how, now=now)


async def sign_for(session: AsyncSession, person_id: UUID, *, how: How, now: datetime) -> bool:
    """Write down that a person is well; whoever was worried hears of it, and an open visit is not needed."""
    await store.plan(session, person_id, lock=True)  # the job that looks for missed days waits, or has been
    day = local_day(now)
    new = await store.add_sign(session, WellbeingSignRow(person_id=person_id, day=day, at=now, how=how))
    missed = await store.miss_on(session, person_id, day, lock=True) if new else None
    if missed is not None:
        missed.seen_at, missed.due_at = now, None
        if missed.kin_at is not None:
            await tell_kin(session, missed, "wellbeing_seen", now=now)
    if new:
        await _end_visits(session, person_id, now)
    return new


async def sign_by_device(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """Take a device's reading as the day's sign, where the person's plan says so."""
    row = await store.plan(session, person_id, lock=True)
    if row is not None and row.active and row.by_device:
        await sign_for(session, person_id, how="device", now=now)


async def _end_visits(session: AsyncSession, person_id: UUID, now: datetime) -> None:
    """Close the visits that nobody has set out for."""
    for row in await store.open_visits(session, person_id):
        if row.taken_by is None:
            row.closed_at, row.result = now, "signed"


async def tell_kin(session: AsyncSession, row: WellbeingMissRow, template: str, *, now: datetime) -> None:
    """Tell everybody near a person about a missed day, once for each sort of news."""
    person = await store.person(session, row.person_id)
    facts = Facts(title=person.name if person is not None else None)
    for kin_id in await people.kin_of(session, row.person_id, now=now):
        await notices.tell(
            session, kin_id, dedupe=f"wellbeing:{row.id}:{template}", template=template, facts=facts, now=now
        )


async def set_plan(
    session: AsyncSession, resident: Resident, person_id: UUID, wish: Wish, *, now: datetime
) -> None:
    """Choose the hour and whom to tell, for oneself or somebody near (WellbeingNotFound, HourInvalid).

    An hour that is over already counts from tomorrow: nobody is missed for an hour chosen too late.
    """
    await _check_near(session, resident, person_id, now=now)
    rules.check_hour(wish.by_hour)
    today = local_day(now)
    since = today if shanghai(now).time() < wish.by_hour else today + timedelta(days=1)
    row = await store.plan(session, person_id, lock=True)
    facts: dict[str, Any] = {"by_hour": wish.by_hour, "since": since, "tell_kin": wish.tell_kin,
             "tell_community": wish.tell_community, "by_device": wish.by_device,
             "active": wish.active, "set_by": resident.person_id,
             "updated_at": now}  # fmt: skip
    if row is None:
        session.add(WellbeingPlanRow(person_id=person_id, **facts))
        await session.flush()
        return
    for name, value in facts.items():
        setattr(row, name, value)


async def pause(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    resident: Resident,
    person_id: UUID,
    *,
    begins: date,
    ends: date,
    reason: PauseReason,
    now: datetime,
) -> None:
    """Expect no sign from a day until before another (WellbeingNotFound, PauseInvalid)."""
    row = await _planned(session, resident, person_id, now=now)
    rules.check_pause(begins, ends)
    row.paused_from, row.paused_until, row.pause_reason = begins, ends, reason
    row.set_by, row.updated_at = resident.person_id, now


async def resume(session: AsyncSession, resident: Resident, person_id: UUID, *, now: datetime) -> None:
    """End a pause early; today counts if its hour is still to come (WellbeingNotFound)."""
    row = await _planned(session, resident, person_id, now=now)
    row.paused_from = row.paused_until = row.pause_reason = None
    today = local_day(now)
    if shanghai(now).time() >= row.by_hour:
        row.since = max(row.since, today + timedelta(days=1))
    row.set_by, row.updated_at = resident.person_id, now


async def view(session: AsyncSession, resident: Resident, person_id: UUID, *, now: datetime) -> WellbeingView:
    """Show the last days to the person, or to kin with consent (WellbeingNotFound, ConsentMissing)."""
    own = await _check_near(session, resident, person_id, now=now)
    if not own and not await people.consented(session, person_id, "health"):
        raise ConsentMissing
    person = await store.person(session, person_id)
    if person is None or person.erased_at is not None:
        raise WellbeingNotFound
    plan = await store.plan(session, person_id)
    days = await _days(session, person_id, plan, now=now)
    return WellbeingView(person_id=person_id, name=person.name, own=own, plan=plan, days=days)


async def _days(
    session: AsyncSession, person_id: UUID, plan: WellbeingPlanRow | None, *, now: datetime
) -> list[Day]:
    """Read the history: what was missed is what was missed then, whatever the plan says now."""
    today = local_day(now)
    first = today - timedelta(days=SHOWN_DAYS - 1)
    signs = {row.day: row.at for row in await store.signs(session, person_id, since=first, until=today)}
    missed = {row.day for row in await store.misses(session, person_id, since=first, until=today)}
    present = rules.standing(plan_of(plan), today, seen=today in signs, now=now)
    days = [Day(day=today, standing=present, at=signs.get(today))]
    for back in range(1, SHOWN_DAYS):
        day = today - timedelta(days=back)
        past: rules.Standing = "seen" if day in signs else "missed" if day in missed else "off"
        days.append(Day(day=day, standing=past, at=signs.get(day)))
    return days


def plan_of(row: WellbeingPlanRow | None) -> rules.Plan | None:
    """Read a plan as the rules do."""
    if row is None:
        return None
    return rules.Plan(
        by_hour=row.by_hour, since=row.since, tell_kin=row.tell_kin, tell_community=row.tell_community,
        active=row.active, paused_from=row.paused_from, paused_until=row.paused_until,
    )  # fmt: skip


async def _check_near(session: AsyncSession, resident: Resident, person_id: UUID, *, now: datetime) -> bool:
    """Tell whether it is the person; refuse whoever is not near them (WellbeingNotFound)."""
    if person_id == resident.person_id:
        return True
    if resident.person_id not in await people.kin_of(session, person_id, now=now, scope="view"):
        raise WellbeingNotFound
    return False


async def _planned(
    session: AsyncSession, resident: Resident, person_id: UUID, *, now: datetime
) -> WellbeingPlanRow:
    await _check_near(session, resident, person_id, now=now)
    row = await store.plan(session, person_id, lock=True)
    if row is None:
        raise WellbeingNotFound
    return row
