"""Which places are near: by stored walks over streets where there are any, else by the straight line."""

from collections.abc import Container, Iterator
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Final, Literal, NamedTuple
from uuid import UUID

from scenes.common.places.following import Held
from scenes.common.places.graph import TICK, TICK_BITS, Anchor, ticks_of
from scenes.common.places.profiles import DM_PER_METRE, TICKS_PER_MINUTE, TICKS_PER_SECOND
from scenes.common.places.reckoning import REACH_MINUTES
from scenes.common.places.snapshot import Entry, Snapshot
from scenes.common.places.walking import Pace, Walking, needs_step_free
from scenes.common.places.walks import Walkable

Method = Literal["network", "estimate"]
"""How a walk was reckoned: over the streets, or from the straight line."""

DM: Final = TICK - 1
"""The part of a cost that holds its decimetres."""
SIFTED: Final = 4
"""How many times more places are looked at first where some may be refused: there are four scenes."""


class Wanted(NamedTuple):
    """What is asked: from where (WGS-84), how far, how fast, and which places count."""

    lat: float
    lng: float
    minutes: int
    pace: Pace
    scene: str | None
    open_now: bool
    limit: int
    at: datetime

    @property
    def picky(self) -> bool:
        """Tell whether any place may be refused at all."""
        return self.scene is not None or self.open_now or needs_step_free(self.pace)

    def accepts(self, entry: Entry) -> bool:
        """Tell whether a place is one of those asked for."""
        if self.scene is not None and entry.place.scene != self.scene:
            return False
        if needs_step_free(self.pace) and not entry.place.step_free:
            return False
        return not self.open_now or entry.openness(self.at).open_now


class Near(NamedTuple):
    """A place and the walk to it; `seconds` order the list."""

    entry: Entry
    seconds: float
    metres: int
    minutes: int
    method: Method


Stepped = tuple[Entry, int]
"""A place, and the cost of the walk to it over the streets."""


class Walked(NamedTuple):
    """What was found, nearest first; the method is `network` where streets are near the origin and tell.

    Where nothing had to be estimated it is all in `stepped`, and nothing is made of it until somebody asks:
    that is what nearly every question comes to.
    """

    method: Method
    stepped: list[Stepped]
    mixed: list[Near] | None = None

    @property
    def found(self) -> list[Near]:
        """Return the walks."""
        return _told(self.stepped) if self.mixed is None else self.mixed


def walked(held: Held, walking: Walking, wanted: Wanted) -> Walked:
    """Find the places within a walk.

    Where streets are near, places beyond the stored walks are estimated, and never as nearer than those; so
    are places without walks of their own: new ones until they are reckoned, and such as are far from streets.
    """
    walkable = held.walkable
    origin = walkable.origin(wanted.lat, wanted.lng, wanted.pace) if walkable else None
    if walkable is None or origin is None:
        return Walked("estimate", [], list(_estimated(held.snapshot, walking, wanted)))
    stepped = _by_streets(walkable, origin, wanted)
    others = _others(held.snapshot, walkable, walking, wanted=wanted, near=stepped)
    if not others:
        return Walked("network", stepped)
    near = sorted([*_told(stepped), *others], key=attrgetter("seconds", "metres"))[: wanted.limit]
    only_estimates = all(each.method == "estimate" for each in near)
    return Walked("estimate" if only_estimates else "network", [], near)


def _by_streets(walkable: Walkable, origin: Anchor, wanted: Wanted) -> list[Stepped]:
    """Return the places with stored walks, at most as many as are wanted."""
    ticks = wanted.minutes * TICKS_PER_MINUTE
    if not wanted.picky:
        return walkable.first(origin, wanted.pace, ticks, wanted.limit)
    walks = walkable.found(origin, wanted.pace, ticks, first=wanted.limit * SIFTED)
    return list(islice((walk for walk in walks if wanted.accepts(walk[0])), wanted.limit))


def walk_of(cost: int) -> tuple[int, int]:
    """Return the minutes, rounded up, and the metres of a cost."""
    return -(-(cost >> TICK_BITS) // TICKS_PER_MINUTE), round((cost & DM) / DM_PER_METRE)


def _told(stepped: list[Stepped]) -> list[Near]:
    """Tell walks over streets."""
    near: list[Near] = []
    for entry, cost in stepped:
        minutes, metres = walk_of(cost)
        near.append(Near(entry, ticks_of(cost) / TICKS_PER_SECOND, metres, minutes, "network"))
    return near


def _others(
    snapshot: Snapshot, walkable: Walkable, walking: Walking, *, wanted: Wanted, near: list[Stepped]
) -> list[Near]:
    """Estimate the places without walks, and those beyond them if that is asked for."""
    pending = walkable.pending[wanted.pace]
    if wanted.minutes <= REACH_MINUTES or len(near) == wanted.limit:
        return list(_estimated(pending, walking, wanted)) if pending.entries else []
    known = {entry.place.id for entry, _ in near}
    return [
        each if each.entry.place.id in pending.entries else _beyond(each)
        for each in _estimated(snapshot, walking, wanted, known=known)
    ]


def _beyond(near: Near) -> Near:
    """Make an estimate say no less than what is known: the place is not within the stored walks."""
    return near._replace(
        seconds=max(near.seconds, REACH_MINUTES * 60.0), minutes=max(near.minutes, REACH_MINUTES + 1)
    )


def _estimated(
    snapshot: Snapshot, walking: Walking, wanted: Wanted, known: Container[UUID] = ()
) -> Iterator[Near]:
    """Estimate the walks to places that are not known yet, nearest first."""
    grid = snapshot.grid(wanted.scene, step_free=needs_step_free(wanted.pace))
    if grid is None:
        return

    def accept(entry: Entry) -> bool:
        return entry.place.id not in known and wanted.accepts(entry)

    picky = accept if wanted.open_now or known else None
    metres = walking.reach(wanted.minutes, wanted.pace)
    speed = walking.paces[wanted.pace]
    for straight, entry in grid.nearest(
        wanted.lat, wanted.lng, metres=metres, limit=wanted.limit, accept=picky
    ):
        metres_walked = walking.walked(straight)
        minutes = walking.minutes(straight, wanted.pace)
        yield Near(entry, metres_walked / speed, round(metres_walked), minutes, "estimate")
