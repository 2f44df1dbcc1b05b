"""Opening the charging stations: operators, connectors, tariffs, the rule, and weeks of how they stood."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.messages import PricePeriod
from scenes.charging.rules.rule import ChargingRule, IdleFee
from scenes.charging.service.rules import set_rule
from scenes.charging.tables import (
    ChargingConnectorRow,
    ChargingStationRow,
    ChargingTariffRow,
    ConnectorChangeRow,
    ConnectorStatusRow,
)
from scenes.common.kit.clock import local_day
from scenes.common.places.service import PlaceFacts, upsert_places
from scenes.demo import store
from scenes.demo.rules.chance import drawn_id, moment_of, stream
from scenes.demo.rules.plugging import DAYS, Change, draw_changes
from scenes.demo.rules.stations import Station
from scenes.demo.service.breakfast import WEEK
from scenes.demo.service.progress import Report

SCENE: Final = "charging"
KIND: Final = "charging_station"
SOURCE: Final = "demo"
RULE_SINCE: Final = date(2025, 1, 1)
RULE: Final = ChargingRule(
    idle_fee=IdleFee(free_minutes=30, fee_fen_per_minute=20, full_fee_fen_per_minute=40, max_fee_fen=3000)
)
CHANGE_COLUMNS: Final = ("id", "connector_id", "station_id", "status", "at")
STATUS_COLUMNS: Final = (
    "connector_id", "status", "park_status", "lock_status", "source", "since", "received_at",
)  # fmt: skip
_PARKED: Final = {0: 0, 1: 10}
"""ParkStatus by Status: unknown, free; else taken."""

_TAKEN: Final = 50
_LOCK_UP, _LOCK_DOWN = 50, 10

Record = tuple[Any, ...]


async def open_charging(
    session: AsyncSession, stations: Sequence[Station], *, seed: int, now: datetime, report: Report
) -> None:
    """Write stations with their connectors and prices; what is there already stays."""
    new = await _newly(session, stations)
    await upsert_places(session, [_facts(station) for station in new], now=now)
    rows: dict[Any, list[Mapping[str, Any]]] = {
        ChargingStationRow: [_station(each, now) for each in new],
        ChargingConnectorRow: [row for each in new for row in _connectors(each)],
        ChargingTariffRow: [_tariff(each, now) for each in new],
    }
    for table, records in rows.items():
        if records:
            await store.add_if_missing(session, table, records)
    if not await store.has_charging_rule(session):
        await set_rule(session, RULE, since=RULE_SINCE)
    report.begin("remembering how chargers stood", len(new))
    for station in new:
        await _remember(session, station, seed=seed, now=now)
        report.advance(1)


async def _newly(session: AsyncSession, stations: Sequence[Station]) -> list[Station]:
    """Choose the stations that are not there; the others are as their operator told since."""
    known = await store.stations_known(session)
    return [station for station in stations if station.id not in known]


async def _remember(session: AsyncSession, station: Station, *, seed: int, now: datetime) -> None:
    """Write how a station's connectors stood in the past weeks, and how they stand."""
    first = local_day(now) - timedelta(days=DAYS)
    changes = list(draw_changes(seed, station, first=first, now=now))
    records = change_records(seed, station, changes)
    await store.load(session, ConnectorChangeRow, columns=CHANGE_COLUMNS, records=records)
    last = {change.position: change for change in changes}
    statuses = [_status(station, change, now) for change in last.values()]
    await store.load(session, ConnectorStatusRow, columns=STATUS_COLUMNS, records=statuses)


def change_records(seed: int, station: Station, changes: Sequence[Change]) -> list[Record]:
    """Make records of changes, in the order of CHANGE_COLUMNS."""
    chance, ids = stream(seed, "changes", station.facts.code), station.connector_ids
    return [
        (drawn_id(chance, moment_of(at)), ids[position], station.id, status, at)
        for position, status, at in changes
    ]


def _status(station: Station, change: Change, now: datetime) -> Record:
    locked = station.facts.connectors[change.position].has_lock
    parked = _PARKED.get(change.status, _TAKEN)
    lock = (_LOCK_DOWN if parked == _TAKEN else _LOCK_UP) if locked else 0
    connector_id: UUID = station.connector_ids[change.position]
    return connector_id, change.status, parked, lock, SOURCE, change.at, now


def _facts(station: Station) -> PlaceFacts:
    facts = station.facts
    return PlaceFacts(
        id=station.id,
        scene=SCENE,
        kind=KIND,
        name=facts.name,
        address=facts.address,
        phone=facts.service_phone,
        lat=facts.lat,
        lng=facts.lng,
        subdistrict=station.spot.area,
        step_free=False,
        weekly_hours={key: [facts.hours] for key in WEEK},
        holiday_rule="usual",
        hours_source="operator",
        synthetic=True,
    )


def _station(station: Station, now: datetime) -> Mapping[str, Any]:
    facts = station.facts
    return {
        "id": station.id,
        "operator_id": station.operator.id,
        "code": facts.code,
        "status": facts.status,
        "service_phone": facts.service_phone,
        "support_order": facts.support_order,
        "park_fee": facts.park_fee,
        "site_guide": facts.site_guide,
        "idle_fee": dict(station.idle_fee),
        "facts": {"hours": facts.hours, "kind": str(facts.kind), "areaCode": facts.area_code, **facts.facts},
        "updated_at": now,
    }


def _connectors(station: Station) -> list[Mapping[str, Any]]:
    return [
        msgspec.structs.asdict(facts)
        | {
            "id": connector_id,
            "station_id": station.id,
            "number": number,
            "reservable": station.facts.support_order,
        }
        for number, (connector_id, facts) in enumerate(
            zip(station.connector_ids, station.facts.connectors, strict=True), start=1
        )
    ]


def _tariff(station: Station, now: datetime) -> Mapping[str, Any]:
    return {
        "id": drawn_id(stream(0, "tariff", station.id), 0),
        "station_id": station.id,
        "since": RULE_SINCE,
        "periods": [_period(each) for each in station.tariff],
        "source": SOURCE,
        "created_at": now,
    }


def _period(period: PricePeriod) -> dict[str, str]:
    return {
        "start": f"{period.start:%H:%M}",
        "elecPrice": f"{period.elec_price:.4f}",
        "servicePrice": f"{period.service_price:.4f}",
    }
