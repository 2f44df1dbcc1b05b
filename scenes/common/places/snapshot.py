"""All places at one moment, indexed for asking; coordinates are WGS-84."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, cast
from uuid import UUID

import msgspec
import structlog

from scenes.common.places.availability import Availability
from scenes.common.places.datum import Datum, from_wgs84
from scenes.common.places.grid import Grid, Point
from scenes.common.places.rules import (
    HolidayRule,
    Hours,
    Openness,
    openness,
    parse_holiday,
    parse_spans,
    parse_weekly,
)
from scenes.common.places.tables import PlaceExceptionRow, PlaceRow

UNCHANGED_FOR = timedelta(hours=1)
"""How long "no change in sight" is believed."""

NEVER_OPEN = Hours(weekly=((),) * 7)

log = structlog.stdlib.get_logger(__name__)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a venue, with its hours ready to be asked; `reasons` explains the exceptions."""

    id: UUID
    scene: str
    kind: str
    name: str
    address: str
    phone: str | None
    lat: float
    lng: float
    subdistrict: str
    step_free: bool
    hours: Hours
    reasons: Mapping[date, str]
    hours_source: str
    synthetic: bool
    closed: bool


class Nearby(msgspec.Struct, frozen=True):
    """A place as it stands at an instant, with the walk to it: metres walked, minutes, and how reckoned."""

    place: Place
    openness: Openness
    availability: Availability
    distance_m: int | None = None
    walk_minutes: int | None = None
    method: Literal["network", "estimate"] | None = None


class Entry:
    """A place in the snapshot, remembering until its next change whether it is open."""

    __slots__ = ("_from", "_gcj02", "_openness", "_until", "place", "shown")

    def __init__(self, place: Place) -> None:
        self.place = place
        self._from = self._until = datetime.min.replace(tzinfo=UTC)
        self._openness = Openness(open_now=False)
        self._gcj02: tuple[float, float] | None = None
        self.shown: dict[Datum, Any] = {}
        """What lists show of it, by datum: see `listing`."""

    def openness(self, at: datetime) -> Openness:
        """Tell whether the place is open at an instant."""
        if not self._from <= at < self._until:
            known = openness(self.place.hours, at)
            self._openness = known
            self._from, self._until = at, known.closes_at or known.opens_at or at + UNCHANGED_FOR
        return self._openness

    @property
    def until(self) -> datetime:
        """Return the instant until which the last answer of `openness` stays true."""
        return self._until

    def coordinates(self, datum: Datum) -> tuple[float, float]:
        """Return (lat, lng) in a datum."""
        if datum == "wgs84":
            return self.place.lat, self.place.lng
        if self._gcj02 is None:
            self._gcj02 = from_wgs84(self.place.lat, self.place.lng, datum)
        return self._gcj02


class Snapshot:
    """All places at one value of the change counter, indexed by scene and by being step-free."""

    def __init__(self, entries: Iterable[Entry], counter: int | None) -> None:
        self.counter = counter
        self.entries = {entry.place.id: entry for entry in entries}
        groups: dict[tuple[str | None, bool], list[Point[Entry]]] = {}
        for entry in self.entries.values():
            place = entry.place
            for scene in (None, place.scene):
                for step_free in {False, place.step_free}:
                    points = groups.setdefault((scene, step_free), [])
                    points.append(Point(place.lat, place.lng, entry))
        self._grids = {group: Grid(points) for group, points in groups.items()}

    def grid(self, scene: str | None, *, step_free: bool) -> Grid[Entry] | None:
        """Return the index of a scene's places, or of all; none where there is no such place."""
        return self._grids.get((scene, step_free))

    def with_changes(self, changed: Sequence[Place], counter: int) -> "Snapshot":
        """Return the next snapshot: changed places replaced or added, closed ones gone."""
        entries = self.entries | {place.id: Entry(place) for place in changed}
        for place in changed:
            if place.closed:
                del entries[place.id]
        return Snapshot((entries[place_id] for place_id in sorted(entries)), counter)


def places_of(rows: Sequence[PlaceRow], exceptions: Sequence[PlaceExceptionRow]) -> list[Place]:
    """Turn stored rows into places; one whose hours cannot be read counts as closed, and is logged."""
    special: dict[UUID, list[PlaceExceptionRow]] = {}
    for exception in exceptions:
        special.setdefault(exception.place_id, []).append(exception)
    return [_place(row, special.get(row.id, ())) for row in rows]


def _place(row: PlaceRow, exceptions: Sequence[PlaceExceptionRow]) -> Place:
    return Place(
        id=row.id,
        scene=row.scene,
        kind=row.kind,
        name=row.name,
        address=row.address,
        phone=row.phone,
        lat=row.lat,
        lng=row.lng,
        subdistrict=row.subdistrict,
        step_free=row.step_free,
        hours=_hours(row, exceptions),
        reasons={exception.day: exception.reason for exception in exceptions},
        hours_source=row.hours_source,
        synthetic=row.synthetic,
        closed=row.closed_at is not None,
    )


def _hours(row: PlaceRow, exceptions: Sequence[PlaceExceptionRow]) -> Hours:
    try:
        return Hours(
            weekly=parse_weekly(row.weekly_hours),
            holiday=parse_holiday(cast("HolidayRule", row.holiday_rule), row.holiday_hours),
            exceptions={exception.day: parse_spans(exception.hours) for exception in exceptions},
        )
    except (ValueError, TypeError, AttributeError) as fault:
        log.warning("place_hours_unreadable", place_id=str(row.id), fault=str(fault))
        return NEVER_OPEN
