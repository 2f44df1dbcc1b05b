"""Taking over what operators tell of their stations: nothing is deleted, since history names it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import OperatorUnknown
from scenes.charging.rules.hours import ALWAYS, read_hours
from scenes.charging.rules.messages import ConnectorFacts, StationFacts
from scenes.charging.store import stations as store
from scenes.charging.tables import ChargingConnectorRow, ChargingOperatorRow
from scenes.common.kit.ids import new_id
from scenes.common.places.service import PlaceFacts, situations_of, upsert_places

SCENE: Final = "charging"
KIND: Final = "charging_station"


UNKNOWN: Final = ("", False)
"""What is known of the surroundings of a station nobody told of."""


class Upserted(msgspec.Struct, frozen=True):
    """What a feed of stations changed: the station of each code, connectors that are new or gone."""

    stations: Mapping[str, UUID]
    new: frozenset[UUID]
    gone: frozenset[UUID]


async def upsert_stations(
    session: AsyncSession, operator_id: UUID, stations: Sequence[StationFacts], *, now: datetime
) -> Upserted:
    """Store stations with their places and connectors; a connector no longer listed is marked as gone.

    Stations that the message does not name stay as they are: a feed may tell changes only. All or
    nothing; refuses with OperatorUnknown, and with PlaceInvalid where a station is not on earth.
    """
    operator = await store.operator(session, operator_id)
    if operator is None:
        raise OperatorUnknown
    told = {facts.code: facts for facts in stations}
    if not told:
        return Upserted({}, frozenset(), frozenset())
    ids = await store.station_ids(session, operator_id, told)
    ids |= {code: new_id() for code in told if code not in ids}
    known = await situations_of(session, list(ids.values()))
    places = [
        _place(ids[code], facts, operator, known.get(ids[code], UNKNOWN)) for code, facts in told.items()
    ]
    await upsert_places(session, places, now=now)
    await store.put_stations(
        session, [_station(ids[code], facts, operator_id, now=now) for code, facts in told.items()]
    )
    new, gone = await _put_connectors(session, ids, told, now=now)
    return Upserted(ids, new, gone)


async def _put_connectors(
    session: AsyncSession, ids: Mapping[str, UUID], told: Mapping[str, StationFacts], *, now: datetime
) -> tuple[frozenset[UUID], frozenset[UUID]]:
    known: dict[UUID, dict[str, ChargingConnectorRow]] = {}
    for row in await store.connectors(session, list(ids.values())):
        known.setdefault(row.station_id, {})[row.code] = row
    rows: list[dict[str, Any]] = []
    gone: set[UUID] = set()
    for code, facts in told.items():
        present = known.get(ids[code], {})
        listed = {connector.code: connector for connector in facts.connectors}
        rows += _connectors(ids[code], listed, present, reservable=facts.support_order)
        gone |= {row.id for name, row in present.items() if name not in listed and row.gone_at is None}
    old = {row.id for station in known.values() for row in station.values()}
    if rows:
        await store.put_connectors(session, rows)
    if gone:
        await store.mark_gone(session, gone, now)
    return frozenset(row["id"] for row in rows) - old, frozenset(gone)


def _connectors(
    station_id: UUID,
    listed: Mapping[str, ConnectorFacts],
    present: Mapping[str, ChargingConnectorRow],
    *,
    reservable: bool,
) -> list[dict[str, Any]]:
    """Make the rows; a new connector gets the number after the last one ever given at the station."""
    number = max((row.number for row in present.values()), default=0)
    rows: list[dict[str, Any]] = []
    for code, facts in listed.items():
        row = present.get(code)
        if row is None:
            number += 1
        rows.append(
            {
                "id": row.id if row else new_id(),
                "station_id": station_id,
                "code": code,
                "number": row.number if row else number,
                "name": facts.name or f"{row.number if row else number}号枪",
                "kind": facts.kind,
                "national_standard": facts.national_standard,
                "power_kw": facts.power_kw,
                "park_no": facts.park_no,
                "has_lock": facts.has_lock,
                "reservable": reservable,
                "gone_at": None,
            }
        )
    return rows


def _station(station_id: UUID, facts: StationFacts, operator_id: UUID, *, now: datetime) -> dict[str, Any]:
    more = {"hours": facts.hours, "kind": str(facts.kind), "areaCode": facts.area_code}
    return {
        "id": station_id,
        "operator_id": operator_id,
        "code": facts.code,
        "status": facts.status,
        "service_phone": facts.service_phone,
        "support_order": facts.support_order,
        "park_fee": facts.park_fee,
        "site_guide": facts.site_guide,
        "idle_fee": {},
        "facts": more | facts.facts,
        "updated_at": now,
    }


def _place(
    station_id: UUID, facts: StationFacts, operator: ChargingOperatorRow, known: tuple[str, bool]
) -> PlaceFacts:
    """Describe a station to the places desk.

    Hours that cannot be read are `unknown`, shown as the operator wrote them, and taken as always open:
    whether a connector can be used is told by its own status. Subdistrict and steps are not in the
    protocol: what the district knows of them stays, and an unknown station is not called step-free.
    """
    hours = read_hours(facts.hours)
    return PlaceFacts(
        id=station_id,
        scene=SCENE,
        kind=KIND,
        name=facts.name,
        address=facts.address,
        phone=facts.service_phone or facts.station_phone or operator.phone or None,
        lat=facts.lat,
        lng=facts.lng,
        subdistrict=facts.facts.get("subdistrict", known[0]),
        step_free=facts.facts.get("stepFree") == "1" or known[1],
        weekly_hours=hours or ALWAYS,
        holiday_rule="usual",
        hours_source="operator" if hours else "unknown",
        synthetic=operator.synthetic,
    )
