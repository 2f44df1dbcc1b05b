"""charging-evening: guidance, reservations and charges at the demo's stations, as they are that evening."""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from loadtests.check import Facts
from loadtests.check_evening import SessionFact, of_the_evening
from loadtests.curves import METRO_EVENING, PLUGGING_EVENING
from loadtests.district import District
from loadtests.evenings import DRIVERS, draw
from loadtests.facts import fetched, truth
from loadtests.plan import EveningPlan
from loadtests.record import Call
from loadtests.stages.stage import TAIL, NoRoomError, Profile, beginning, crowd_of, keys_of

_CONNECTORS: Final = "SELECT id::text FROM charging_connector WHERE gone_at IS NULL"
_SESSIONS: Final = """
    SELECT s.id::text, s.connector_id::text AS connector, s.person_id::text AS person, s.state,
      coalesce(extract(epoch FROM s.started_at)::float, 0) AS began,
      coalesce(extract(epoch FROM coalesce(s.unplugged_at, s.ended_at))::float, 0) AS ended,
      s.energy_wh, s.authorised_fen AS authorised, coalesce(s.total_fen, -1) AS total,
      coalesce(p.amount_fen, 0) AS paid, coalesce(p.refunded_fen, 0) AS back
    FROM charging_session s
    LEFT JOIN payment p ON p.booking_id = s.booking_id AND p.state = 'success'
"""
_UNSETTLED: Final = """
    SELECT s.id, s.state, s.ended_at, s.next_try_at, s.tries, s.operator_total_fen, c.status, c.since,
      c.received_at
    FROM charging_session s LEFT JOIN connector_status c ON c.connector_id = s.connector_id
    WHERE s.paid_at IS NOT NULL AND s.settled_at IS NULL
"""
SETTLING: Final = 90
"""Seconds after the run in which every paid charge is billed and its rest on the way back."""


def shape(asked: argparse.Namespace) -> str:
    """Say what is played, and what of."""
    drivers = round(asked.visitors * DRIVERS)
    return (
        f"{asked.visitors - drivers:,} residents look where to charge, {drivers:,} charge; "
        f"{METRO_EVENING.minutes} and {PLUGGING_EVENING.minutes} minutes in {asked.seconds:.0f} s\n"
        f"who looks: {METRO_EVENING.source}\nwho charges: {PLUGGING_EVENING.source}"
    )


async def make_plan(asked: argparse.Namespace, district: District, record: Path) -> EveningPlan:
    """Draw the evening and sign a token for each resident; the stations are as the operators tell them."""
    if not await fetched(district.database_url, _CONNECTORS):
        raise NoRoomError("the seeded district has no chargers")
    people = await crowd_of(district, asked.visitors)
    begins = beginning(asked.before)
    visits = draw(
        METRO_EVENING, PLUGGING_EVENING, visitors=asked.visitors, seconds=asked.seconds, seed=asked.seed
    )
    return EveningPlan(
        begins=begins.timestamp(), until=asked.seconds + 4 * TAIL, connections=asked.connections,
        record=str(record), people=people, visits=tuple(visits),
    )  # fmt: skip


async def judge(district: District, _plan: EveningPlan, calls: Sequence[Call]) -> tuple[Facts, list[str]]:
    """Hold the record against what the database says of every connector and charge."""
    url = district.database_url
    late = await _unsettled(url)
    groups = [row["id"] for row in await fetched(url, _CONNECTORS)]
    facts = await truth(url, sessions=groups, keys=keys_of(calls))
    sessions = [msgspec.convert(dict(row), SessionFact) for row in await fetched(url, _SESSIONS)]
    return facts, [*of_the_evening(calls, facts, sessions), *late]


async def _unsettled(url: str) -> list[str]:
    """Wait for the charges that go on after the run; name those that are not settled in time."""
    for _ in range(SETTLING):
        if not await fetched(url, _UNSETTLED):
            break
        await asyncio.sleep(1)
    return [
        "unsettled: a charge is paid and has no bill: " + ", ".join(f"{k} {v}" for k, v in row.items())
        for row in await fetched(url, _UNSETTLED)
    ]


EVENING: Final = Profile(
    name="charging-evening",
    locust_file=Path("loadtests/profiles/charging_evening.py"),
    usual={"visitors": 1500, "before": 1.0, "seconds": 100.0},
    shape=shape,
    make_plan=make_plan,
    judge=judge,
)
