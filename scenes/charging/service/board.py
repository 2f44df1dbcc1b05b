"""Every station of the district in this process's memory, so that reading them costs no statement.

PostgreSQL is read every few seconds; in between the copy in Redis is looked at, at most once a second. Of
two words on a connector the one received later counts, so a Redis that comes back with old words does no
harm. While both are away the last known words stay, and grow stale by the rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import ChargingRuleMissing, TariffInvalid
from scenes.charging.rules.forecast import QUARTER, QUARTER_SECONDS, Profile, Profiles
from scenes.charging.rules.rule import ChargingRule, DatedRule, IdleFee, rule_for
from scenes.charging.rules.status import Counts, Reported, State, count, state_of
from scenes.charging.rules.tariff import Band, Tariff, bands_of, periods_of
from scenes.charging.service.live import read_copy, reported_of
from scenes.charging.store import live as live_store
from scenes.charging.store import queue as queue_store
from scenes.charging.store import stations as store
from scenes.charging.tables import ChargingConnectorRow, ChargingStationRow, StationProfileRow
from scenes.common.kit.cache import Cache
from scenes.common.kit.clock import local_day
from scenes.common.kit.database import Database
from scenes.common.places.directory import PlaceDirectory

AHEAD: Final = timedelta(hours=4)
"""How far ahead reservations are looked at; nobody asks for guidance further ahead."""

COPY_AGE: Final = timedelta(seconds=1)
PROFILES_AGE: Final = timedelta(minutes=10)


class Connector(msgspec.Struct, frozen=True, kw_only=True):
    """A plug that the operator still lists; power in kW."""

    id: UUID
    number: int
    name: str
    kind: int
    power_kw: float
    park_no: str
    has_lock: bool
    reservable: bool
    out_of_service: bool


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """A station with what is in force there today; `tariff` is none where nobody published a price."""

    id: UUID
    operator: str
    status: int
    phone: str
    park_fee: str
    site_guide: str
    hours: str
    tariff: Tariff | None
    rule: ChargingRule
    connectors: tuple[Connector, ...]

    @property
    def stale_after(self) -> timedelta:
        """Return for how long a word on a connector is believed."""
        return timedelta(minutes=self.rule.stale_minutes)

    def of_kind(self, kind: int | None) -> tuple[Connector, ...]:
        """Return the connectors of a kind, or all."""
        return tuple(c for c in self.connectors if kind is None or c.kind == kind)


class Board:
    """What one process knows of all stations; `version` moves whenever something was read."""

    def __init__(self) -> None:
        self.version = 0
        self.loaded = False
        self.stations: Mapping[UUID, Station] = {}
        self.rule = ChargingRule()
        self._reported: dict[UUID, Reported] = {}
        self._held: frozenset[tuple[UUID, datetime]] = frozenset()
        self._waiting: Mapping[tuple[UUID, int], int] = {}
        self._profiles: Mapping[tuple[UUID, int], Profiles] = {}
        self._profiles_at = self._copy_at = datetime.min.replace(tzinfo=UTC)
        self._cache: Cache | None = None

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

    def reported(self, connector_id: UUID) -> Reported | None:
        """Return the last word on a connector."""
        return self._reported.get(connector_id)

    def is_held(self, connector_id: UUID, at: datetime) -> bool:
        """Tell whether somebody has the connector's quarter-hour of an instant."""
        return (connector_id, quarter_of(at)) in self._held

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
                connectors.setdefault(row.station_id, []).append(_connector(row))
        stations: dict[UUID, Station] = {}
        for row in await store.stations(session):
            rule = _rule(row.id, rules, now)
            stations[row.id] = _station(
                row, rule, operator=operators.get(row.operator_id, ""), periods=tariffs.get(row.id),
                connectors=connectors.get(row.id, []),
            )  # fmt: skip
        reported = {row.connector_id: reported_of(row) for row in await live_store.all_statuses(session)}
        held = await live_store.held_quarters(session, since=now - QUARTER, until=now + AHEAD)
        self._waiting = await queue_store.waiting_counts(session)
        if now - self._profiles_at >= PROFILES_AGE:
            self._profiles = _profiles(await store.profiles(session))
            self._profiles_at = now
        self.stations, self._held = stations, frozenset((key, at.astimezone(UTC)) for key, at in held)
        self.rule = _rule(None, rules, now)
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


def _rule(station_id: UUID | None, rules: Sequence[DatedRule], now: datetime) -> ChargingRule:
    """Return the rule in force; status and guidance are shown by the plain rule where none is."""
    try:
        return rule_for(station_id or UUID(int=0), local_day(now), rules)
    except ChargingRuleMissing:
        return ChargingRule()


def _station(
    row: ChargingStationRow,
    rule: ChargingRule,
    *,
    operator: str,
    periods: Sequence[Mapping[str, str]] | None,
    connectors: Sequence[Connector],
) -> Station:
    idle_fee = msgspec.convert(row.idle_fee, IdleFee, strict=False) if row.idle_fee else rule.idle_fee
    bands = _bands(periods)
    return Station(
        id=row.id,
        operator=operator,
        status=row.status,
        phone=row.service_phone,
        park_fee=row.park_fee,
        site_guide=row.site_guide,
        hours=str(row.facts.get("hours", "")),
        tariff=Tariff(bands=bands, idle_fee=idle_fee) if bands else None,
        rule=rule,
        connectors=tuple(connectors),
    )


def _bands(periods: Sequence[Mapping[str, str]] | None) -> tuple[Band, ...]:
    """Read a tariff; one that cannot be read is shown as no price, never as a wrong one."""
    try:
        return bands_of(periods_of(periods)) if periods else ()
    except TariffInvalid:
        return ()


def _connector(row: ChargingConnectorRow) -> Connector:
    return Connector(
        id=row.id,
        number=row.number,
        name=row.name,
        kind=row.kind,
        power_kw=row.power_kw,
        park_no=row.park_no,
        has_lock=row.has_lock,
        reservable=row.reservable,
        out_of_service=row.out_of_service_at is not None,
    )


def _profiles(rows: Sequence[StationProfileRow]) -> dict[tuple[UUID, int], Profiles]:
    known: dict[tuple[UUID, int], dict[str, Profile]] = {}
    for row in rows:
        profile = Profile(*(_floats(values) for values in (row.busy, row.turnover, row.weight)))
        known.setdefault((row.station_id, row.connector_kind), {})[row.day_kind] = profile
    return dict(known)


def _floats(values: Sequence[Any]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
