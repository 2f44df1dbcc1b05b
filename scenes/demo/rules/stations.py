"""The demo's charging stations: two operators, AC plugs and DC guns, bays with and without ground locks.

Operators, numbers and prices are made up; the hours of valley, flat and peak are those of Shanghai.
"""

from collections.abc import Mapping, Sequence
from datetime import time
from decimal import Decimal
from random import Random
from typing import Final, NamedTuple
from uuid import UUID

from scenes.charging.rules.messages import ConnectorFacts, PricePeriod, StationFacts
from scenes.demo.rules.chance import drawn_id, stream
from scenes.demo.rules.outlines import SUBDISTRICTS, Spot
from scenes.demo.rules.sites import Ground, grounds, names_of, street_address

STATIONS: Final = 36
FIRST_PHONE: Final = 1000
AREA_CODE: Final = "310107"
PUBLIC: Final = 1
NORMAL: Final = 50
AC_PLUG, DC_GUN = 3, 4
STANDARD_2015: Final = 2
LOCKED: Final = 0.3
"""Share of the stations whose bays have ground locks (地锁)."""


class Operator(NamedTuple):
    """An operator: `code` is T/CEC 102's OperatorID of 9 characters."""

    id: UUID
    code: str
    name: str
    phone: str


class Site(NamedTuple):
    """A sort of place to charge at: its word, how many AC plugs and DC guns, and the guns' power."""

    word: str
    plugs: tuple[int, int]
    guns: tuple[int, int]
    power_kw: float
    guide: str
    park_fee: str


class Station(NamedTuple):
    """A drawn station: what its operator tells of it, what it asks, how busy it is (1 is ordinary)."""

    id: UUID
    operator: Operator
    spot: Spot
    facts: StationFacts
    connector_ids: tuple[UUID, ...]
    tariff: tuple[PricePeriod, ...]
    idle_fee: Mapping[str, int]
    bustle: float


SITES: Final = (
    Site("小区停车场", (4, 8), (0, 0), 0.0, "进小区右转,充电区在北侧", "充电两小时内停车免费"),
    Site("邻里中心", (4, 6), (2, 4), 60.0, "地面一层停车场东侧", "充电两小时内停车免费"),
    Site("商场地下车库", (4, 8), (4, 8), 120.0, "地下二层,跟着绿色标线走", "每小时10元,充电减免两小时"),
    Site("公园停车场", (2, 4), (2, 6), 60.0, "公园南门停车场", "充电期间停车免费"),
    Site("沿街", (0, 0), (4, 6), 120.0, "路边专用车位,请勿久停", "充电期间停车免费"),
)

_BANDS: Final = (
    (time(0), "valley"), (time(6), "flat"), (time(8), "peak"), (time(15), "flat"),
    (time(18), "peak"), (time(21), "flat"), (time(22), "valley"),
)  # fmt: skip
"""Shanghai's valley, flat and peak hours of the day outside summer."""

_ELECTRICITY: Final = {"valley": Decimal("0.3180"), "flat": Decimal("0.6420"), "peak": Decimal("1.0730")}
_SERVICE: Final = tuple(Decimal(text) for text in ("0.3500", "0.4000", "0.4500", "0.5200", "0.6000"))
_IDLE: Final = (
    {"freeMinutes": 30, "feeFenPerMinute": 20, "fullFeeFenPerMinute": 40, "maxFeeFen": 3000},
    {"freeMinutes": 15, "feeFenPerMinute": 50, "fullFeeFenPerMinute": 100, "maxFeeFen": 5000},
)


def draw_operators(seed: int) -> tuple[Operator, ...]:
    """Draw the two operators; their codes say that they are no real ones."""
    return tuple(
        Operator(drawn_id(stream(seed, "operator", code), number), code, name, f"021-0000{990 + number:04d}")
        for number, (code, name) in enumerate(
            (("DEMO31071", "普电充电(演示)"), ("DEMO31072", "绿桩出行(演示)"))
        )
    )


def draw_stations(seed: int, number: int = STATIONS) -> list[Station]:
    """Draw so many stations; a larger number begins with the same ones in each subdistrict."""
    operators = draw_operators(seed)
    words = [site.word for site in SITES]
    names = {area.name: names_of(seed, area.name, words) for area in SUBDISTRICTS}
    return [
        _station(seed, operators, ground, called=next(names[ground.spot.area]))
        for ground in grounds(seed, "stations", number)
    ]


def _station(seed: int, operators: Sequence[Operator], ground: Ground, *, called: tuple[str, str]) -> Station:
    name, road = called
    area_no, number, spot = ground
    chance = stream(seed, "station", area_no, number)
    operator = operators[(area_no + number) % len(operators)]
    site = next(each for each in SITES if each.word in name)
    code = f"{operator.code}{area_no:02d}{number:03d}"
    connectors = _connectors(chance, site, code)
    facts = StationFacts(
        code=code,
        name=f"{name}充电站",
        address=street_address(chance, road),
        area_code=AREA_CODE,
        station_phone=f"021-0000{FIRST_PHONE + 50 * area_no + number:04d}",
        service_phone=operator.phone,
        kind=PUBLIC,
        status=NORMAL,
        lat=spot.lat,
        lng=spot.lng,
        hours="00:00-24:00",
        park_fee=site.park_fee,
        site_guide=site.guide,
        support_order=True,
        connectors=connectors,
    )
    return Station(
        id=drawn_id(chance, number),
        operator=operator,
        spot=spot,
        facts=facts,
        connector_ids=tuple(drawn_id(chance, position) for position in range(len(connectors))),
        tariff=draw_tariff(chance),
        idle_fee=_IDLE[site.power_kw > 100],  # noqa: PLR2004 - kW: where many wait, standing idle costs more
        bustle=chance.uniform(0.6, 1.5),
    )


def _connectors(chance: Random, site: Site, code: str) -> tuple[ConnectorFacts, ...]:
    has_lock = chance.random() < LOCKED
    kinds = [AC_PLUG] * chance.randint(*site.plugs) + [DC_GUN] * chance.randint(*site.guns)
    return tuple(
        ConnectorFacts(
            code=f"{code}{position:03d}",
            name=f"{position}号{'快充枪' if kind == DC_GUN else '慢充桩'}",
            kind=kind,
            national_standard=STANDARD_2015,
            power_kw=site.power_kw if kind == DC_GUN else 7.0,
            park_no=f"A{position:02d}",
            has_lock=has_lock,
        )
        for position, kind in enumerate(kinds, start=1)
    )


def draw_tariff(chance: Random) -> tuple[PricePeriod, ...]:
    """Draw what a station asks through the day: the same electricity, a service price of its own."""
    service = chance.choice(_SERVICE)
    return tuple(
        PricePeriod(start=start, elec_price=_ELECTRICITY[band], service_price=service)
        for start, band in _BANDS
    )


def connectors_in_all(stations: Sequence[Station]) -> int:
    """Count the connectors of stations."""
    return sum(len(station.connector_ids) for station in stations)
