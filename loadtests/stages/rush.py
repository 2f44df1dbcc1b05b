"""breakfast-rush: a morning at some points, on a day of its own published by the breakfast room's verbs."""

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from msgspec.structs import replace
from sqlmodel import col, select

import api.tables  # noqa: F401 - the foreign keys of the room's tables lead to other desks
from loadtests.check import Facts, violations
from loadtests.check_rush import of_the_rush
from loadtests.curves import METRO_MORNING
from loadtests.district import District
from loadtests.facts import staff_named, truth, wrong_amounts
from loadtests.mornings import draw
from loadtests.plan import RushPlan, RushPoint
from loadtests.record import Call
from loadtests.stages.stage import TAIL, NoRoomError, Profile, at_work, beginning, crowd_of, keys_of
from scenes.breakfast.rules import days as names
from scenes.breakfast.rules.rule import rule_for
from scenes.breakfast.service import days
from scenes.breakfast.tables import BreakfastPointRow
from scenes.common.kit.clock import local_day
from scenes.common.kit.database import Database
from scenes.common.places.tables import PlaceRow

VISITORS_A_POINT: Final = 200
"""So that the best slots and the soy milk run out, as they do."""

FEWEST_POINTS: Final = 2
EARLY: Final = timedelta(days=20)
"""How long before its slot an order is handed out in the run: the run's morning is not today's."""


def shape(asked: argparse.Namespace) -> str:
    """Say what is played, and what of."""
    course = METRO_MORNING
    step = course.busiest
    share = course.counts[step] / sum(course.counts)
    seconds = asked.seconds / len(course.counts)
    return (
        f"{asked.visitors:,} residents at {points_for(asked.visitors)} breakfast points; "
        f"{share:.0%} of them within the busiest {seconds:.0f} s\n"
        f"{course.minutes} minutes in {asked.seconds:.0f} s of {course.source}"
    )


def points_for(visitors: int) -> int:
    """Say at how many points so many residents have breakfast."""
    return max(FEWEST_POINTS, visitors // VISITORS_A_POINT)


async def make_plan(asked: argparse.Namespace, district: District, record: Path) -> RushPlan:
    """Publish a day of its own, draw the morning, sign tokens for residents and for who hands out."""
    people = await crowd_of(district, asked.visitors)
    database = Database(district.database_url, pool_size=2)
    try:
        day, points = await publish(database, wanted=points_for(asked.visitors), now=datetime.now(UTC))
    finally:
        await database.close()
    staff = await staff_named(district.database_url, "breakfast")
    places = frozenset(UUID(point.id) for point in points)
    begins = beginning(asked.before)
    visits = draw(METRO_MORNING, visitors=asked.visitors, seconds=asked.seconds, seed=asked.seed)
    return RushPlan(
        begins=begins.timestamp(), until=asked.seconds + 2 * TAIL, connections=asked.connections,
        record=str(record), people=people, day=day.isoformat(), points=points,
        staff=at_work(staff, "breakfast", places, secret=district.secret), visits=tuple(visits),
    )  # fmt: skip


async def publish(database: Database, *, wanted: int, now: datetime) -> tuple[date, tuple[RushPoint, ...]]:
    """Publish a day that nobody has ordered for at some points, handed out whenever one comes."""
    async with database.transaction() as session:
        found = await session.execute(
            select(PlaceRow, BreakfastPointRow)
            .join(BreakfastPointRow, col(BreakfastPointRow.place_id) == col(PlaceRow.id))
            .where(col(BreakfastPointRow.kind) == "shop")
            .order_by(col(PlaceRow.id))
            .limit(wanted)
        )
        places = [place for place, _ in found]
        if len(places) < wanted:
            raise NoRoomError(f"{wanted} breakfast shops are needed; {len(places)} are there")
        day = local_day(now) + timedelta(days=1)  # the counter knows yesterday to tomorrow
        today, rules = local_day(now), await days.rules_in_force(session)
        for place in places:
            rule = replace(
                rule_for(place.id, day, rules),
                days_ahead=(day - today).days,
                early_minutes=int(EARLY.total_seconds()) // 60,
            )
            await days.set_rule(session, rule, since=today, place_id=place.id)
        await days.publish_days(session, now=now)
    return day, tuple(RushPoint(str(place.id), place.lat, place.lng) for place in places)


async def judge(district: District, plan: RushPlan, calls: Sequence[Call]) -> tuple[Facts, list[str]]:
    """Hold the record against what the database says of the day at the points."""
    day = date.fromisoformat(plan.day)
    groups = [
        str(name(UUID(point.id), day))
        for point in plan.points
        for name in (names.slots_group, names.stock_group)
    ]
    facts = await truth(district.database_url, sessions=groups, keys=keys_of(calls))
    wrong = await wrong_amounts(district.database_url, groups)
    return facts, [*violations(calls, facts), *of_the_rush(calls, facts), *wrong]


RUSH: Final = Profile(
    name="breakfast-rush",
    locust_file=Path("loadtests/profiles/breakfast_rush.py"),
    usual={"visitors": 2400, "before": 1.0, "seconds": 100.0},
    shape=shape,
    make_plan=make_plan,
    judge=judge,
)
