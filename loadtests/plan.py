"""What the supervisor hands to the Locust process: whom to play, what is released, where to write."""

import os
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from loadtests.elders import Elder
from loadtests.evenings import Evening
from loadtests.mornings import Morning
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


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One run: its second 0 in POSIX seconds, when it is over after that, whom it plays.

    `connections` are those a gateway in front of the district would keep open.
    """

    begins: float
    until: float
    connections: int
    record: str
    people: tuple[Person, ...]


class ReleasePlan(Plan, frozen=True, kw_only=True):
    """A release at second 0; `people` and `visits` in step with one another."""

    sessions: tuple[ReleasedSession, ...]
    visits: tuple[Visit, ...]


class RushPoint(msgspec.Struct, frozen=True):
    """A breakfast point of the rush, WGS-84."""

    id: str
    lat: float
    lng: float


class RushPlan(Plan, frozen=True, kw_only=True):
    """A breakfast morning: where, for which day, and who hands out; `people` and `visits` in step."""

    day: str
    points: tuple[RushPoint, ...]
    staff: Person
    visits: tuple[Morning, ...]


class EveningPlan(Plan, frozen=True, kw_only=True):
    """An evening at the chargers; `people` and `visits` in step."""

    visits: tuple[Evening, ...]


class ElderPlan(Plan, frozen=True, kw_only=True):
    """A morning of elders; `people` are whose phones are used, `behalf` whom they act for ("" for nobody)."""

    visits: tuple[Elder, ...]
    behalf: tuple[str, ...]


AnyPlan = TypeVar("AnyPlan", bound=Plan)


def write_plan(plan: Plan, path: Path) -> None:
    """Keep a plan for the Locust process; it holds tokens, so for its owner only."""
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(plan))


def plan_of_environment(kind: type[AnyPlan]) -> AnyPlan:
    """Read the plan whose path the environment names."""
    path = os.environ.get(PLAN_VARIABLE)
    if path is None:
        raise SystemExit(
            f"{PLAN_VARIABLE} names no plan: start a run with `make load PROFILE=clinic-release`"
        )
    return msgspec.json.decode(Path(path).read_bytes(), type=kind)
