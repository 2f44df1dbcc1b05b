"""Stations as the wire shows them: free, occupied, broken and unknown apart, each with its age."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from scenes.charging.rules.forecast import Forecast
from scenes.charging.rules.guidance import BandKind, band_kind, fen_of
from scenes.charging.rules.status import Counts, Reported, State
from scenes.charging.service.board import Board, Connector, Station
from scenes.charging.service.guidance import Advice
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire
from scenes.common.places.wire import PlaceItem, place_item

Lock = Literal["locked", "unlocked", "unknown", "none"]
Bay = Literal["free", "taken", "unknown"]

_LOCKS: dict[int, Lock] = {10: "unlocked", 50: "locked"}
_BAYS: dict[int, Bay] = {10: "free", 50: "taken"}
"""T/CEC 102 LockStatus and ParkStatus."""


class ConnectorCounts(Wire, frozen=True, kw_only=True):
    """How many connectors are in each state; `as_of` is the oldest word that is still believed."""

    free: int
    occupied: int
    fault: int
    unknown: int
    as_of: datetime | None

    @classmethod
    def of(cls, counts: Counts) -> "ConnectorCounts":
        """Show counts."""
        return cls(
            free=counts.free, occupied=counts.occupied, fault=counts.fault, unknown=counts.unknown,
            as_of=shanghai(counts.as_of) if counts.as_of else None,
        )  # fmt: skip


class ExpectedFree(Wire, frozen=True, kw_only=True):
    """What is foreseen for the arrival: the chance of at least one, the expected number, the 80 % range."""

    p: float
    expected: float
    low: int
    high: int

    @classmethod
    def of(cls, forecast: Forecast) -> "ExpectedFree":
        """Show a forecast."""
        return cls(p=forecast.p, expected=forecast.expected, low=forecast.low, high=forecast.high)


class PriceBand(Wire, frozen=True, kw_only=True):
    """A price from a time of day to another ("HH:MM", an end of 00:00 is midnight); fen a kilowatt-hour.

    The parts are rounded for showing; a bill is reckoned with the operator's four decimals.
    """

    start: str
    end: str
    kind: BandKind
    fen_per_kwh: int = msgspec.field(name="fenPerKWh")
    elec_fen_per_kwh: int = msgspec.field(name="elecFenPerKWh")
    service_fen_per_kwh: int = msgspec.field(name="serviceFenPerKWh")


class StationIdleFee(Wire, frozen=True, kw_only=True):
    """What staying after the charge costs."""

    free_minutes: int
    fee_fen_per_minute: int
    full_fee_fen_per_minute: int
    max_fee_fen: int


class OtherStation(Wire, frozen=True, kw_only=True):
    """Where to go instead."""

    id: UUID
    name: str
    reason: str
    speak: str


class ChargingStation(PlaceItem, frozen=True, kw_only=True):
    """A station as guidance lists it; minutes, fen a kilowatt-hour.

    `expected_wait_minutes` is what to expect, the chance of finding one free included; `queue_length` is
    how many have joined the queue. `alternative` is given where nothing is free now.
    """

    operator: str
    park_fee: str
    connectors: ConnectorCounts
    expected_free_on_arrival: ExpectedFree
    arrives_at: datetime
    expected_wait_minutes: int | None
    queue_length: int
    price_now_fen_per_kwh: int | None = msgspec.field(name="priceNowFenPerKWh")
    price_on_arrival_fen_per_kwh: int | None = msgspec.field(name="priceOnArrivalFenPerKWh")
    price_bands: list[PriceBand]
    idle_fee: StationIdleFee | None
    reason: str
    speak: str
    alternative: OtherStation | None


class StationConnector(Wire, frozen=True, kw_only=True):
    """One plug: how it stands, since when, and when that was last heard (`age_seconds` ago).

    `kind` is T/CEC 102's ConnectorType. `reserved` tells that somebody has this quarter-hour.
    """

    id: UUID
    number: int
    name: str
    kind: int
    power_kw: float
    park_no: str
    state: State
    since: datetime | None
    as_of: datetime | None
    age_seconds: int | None
    has_lock: bool
    lock: Lock
    bay: Bay
    reservable: bool
    reserved: bool


class ChargingStationDetail(ChargingStation, frozen=True, kw_only=True):
    """A station as its own page shows it: every connector, hours as the operator wrote them."""

    phone_service: str
    site_guide: str
    hours_written: str
    connector_list: list[StationConnector]


def station_item(advice: Advice, coordinates: tuple[float, float]) -> ChargingStation:
    """Show an advised station at coordinates (lat, lng) in the datum asked for."""
    return ChargingStation(**_item(advice, coordinates))


def station_detail(
    advice: Advice, board: Board, *, coordinates: tuple[float, float], now: datetime
) -> ChargingStationDetail:
    """Show a station with its connectors."""
    station = advice.station
    return ChargingStationDetail(
        **_item(advice, coordinates),
        phone_service=station.phone,
        site_guide=station.site_guide,
        hours_written=station.hours,
        connector_list=[
            _connector(connector, state, board=board, now=now) for connector, state in advice.states
        ],
    )


def price_bands(station: Station) -> list[PriceBand]:
    """Show the prices of a day."""
    bands = station.tariff.bands if station.tariff else ()
    return [
        PriceBand(
            start=f"{band.start:%H:%M}", end=f"{band.end:%H:%M}", kind=band_kind(band, bands),
            fen_per_kwh=fen_of(band.price), elec_fen_per_kwh=fen_of(band.elec_price),
            service_fen_per_kwh=fen_of(band.service_price),
        )
        for band in bands
    ]  # fmt: skip


def idle_fee(station: Station) -> StationIdleFee | None:
    """Show what staying costs; none where it costs nothing."""
    fee = station.tariff.idle_fee if station.tariff else None
    if fee is None or not fee.charged:
        return None
    return StationIdleFee(
        free_minutes=fee.free_minutes, fee_fen_per_minute=fee.fee_fen_per_minute,
        full_fee_fen_per_minute=fee.full_fee_fen_per_minute, max_fee_fen=fee.max_fee_fen,
    )  # fmt: skip


def _item(advice: Advice, coordinates: tuple[float, float]) -> dict[str, Any]:
    candidate, other = advice.ranked.candidate, advice.alternative
    item = place_item(advice.near, coordinates)
    wait = advice.ranked.waiting if candidate.wait_minutes is not None else None
    return {name: getattr(item, name) for name in item.__struct_fields__} | {
        "operator": advice.station.operator,
        "park_fee": advice.station.park_fee,
        "connectors": ConnectorCounts.of(candidate.counts),
        "expected_free_on_arrival": ExpectedFree.of(candidate.forecast),
        "arrives_at": shanghai(advice.arrives_at),
        "expected_wait_minutes": round(wait) if wait is not None else None,
        "queue_length": advice.waiting,
        "price_now_fen_per_kwh": advice.price_now_fen,
        "price_on_arrival_fen_per_kwh": candidate.price_fen,
        "price_bands": price_bands(advice.station),
        "idle_fee": idle_fee(advice.station),
        "reason": advice.reason.display,
        "speak": advice.reason.speak,
        "alternative": _other(other) if other else None,
    }


def _other(advice: Advice) -> OtherStation:
    reason = advice.reason
    return OtherStation(
        id=advice.station.id, name=advice.near.place.name, reason=reason.display, speak=reason.speak
    )


def _connector(connector: Connector, state: State, *, board: Board, now: datetime) -> StationConnector:
    reported = board.reported(connector.id)
    return StationConnector(
        id=connector.id, number=connector.number, name=connector.name, kind=connector.kind,
        power_kw=connector.power_kw, park_no=connector.park_no, state=state,
        since=shanghai(reported.since) if reported else None,
        as_of=shanghai(reported.received_at) if reported else None,
        age_seconds=max(0, round((now - reported.received_at).total_seconds())) if reported else None,
        has_lock=connector.has_lock, lock=_lock(connector, reported),
        bay=_BAYS.get(reported.park_status, "unknown") if reported else "unknown",
        reservable=connector.reservable, reserved=board.is_held(connector.id, now),
    )  # fmt: skip


def _lock(connector: Connector, reported: Reported | None) -> Lock:
    if not connector.has_lock:
        return "none"
    return _LOCKS.get(reported.lock_status, "unknown") if reported else "unknown"
