"""Every station of the district in this process's memory, so that reading them costs no statement.

PostgreSQL is read every few seconds; in between the copy in Redis is looked at, at most once a second. Of
two words on a connector the one received later counts, so a Redis that comes back with old words does no
harm. While both are away the last known words stay, and grow stale by the rule.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.forecast import QUARTER, QUARTER_SECONDS, Profiles
from scenes.charging.rules.rule import ChargingRule, DatedRule
from scenes.charging.rules.status import Counts, Reported, State, count, state_of
from scenes.charging.service.live import read_copy, reported_of
from scenes.charging.service.roster import (
    Connector,
    Station,
    by_connector,
    connector_of,
    profiles_of,
    rule_of,
    station_of,
)
from scenes.charging.store import live as live_store
from scenes.charging.store import queue as queue_store
from scenes.charging.store import stations as store
from scenes.common.kit.cache import Cache
from scenes.common.kit.clock import local_day
from scenes.common.kit.database import Database
from scenes.common.places.directory import PlaceDirectory

AHEAD: Final = timedelta(hours=4)
"""How far ahead reservations are looked at; nobody asks for guidance further ahead."""

Remembered = TypeVar("Remembered")

COPY_AGE: Final = timedelta(seconds=1)
PROFILES_AGE: Final = timedelta(minutes=10)


class Board:
    """What one process knows of all stations; `version` moves whenever something was read."""

    def __init__(self) -> None:
        self.version = 0
        self.loaded = False
        self.stations: Mapping[UUID, Station] = {}
        self.rule = ChargingRule()
        self._reported: dict[UUID, Reported] = {}
        self._held: Mapping[UUID, set[datetime]] = {}
        self._waiting: Mapping[tuple[UUID, int], int] = {}
        self._profiles: Mapping[tuple[UUID, int], Profiles] = {}
        self._profiles_at = self._copy_at = datetime.min.replace(tzinfo=UTC)
        self._cache: Cache | None = None
        self._memory: dict[Hashable, Any] = {}
        self._memory_of: tuple[int, int] = (0, 0)

    async def refresh(self, database: Database, cache: Cache, now: datetime) -> None:
        """Read everything that may have changed; raises when it cannot, and keeps what it knew."""
        self._cache = cache
        async with database.read() as session:
            await self._read(session, now)
        await self._read_copy(now)
        self.loaded = True
        self.version += 1

    async def freshen(self, now: datetime) -> None:
        """Look at the fast-moving copy if nobody did within the last second."""
        if now - self._copy_at >= COPY_AGE or now < self._copy_at:
            await self._read_copy(now)

    async def hear(self, session: AsyncSession, station_id: UUID) -> None:
        """Read one station's connectors from the truth, as a live page wants them at once."""
        station = self.stations.get(station_id)
        if station is not None:
            rows = await live_store.statuses(session, [c.id for c in station.connectors])
            self._take({key: reported_of(row) for key, row in rows.items()})

    def remembered(self, key: Hashable, now: datetime, make: Callable[[], Remembered]) -> Remembered:
        """Return what was made of the board before, if nothing was heard and no second passed since."""
        mark = self.version, int(now.timestamp())
        if mark != self._memory_of:
            self._memory, self._memory_of = {}, mark
        if key not in self._memory:
            self._memory[key] = make()
        return self._memory[key]

    def reported(self, connector_id: UUID) -> Reported | None:
        """Return the last word on a connector."""
        return self._reported.get(connector_id)

    def is_held(self, connector_id: UUID, at: datetime) -> bool:
        """Tell whether somebody has the connector's quarter-hour of an instant."""
        held = self._held.get(connector_id)
        return held is not None and quarter_of(at) in held

    def state(self, station: Station, connector: Connector, now: datetime) -> State:
        """Say how a connector stands; one that is plugged out but reserved now is not free."""
        state = state_of(
            self._reported.get(connector.id),
            now,
            stale_after=station.stale_after,
            out_of_service=connector.out_of_service,
            station_status=station.status,
        )
        return "occupied" if state == "free" and self.is_held(connector.id, now) else state

    def states(
        self, station: Station, now: datetime, kind: int | None = None
    ) -> list[tuple[Connector, State]]:
        """Say how the connectors of a kind stand, or all."""
        return [(c, self.state(station, c, now)) for c in station.of_kind(kind)]

    def counts(self, states: Iterable[tuple[Connector, State]]) -> Counts:
        """Count connectors by state, with the age of what was heard."""
        return count((state, self._heard(connector.id)) for connector, state in states)

    def held_at(self, states: Iterable[tuple[Connector, State]], at: datetime) -> int:
        """Count the free connectors that somebody has reserved for an instant."""
        return sum(state == "free" and self.is_held(connector.id, at) for connector, state in states)

    def waiting(self, station: Station, kind: int | None = None) -> int:
        """Count who waits at a station, for connectors of a kind or of any."""
        kinds = {kind} if kind is not None else {c.kind for c in station.connectors}
        return sum(self._waiting.get((station.id, each), 0) for each in kinds)

    def profiles(self, station: Station, kind: int | None = None) -> Profiles:
        """Return what was learnt of a station: of a kind, or of the kind it has most of."""
        if kind is None:
            kinds = [c.kind for c in station.connectors]
            kind = max(sorted(set(kinds)), key=kinds.count, default=0)
        return self._profiles.get((station.id, kind), {})

    def units(self, now: datetime) -> dict[UUID, tuple[int, int, datetime]]:
        """Return what is free of what works, by station; a station that nobody knows of is left out."""
        units: dict[UUID, tuple[int, int, datetime]] = {}
        for station in self.stations.values():
            counts = self.counts(self.states(station, now))
            if counts.working or counts.fault:
                units[station.id] = (counts.free, counts.working, now)
        return units

    def _heard(self, connector_id: UUID) -> datetime | None:
        reported = self._reported.get(connector_id)
        return reported.received_at if reported else None

    async def _read(self, session: AsyncSession, now: datetime) -> None:
        day = local_day(now)
        rules = [DatedRule(r.place_id, r.since, r.until, r.values) for r in await store.rules(session)]
        tariffs = {row.station_id: row.periods for row in await store.tariffs(session, day)}
        operators = {row.id: row.name for row in await store.operators(session)}
        connectors: dict[UUID, list[Connector]] = {}
        for row in await store.connectors(session):
            if row.gone_at is None:
                connectors.setdefault(row.station_id, []).append(connector_of(row))
        stations: dict[UUID, Station] = {}
        for row in await store.stations(session):
            rule = rule_of(row.id, rules, now)
            stations[row.id] = station_of(
                row, rule, operator=operators.get(row.operator_id, ""), periods=tariffs.get(row.id),
                connectors=connectors.get(row.id, []),
            )  # fmt: skip
        reported = dict(await live_store.all_statuses(session))
        held = await live_store.held_quarters(session, since=now - QUARTER, until=now + AHEAD)
        self._waiting = await queue_store.waiting_counts(session)
        if now - self._profiles_at >= PROFILES_AGE:
            self._profiles = profiles_of(await store.profiles(session))
            self._profiles_at = now
        self.stations, self._held = stations, by_connector(held)
        self.rule = rule_of(None, rules, now)
        self._take(reported)

    async def _read_copy(self, now: datetime) -> None:
        self._copy_at = now
        if self._cache is not None:
            self._take(await read_copy(self._cache))

    def _take(self, told: Mapping[UUID, Reported]) -> None:
        """Take over words that were received later than the known ones."""
        known = self._reported
        news = {
            key: reported
            for key, reported in told.items()
            if (old := known.get(key)) is None or reported.received_at > old.received_at
        }
        if news:
            known.update(news)
            self.version += 1


def quarter_of(at: datetime) -> datetime:
    """Return the start of an instant's quarter of an hour, in UTC."""
    past = timedelta(seconds=at.timestamp() % QUARTER_SECONDS)
    return (at - past).astimezone(UTC)


_boards: WeakKeyDictionary[PlaceDirectory, Board] = WeakKeyDictionary()


def board_of(directory: PlaceDirectory) -> Board:
    """Return the board of the process that a places directory belongs to."""
    board = _boards.get(directory)
    if board is None:
        board = _boards[directory] = Board()
    return board
