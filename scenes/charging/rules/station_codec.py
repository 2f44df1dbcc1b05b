"""From a partner's StationInfos to this room's stations, in WGS-84."""

from typing import Final

import msgspec

from scenes.charging.rules.codec import CONNECTOR, STATION
from scenes.charging.rules.fields import Fields
from scenes.charging.rules.messages import ConnectorFacts, StationFacts
from scenes.common.places.datum import Datum, to_wgs84

STATION_TYPES: Final = frozenset({1, 50, 100, 101, 102, 103, 255})
STATION_STATUSES: Final = frozenset({0, 1, 5, 6, 50})
CONNECTOR_TYPES: Final = frozenset({1, 2, 3, 4, 5, 6})
STANDARDS: Final = frozenset({0, 1, 2})
FACTS: Final = (
    "Construction",
    "MatchCars",
    "ParkInfo",
    "ElectricityFee",
    "ServiceFee",
    "Payment",
    "Remark",
    "ParkNums",
)
"""What is kept for people to read."""


class StationPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of query_stations_info."""

    page: int
    pages: int
    stations: tuple[StationFacts, ...]


def station_page(fields: Fields, *, datum: Datum) -> StationPage:
    """Read the answer to query_stations_info."""
    return StationPage(
        page=fields.whole("PageNo", most=100_000, missing=1),
        pages=fields.whole("PageCount", most=100_000, missing=1),
        stations=tuple(station(each, datum=datum) for each in fields.children("StationInfos")),
    )


def station(fields: Fields, *, datum: Datum) -> StationFacts:
    """Read a StationInfo; its coordinates come in the dialect's datum and leave in WGS-84."""
    lat = float(fields.amount("StationLat", most=90, least=-90))
    lng = float(fields.amount("StationLng", most=180, least=-180))
    lat, lng = to_wgs84(lat, lng, datum)
    equipment = fields.children("EquipmentInfos")
    return StationFacts(
        code=fields.code("StationID", most=STATION),
        name=fields.text("StationName", most=50),
        address=fields.text("Address", most=200),
        area_code=fields.text("AreaCode", most=20),
        station_phone=fields.text("StationTel", most=30),
        service_phone=fields.text("ServiceTel", most=30),
        kind=fields.one_of("StationType", STATION_TYPES, missing=255),
        status=fields.one_of("StationStatus", STATION_STATUSES),
        lat=lat,
        lng=lng,
        hours=fields.text("BusineHours", most=100),
        park_fee=fields.text("ParkFee", most=255),
        site_guide=fields.text("SiteGuide", most=255),
        support_order=fields.one_of("SupportOrder", frozenset({0, 1}), missing=0) == 1,
        connectors=tuple(connector(each) for one in equipment for each in one.children("ConnectorInfos")),
        facts={name: fields.readable(name) for name in FACTS if fields.has(name)},
    )


def connector(fields: Fields) -> ConnectorFacts:
    """Read a ConnectorInfo; the standard says nothing of a lock, some partners write HasLock."""
    return ConnectorFacts(
        code=fields.code("ConnectorID", most=CONNECTOR),
        name=fields.text("ConnectorName", most=30),
        kind=fields.one_of("ConnectorType", CONNECTOR_TYPES),
        national_standard=fields.one_of("NationalStandard", STANDARDS, missing=0),
        power_kw=float(fields.amount("Power", most=2_000)),
        park_no=fields.text("ParkNo", most=10),
        has_lock=fields.one_of("HasLock", frozenset({0, 1}), missing=0) == 1,
    )
