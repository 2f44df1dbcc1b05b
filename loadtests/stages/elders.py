"""elder-morning: the oldest residents with accounts, some with a son or daughter who may act for them."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

import api.tables  # noqa: F401 - the foreign keys of the people's tables lead to other desks
from loadtests.check import Facts
from loadtests.check_elders import RunFact, of_the_elders
from loadtests.curves import ELDER_MORNING
from loadtests.district import District
from loadtests.elders import DELEGATES, Elder, draw
from loadtests.facts import Home, fetched, truth
from loadtests.plan import ElderPlan, Person
from loadtests.record import Call
from loadtests.stages.stage import TAIL, NoRoomError, Profile, beginning, signed_in
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.people.tables import DelegationRow

DELEGATED_FOR: Final = timedelta(days=30)
_BY_AGE: Final = """
    SELECT id, coalesce(lat, 31.2418) AS lat, coalesce(lng, 121.4004) AS lng FROM person
    WHERE has_account AND synthetic AND erased_at IS NULL
      AND (birth_date <= current_date - interval '60 years') = $2
    ORDER BY resident_no LIMIT $1
"""
_RUNS: Final = """
    SELECT r.id::text, r.person_id::text AS person, r.acted_by::text, r.flow, r.state, r.version,
      ARRAY(SELECT (a->>'question') || ':' || (a->>'value')
            FROM jsonb_array_elements(r.draft->'answers') a) AS answers,
      (SELECT count(*) FROM idempotency i
       WHERE i.key LIKE 'run-' || r.id || '-%' AND i.status BETWEEN 200 AND 299)::int AS acts,
      coalesce(r.booking_id::text, '') AS booking, coalesce(b.state, '') AS booking_state,
      coalesce(b.person_id::text, '') AS owner
    FROM elder_run r LEFT JOIN booking b ON b.id = r.booking_id WHERE r.id::text = ANY($1::text[])
"""
_GROUPS: Final = """
    SELECT DISTINCT b.group_id::text AS id FROM booking b
    WHERE b.person_id = ANY($1::uuid[]) AND b.group_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Cast:
    """For each visit, whose phone is used and whom it acts for."""

    phones: tuple[Person, ...]
    behalf: tuple[str, ...]


def shape(asked: argparse.Namespace) -> str:
    """Say what is played, and what of."""
    return (
        f"{asked.visitors:,} elders through guided flows, about {DELEGATES:.0%} by a delegate; "
        f"{ELDER_MORNING.minutes} minutes in {asked.seconds:.0f} s\nwho comes: {ELDER_MORNING.source}"
    )


async def make_plan(asked: argparse.Namespace, district: District, record: Path) -> ElderPlan:
    """Draw the morning, choose the elders, let younger residents act for some; sign everybody's token."""
    visits = draw(ELDER_MORNING, visitors=asked.visitors, seconds=asked.seconds, seed=asked.seed)
    cast = await _cast(district, visits)
    return ElderPlan(
        begins=beginning(asked.before).timestamp(), until=asked.seconds + 6 * TAIL,
        connections=asked.connections, record=str(record), people=cast.phones, behalf=cast.behalf,
        visits=tuple(visits),
    )  # fmt: skip


async def _cast(district: District, visits: Sequence[Elder]) -> Cast:
    elders = await _aged(district, len(visits), old=True)
    helped = [elder for elder, visit in zip(elders, visits, strict=True) if visit.delegate]
    helpers = await _aged(district, len(helped), old=False)
    await delegate(district, list(zip(helped, helpers, strict=True)))
    by_elder = {elder.id: helper for elder, helper in zip(helped, helpers, strict=True)}
    phones = signed_in([by_elder.get(elder.id, elder) for elder in elders], district.secret)
    behalf = tuple(str(elder.id) if elder.id in by_elder else "" for elder in elders)
    return Cast(phones, behalf)


async def _aged(district: District, wanted: int, *, old: bool) -> list[Home]:
    """Choose so many residents from 60 years on, or below; refuses with NoRoomError."""
    rows = await fetched(district.database_url, _BY_AGE, wanted, old)
    if len(rows) < wanted:
        who = "elders" if old else "younger residents"
        raise NoRoomError(f"{wanted} {who} with accounts are needed; {len(rows)} are there (--residents)")
    return [Home(row["id"], row["lat"], row["lng"]) for row in rows]


async def delegate(district: District, pairs: Sequence[tuple[Home, Home]]) -> None:
    """Put a delegation in force for each (elder, helper): how one asks for it is not what is measured."""
    now = datetime.now(UTC)
    database = Database(district.database_url, pool_size=2)
    try:
        async with database.transaction() as session:
            session.add_all(
                DelegationRow(
                    id=new_id(), principal_id=elder.id, delegate_id=helper.id,
                    scopes=["book", "pay", "view"], state="active", asked_by="principal", asked_at=now,
                    approved_at=now, until=now + DELEGATED_FOR,
                )
                for elder, helper in pairs
            )  # fmt: skip
    finally:
        await database.close()


async def judge(district: District, plan: ElderPlan, calls: Sequence[Call]) -> tuple[Facts, list[str]]:
    """Hold the record against what the database says of every run, and of wherever these elders booked."""
    url = district.database_url
    named = sorted({call.run for call in calls if call.run})
    elders = [on or phone.id for phone, on in zip(plan.people, plan.behalf, strict=True)]
    groups = [row["id"] for row in await fetched(url, _GROUPS, elders)]
    # the answers kept under the clients' keys are steps, not bookings: runs are held against them instead
    facts = await truth(url, sessions=groups, keys=())
    runs = [msgspec.convert(dict(row), RunFact) for row in await fetched(url, _RUNS, named)]
    return facts, of_the_elders(calls, facts, runs)


ELDERS: Final = Profile(
    name="elder-morning",
    locust_file=Path("loadtests/profiles/elder_morning.py"),
    usual={"visitors": 600, "before": 1.0, "seconds": 120.0, "residents": 4000},
    shape=shape,
    make_plan=make_plan,
    judge=judge,
)
