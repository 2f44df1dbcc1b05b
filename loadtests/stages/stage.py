"""What a profile is, and what all of them need to set the stage."""

import argparse
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from loadtests.check import Facts
from loadtests.district import District
from loadtests.facts import Home, residents
from loadtests.plan import Person
from loadtests.record import Call
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.ids import new_id
from scenes.common.people.tokens import TokenSigner

STARTING: Final = 7.0
"""Seconds between writing the plan and the first arrival, for Locust to start."""

TAIL: Final = 8.0
"""Seconds after the curve in which what was begun is finished."""

TOKEN_HOURS: Final = 2


class NoRoomError(Exception):
    """The seeded district is too small for what is to be played."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A load profile: its Locust file, what it usually plays, how it is set up and judged.

    `shape` says in words what is played and what of. `judge` reads the truth and names what is wrong.
    """

    name: str
    locust_file: Path
    usual: Mapping[str, Any]
    shape: Callable[[argparse.Namespace], str]
    make_plan: Callable[[argparse.Namespace, District, Path], Awaitable[Any]]
    judge: Callable[[District, Any, Sequence[Call]], Awaitable[tuple[Facts, list[str]]]]


async def crowd_of(district: District, visitors: int) -> tuple[Person, ...]:
    """Choose so many residents and sign them in; refuses with NoRoomError when there are fewer."""
    homes = await residents(district.database_url, visitors)
    if len(homes) < visitors:
        raise NoRoomError(f"{visitors} visitors need as many residents with accounts; {len(homes)} are there")
    return signed_in(homes, district.secret)


def signed_in(people: Sequence[Home], secret: bytes) -> tuple[Person, ...]:
    """Sign visitors' tokens here with the demo's secret: it is not the signing in that is measured."""
    now = datetime.now(UTC)
    signer, until = TokenSigner(secret), now + timedelta(hours=TOKEN_HOURS)
    return tuple(
        Person(
            str(home.id), signer.sign(Resident(home.id, new_id()), now=now, until=until), home.lat, home.lng
        )
        for home in people
    )


def at_work(staff_id: UUID, role: str, places: frozenset[UUID], *, secret: bytes) -> Person:
    """Sign a token for a member of staff at some venues."""
    now = datetime.now(UTC)
    caller = Staff(staff_id, new_id(), role, places)
    token = TokenSigner(secret).sign(caller, now=now, until=now + timedelta(hours=TOKEN_HOURS))
    return Person(str(staff_id), token, 0.0, 0.0)


def beginning(before: float) -> datetime:
    """Return the run's second 0: far enough ahead for Locust to start and for whoever comes before it."""
    return datetime.fromtimestamp(math.ceil(time.time() + STARTING + before), UTC)


def keys_of(calls: Sequence[Call]) -> list[str]:
    """Name every idempotency key of a record."""
    return sorted({call.key for call in calls if call.key})
