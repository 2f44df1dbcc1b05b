"""The charging desk: how a station's day stands, its report, and entries to be settled."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import ConnectorUnknown, EntryNotFound, StationUnknown
from scenes.charging.rules.rule import rule_for
from scenes.charging.rules.status import Counts, Reported, State, count, state_of
from scenes.charging.service.faults import Fault, faults_of
from scenes.charging.service.rules import rules_in_force
from scenes.charging.service.tariffs import check_scope
from scenes.charging.store import live as live_store
from scenes.charging.store import site as store
from scenes.charging.store import stations as stations_store
from scenes.charging.tables import ChargingConnectorRow, ConnectorStatusRow
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import day_span, local_day
from scenes.common.people.service import append_audit

LISTED: Final = 50
RUNNING: Final = frozenset({"requested", "charging", "stopping"})


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """A session on the board; `name` is the person's, to be masked before it leaves."""

    id: UUID
    connector_id: UUID
    person_id: UUID
    name: str
    state: str
    started_at: datetime | None
    energy_wh: int
    running_fen: int


class Reserved(msgspec.Struct, frozen=True, kw_only=True):
    """A reservation ahead."""

    id: UUID
    connector_id: UUID
    person_id: UUID
    name: str
    state: str
    starts_at: datetime
    ends_at: datetime


class Plug(msgspec.Struct, frozen=True, kw_only=True):
    """A connector with what is going on at it."""

    id: UUID
    number: int
    name: str
    kind: int
    power_kw: float
    has_lock: bool
    state: State
    heard_at: datetime | None
    out_of_service_reason: str | None
    charge: Charge | None
    reservations: tuple[Reserved, ...]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Something of an operator to settle: what could not be taken, or books that differ."""

    id: UUID
    kind: str
    what: str
    detail: str
    count: int
    at: datetime


class SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """A station's day."""

    station_id: UUID
    day: date
    now: datetime
    counts: Counts
    plugs: tuple[Plug, ...]
    ended: int
    ended_wh: int
    ended_fen: int
    queue: int
    faults: tuple[Fault, ...]
    incidents: tuple[Entry, ...]
    differences: tuple[Entry, ...]

    @property
    def people(self) -> set[UUID]:
        """Name everybody whose name is shown."""
        charging = {plug.charge.person_id for plug in self.plugs if plug.charge is not None}
        return charging | {each.person_id for plug in self.plugs for each in plug.reservations}


async def board_of(
    session: AsyncSession, staff: Staff, *, place_id: UUID, day: date, now: datetime
) -> SiteView:
    """Read a station's day for its staff (StationUnknown outside the scope)."""
    check_scope(staff, place_id)
    station = await store.station(session, place_id)
    if station is None:
        raise StationUnknown
    since, until = day_span(day)
    rule = rule_for(place_id, local_day(now), await rules_in_force(session))
    connectors = [row for row in await stations_store.connectors(session, [place_id]) if row.gone_at is None]
    heard = await live_store.statuses(session, [row.id for row in connectors])
    sessions = await store.sessions(session, place_id, since=since, until=until)
    reserved = await reserved_at(session, place_id, now=now, until=until)
    stale = timedelta(minutes=rule.stale_minutes)
    states: dict[UUID, State] = {
        row.id: _state(row, heard.get(row.id), now, stale, station.status) for row in connectors
    }
    ended = [row for row in sessions if row["state"] == "ended" and row["ended_at"] is not None]
    faults = [fault for fault in await faults_of(session, staff, place_id) if fault.state == "open"]
    return SiteView(
        station_id=place_id,
        day=day,
        now=now,
        counts=count((states[row.id], _heard_at(heard.get(row.id))) for row in connectors),
        plugs=tuple(_plug(row, states[row.id], heard.get(row.id), sessions, reserved) for row in connectors),
        ended=len(ended),
        ended_wh=sum(row["energy_wh"] for row in ended),
        ended_fen=sum(row["total_fen"] or 0 for row in ended),
        queue=await store.queue_length(session, place_id),
        faults=tuple(faults),
        incidents=tuple(await _incidents(session, station.operator_id)),
        differences=tuple(await _differences(session, station.operator_id)),
    )


def _heard_at(row: ConnectorStatusRow | None) -> datetime | None:
    return row.received_at if row is not None else None


def _state(
    row: ChargingConnectorRow,
    heard: ConnectorStatusRow | None,
    now: datetime,
    stale: timedelta,
    station_status: int,
) -> State:
    reported = None
    if heard is not None:
        reported = Reported(
            heard.status, heard.park_status, heard.lock_status, heard.since, heard.received_at
        )
    return state_of(
        reported, now, stale_after=stale, out_of_service=row.out_of_service_at is not None,
        station_status=station_status,
    )  # fmt: skip


def _plug(
    row: ChargingConnectorRow,
    state: State,
    heard: ConnectorStatusRow | None,
    sessions: Sequence[RowMapping],
    reserved: Sequence[Reserved],
) -> Plug:
    charge = next(
        (each for each in sessions if each["connector_id"] == row.id and each["state"] in RUNNING), None
    )
    return Plug(
        id=row.id, number=row.number, name=row.name, kind=row.kind, power_kw=row.power_kw,
        has_lock=row.has_lock, state=state, heard_at=_heard_at(heard),
        out_of_service_reason=row.out_of_service_reason if row.out_of_service_at is not None else None,
        charge=_charge(charge) if charge is not None else None,
        reservations=tuple(each for each in reserved if each.connector_id == row.id),
    )  # fmt: skip


def _charge(row: RowMapping) -> Charge:
    return Charge(
        id=row["id"], connector_id=row["connector_id"], person_id=row["person_id"], name=row["person_name"],
        state=row["state"], started_at=row["started_at"], energy_wh=row["energy_wh"],
        running_fen=row["running_fen"],
    )  # fmt: skip


def _reserved(row: RowMapping) -> Reserved:
    return Reserved(
        id=row["id"], connector_id=row["connector_id"], person_id=row["person_id"], name=row["person_name"],
        state=row["state"], starts_at=row["starts_at"], ends_at=row["ends_at"],
    )  # fmt: skip


async def reserved_at(
    session: AsyncSession, station_id: UUID, *, now: datetime, until: datetime
) -> list[Reserved]:
    """List a station's reservations ahead."""
    return [_reserved(row) for row in await store.reservations(session, station_id, now=now, until=until)]


async def _incidents(session: AsyncSession, operator_id: UUID) -> list[Entry]:
    rows = await store.incidents(session, operator_id, limit=LISTED)
    return [
        Entry(id=row.id, kind=row.kind, what=row.call, detail=row.detail, count=row.count, at=row.last_at)
        for row in rows
    ]


async def _differences(session: AsyncSession, operator_id: UUID) -> list[Entry]:
    rows = await store.differences(session, operator_id, limit=LISTED)
    return [
        Entry(
            id=row.id, kind=row.kind, what=row.start_seq, detail=str(row.difference_fen), count=1,
            at=row.found_at,
        )
        for row in rows
    ]  # fmt: skip


async def settle_incident(session: AsyncSession, staff: Staff, incident_id: UUID, *, now: datetime) -> None:
    """Say that what could not be taken was looked at (EntryNotFound); saying it again changes nothing."""
    row = await store.incident(session, incident_id)
    if row is None or row.operator_id is None or not await _works_for(session, staff, row.operator_id):
        raise EntryNotFound
    if row.settled_at is None:
        row.settled_at = now
        await append_audit(session, staff.staff_id, action="staff.incident.settle", now=now)


async def settle_difference(
    session: AsyncSession, staff: Staff, difference_id: UUID, *, now: datetime
) -> None:
    """Say that a difference of the books was settled (EntryNotFound); saying it again changes nothing."""
    row = await store.difference(session, difference_id)
    if row is None or not await _works_for(session, staff, row.operator_id):
        raise EntryNotFound
    if row.state == "open":
        row.state, row.settled_by, row.settled_at = "settled", staff.staff_id, now
        await append_audit(session, staff.staff_id, action="staff.difference.settle", now=now)


async def _works_for(session: AsyncSession, staff: Staff, operator_id: UUID) -> bool:
    """Tell whether any station of an operator is within a member of staff's scope."""
    return staff.role == "district" or bool(staff.place_ids & await store.stations_of(session, operator_id))


async def own_connector(
    session: AsyncSession, staff: Staff, connector_id: UUID, *, lock: bool = False
) -> ChargingConnectorRow:
    """Read a connector within a member of staff's scope (ConnectorUnknown)."""
    row = await store.connector(session, connector_id, lock=lock)
    if row is None or not staff.may_work_at(row.station_id):
        raise ConnectorUnknown
    return row
