"""clinic-release: publishes a release a few seconds ahead, by the clinic room's own verbs."""

import argparse
from collections.abc import Sequence
from dataclasses import replace as with_other
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

import api.tables  # noqa: F401 - the foreign keys of the clinic's tables lead to other desks
from loadtests.check import Facts, violations
from loadtests.curves import PKU_STOMATOLOGY, ReleaseMinute, Waiting
from loadtests.district import District
from loadtests.facts import truth
from loadtests.plan import ReleasedSession, ReleasePlan
from loadtests.record import Call
from loadtests.stages.stage import TAIL, NoRoomError, Profile, beginning, crowd_of, keys_of
from loadtests.visits import draw
from scenes.clinic.rules.rule import ClinicRule, rule_for
from scenes.clinic.rules.windows import Shift
from scenes.clinic.service.schedule import publish_schedule, rules_in_force, set_rule
from scenes.clinic.tables import ClinicSessionRow, DoctorRow
from scenes.common.kit.clock import instant, local_day, shanghai
from scenes.common.kit.database import Database

OPENING: Final = time(8)
FEE_FEN: Final = 1000
MOST_NUMBERS: Final = 40
"""Numbers a doctor gives in a half-day; more numbers need more doctors."""

FEWEST_SESSIONS: Final = 2
"""So that visitors come for different doctors."""


def minute_of(asked: argparse.Namespace) -> ReleaseMinute:
    """Scale the counted minute down to the visitors that are played."""
    return with_other(PKU_STOMATOLOGY.scaled(asked.visitors), seconds=asked.seconds)


def shape(asked: argparse.Namespace) -> str:
    """Say what is played, and what of."""
    minute, real = minute_of(asked), PKU_STOMATOLOGY
    return (
        f"{minute.visits:,} visitors for {minute.numbers} numbers, {minute.visits_per_number:.0f} for each; "
        f"{minute.peak_per_second} claims in the first second\n"
        f"scale 1:{real.visits / minute.visits:.0f} of {real.source}: {real.visits_per_number:.0f} for each"
    )


async def make_plan(asked: argparse.Namespace, district: District, record: Path) -> ReleasePlan:
    """Publish the sessions a little ahead, draw the visits and sign a token for each visitor."""
    minute = minute_of(asked)
    people = await crowd_of(district, minute.visits)
    release = beginning(asked.before)
    database = Database(district.database_url, pool_size=2)
    try:
        sessions = await publish(database, numbers=minute.numbers, release=release)
    finally:
        await database.close()
    waiting = Waiting(longest_seconds=asked.before)
    visits = draw(minute, waiting, sessions=len(sessions), seed=asked.seed)
    return ReleasePlan(
        begins=release.timestamp(), until=minute.seconds + TAIL, connections=asked.connections,
        record=str(record), sessions=sessions, people=people, visits=tuple(visits),
    )  # fmt: skip


async def judge(district: District, plan: ReleasePlan, calls: Sequence[Call]) -> tuple[Facts, list[str]]:
    """Hold the record against what the database says of the released sessions."""
    groups = [session.id for session in plan.sessions]
    facts = await truth(district.database_url, sessions=groups, keys=keys_of(calls))
    return facts, violations(calls, facts)


def shared_out(numbers: int) -> list[int]:
    """Share numbers out over sessions as evenly as they go."""
    sessions = min(numbers, max(FEWEST_SESSIONS, -(-numbers // MOST_NUMBERS)))
    return [numbers // sessions + (place < numbers % sessions) for place in range(sessions)]


def release_rule(rule: ClinicRule, *, release: datetime, day: date) -> ClinicRule:
    """Bend a venue's rule for one day: all numbers go to everybody, at one instant of today.

    Given-back numbers go to the waitlist at once, so that the run sees offers too.
    """
    return replace(
        rule,
        days_ahead=(day - local_day(release)).days,
        release_at=shanghai(release).time(),
        signed_percent=0,
        elders_percent=0,
        same_day_percent=0,
        resale_delay_minutes=(0, 0),
    )


async def publish(database: Database, *, numbers: int, release: datetime) -> tuple[ReleasedSession, ...]:
    """Publish the sessions whose numbers, so many in all, are released at an instant."""
    async with database.transaction() as session:
        return await _publish(session, shared_out(numbers), release)


async def _publish(
    session: AsyncSession, shares: list[int], release: datetime
) -> tuple[ReleasedSession, ...]:
    place_id, doctors = await _doctors(session, len(shares))
    last: date | None = (await session.execute(select(func.max(ClinicSessionRow.day)))).scalar_one()
    day = max(last or local_day(release), local_day(release)) + timedelta(days=1)
    usual = rule_for(place_id, day, await rules_in_force(session))
    rule = release_rule(usual, release=release, day=day)
    await set_rule(session, rule, since=day, until=day + timedelta(days=1), place_id=place_id)
    opening = instant(day, OPENING)
    shifts = [
        Shift(
            place_id=place_id, doctor_id=doctor.id, day=day, period="am", fee_fen=FEE_FEN, starts=OPENING,
            ends=shanghai(opening + timedelta(minutes=rule.minutes_per_number * share)).time(),
        )
        for doctor, share in zip(doctors, shares, strict=True)
    ]  # fmt: skip
    published = await publish_schedule(session, shifts)
    rows = await session.execute(
        select(ClinicSessionRow).where(col(ClinicSessionRow.id).in_(published.session_ids))
    )
    return tuple(
        ReleasedSession(str(row.id), str(row.place_id), str(row.department_id), row.day.isoformat())
        for row in rows.scalars()
    )


async def _doctors(session: AsyncSession, wanted: int) -> tuple[UUID, list[DoctorRow]]:
    """Choose the venue with the most doctors, and so many of them."""
    most = select(DoctorRow.place_id).group_by(col(DoctorRow.place_id)).order_by(func.count().desc())
    place_id = (await session.execute(most.limit(1))).scalar_one_or_none()
    if place_id is None:
        raise NoRoomError("the seeded district has no doctors")
    found = select(DoctorRow).where(DoctorRow.place_id == place_id).order_by(col(DoctorRow.id)).limit(wanted)
    doctors = list((await session.execute(found)).scalars())
    if len(doctors) < wanted:
        raise NoRoomError(f"{wanted} sessions need as many doctors at one venue, which has {len(doctors)}")
    return place_id, doctors


RELEASE: Final = Profile(
    name="clinic-release",
    locust_file=Path("loadtests/profiles/clinic_release.py"),
    usual={"visitors": 3000, "before": 22.0, "seconds": 60.0},
    shape=shape,
    make_plan=make_plan,
    judge=judge,
)
