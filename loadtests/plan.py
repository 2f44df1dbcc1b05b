"""What the supervisor hands to the Locust process: whom to play, what is released, where to write."""

import os
from pathlib import Path
from typing import Final

import msgspec

from loadtests.visits import Visit

PLAN_VARIABLE: Final = "LOADTESTS_PLAN"


class Person(msgspec.Struct, frozen=True):
    """A seeded resident with an access token; home in WGS-84."""

    id: str
    token: str
    lat: float
    lng: float


class ReleasedSession(msgspec.Struct, frozen=True):
    """A doctor's half-day whose windows open at the release."""

    id: str
    place_id: str
    department_id: str
    day: str


class LoadPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One run; `release` in POSIX seconds, `people` and `visits` in step with one another.

    `connections` are those a gateway in front of the district would keep open.
    """

    release: float
    until: float
    connections: int
    record: str
    sessions: tuple[ReleasedSession, ...]
    people: tuple[Person, ...]
    visits: tuple[Visit, ...]


def write_plan(plan: LoadPlan, path: Path) -> None:
    """Keep a plan for the Locust process; it holds tokens, so for its owner only."""
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(plan))


def plan_of_environment() -> LoadPlan:
    """Read the plan whose path the environment names."""
    path = os.environ.get(PLAN_VARIABLE)
    if path is None:
        raise SystemExit(
            f"{PLAN_VARIABLE} names no plan: start a run with `make load PROFILE=clinic-release`"
        )
    return msgspec.json.decode(Path(path).read_bytes(), type=LoadPlan)
