"""A small charging world on a real database: an operator, two stations, connectors, and how they stand."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from scenes.charging.rules.messages import ConnectorFacts, ConnectorStatus, StationFacts
from scenes.charging.service import windows
from scenes.charging.service.live import Recorded, record_statuses
from scenes.charging.service.stations import Upserted, upsert_stations
from scenes.charging.tables import (
    ChargingOperatorRow,
    ChargingRuleRow,
    ChargingTariffRow,
    ChargingWindowRow,
)
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import instant, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.people.tables import PersonRow
from tests.support.booking import World
from tests.support.clock import AdjustableClock

OPERATOR_CODE = "MA1FY0A01"
DC, AC = 4, 3
NEAR, FAR = "ST-NEAR", "ST-FAR"
QUARTER = timedelta(minutes=15)

PERIODS = [
    {"start": "00:00", "elecPrice": "0.3100", "servicePrice": "0.4900"},
    {"start": "06:00", "elecPrice": "0.7000", "servicePrice": "0.4900"},
    {"start": "18:00", "elecPrice": "1.0500", "servicePrice": "0.4900"},
    {"start": "22:00", "elecPrice": "0.3100", "servicePrice": "0.4900"},
]
"""Valley 0.80, flat 1.19, peak 1.54 yuan a kilowatt-hour."""


def a_connector(code: str, **differently: Any) -> ConnectorFacts:
    """Describe a 60 kW DC gun, different in what is named."""
    facts: dict[str, Any] = {
        "code": code, "name": "", "kind": DC, "national_standard": 2, "power_kw": 60.0, "park_no": code[-2:],
    }  # fmt: skip
    return ConnectorFacts(**(facts | differently))


def a_station(
    code: str = NEAR, connectors: Sequence[ConnectorFacts] = (), **differently: Any
) -> StationFacts:
    """Describe a public station in Caoyang with three DC guns and an AC plug."""
    guns = connectors or [
        *(a_connector(f"{code}-0{n}") for n in (1, 2, 3)),
        a_connector(f"{code}-04", kind=AC, power_kw=7.0),
    ]
    facts: dict[str, Any] = {
        "code": code, "name": "兰溪路充电站", "address": "兰溪路100号", "area_code": "310107",
        "station_phone": "02152660001", "service_phone": "4008001234", "kind": 1, "status": 50,
        "lat": 31.2421, "lng": 121.4010, "hours": "00:00-24:00",
        "park_fee": "前2小时免费", "site_guide": "地下一层东侧",
        "support_order": True, "connectors": tuple(guns),
    }  # fmt: skip
    return StationFacts(**(facts | differently))


class Charging(World):
    """An operator with a near and a far station; ids are read by `station` and `connector`."""

    def __init__(self, database: Database, clock: AdjustableClock) -> None:
        super().__init__(database, clock)
        self.operator = new_id()
        self.stations: dict[str, UUID] = {}
        self.connectors: dict[str, UUID] = {}

    async def furnish(self) -> None:
        """Put the operator, its stations, their tariff and the district's rule in."""
        async with self.database.transaction() as session:
            session.add(self.operator_row(self.operator, OPERATOR_CODE))
        far = a_station(FAR, name="真北路充电站", address="真北路1号", lat=31.2450, lng=121.4060)
        await self.feed(a_station(), far)
        async with self.database.transaction() as session:
            session.add_all(self.tariff_row(station_id) for station_id in self.stations.values())
        self.place = self.stations[NEAR]

    def operator_row(self, operator_id: UUID, code: str) -> ChargingOperatorRow:
        """Make an operator whose keys nobody uses."""
        return ChargingOperatorRow(
            id=operator_id, operator_code=code, name="普陀充电", phone="4008001234",
            base_url="http://127.0.0.1:9", dialect={}, secrets_sealed=b"", synthetic=True,
        )  # fmt: skip

    def tariff_row(self, station_id: UUID, periods: list[dict[str, str]] | None = None) -> ChargingTariffRow:
        """Make a tariff in force since the year began."""
        return ChargingTariffRow(
            id=new_id(), station_id=station_id, since=date(2026, 1, 1), periods=periods or PERIODS,
            source="operator", created_at=self.clock(),
        )  # fmt: skip

    async def set_rule(self, values: dict[str, Any], since: date = date(2026, 1, 1)) -> None:
        """Set the district's charging rule."""
        row = ChargingRuleRow(id=new_id(), since=since, values=values)
        async with self.database.transaction() as session:
            session.add(row)

    async def feed(self, *stations: StationFacts) -> Upserted:
        """Take over stations as the operator tells them, and remember their ids by code."""
        async with self.database.transaction() as session:
            upserted = await upsert_stations(session, self.operator, stations, now=self.clock())
        self.stations |= upserted.stations
        self.connectors = dict(await self.rows("SELECT code, id FROM charging_connector"))  # pyright: ignore[reportArgumentType]
        return upserted

    async def tell(self, *, source: str = "notification", **statuses: int) -> Recorded:
        """Say how connectors stand: `NEAR_01=1` is the near station's first, free."""
        return await self.report({_code(name): status for name, status in statuses.items()}, source)

    async def report(self, statuses: dict[str, int], source: str = "notification") -> Recorded:
        """Say how connectors stand by their codes."""
        told = [ConnectorStatus(connector_code=code, status=status) for code, status in statuses.items()]
        async with self.database.transaction() as session:
            return await record_statuses(session, self.operator, told, source=source, now=self.clock())

    async def open_for_reservations(self) -> None:
        """Furnish, with a rule for reservations, quarters of the coming days, and every connector free."""
        await self.furnish()
        await self.set_rule({"graceMinutes": 15, "cancelMinutes": 5, "noShowLimit": 2})
        async with self.database.transaction() as session:
            await windows.publish(session, now=self.clock())
        await self.all_free()

    async def all_free(self) -> Recorded:
        """Say that every connector is free."""
        return await self.report(dict.fromkeys(self.connectors, 1))

    def connector(self, name: str) -> UUID:
        """Name a connector: `NEAR_01`."""
        return self.connectors[_code(name)]

    async def quarters(self, name: str, count: int = 4, **facts: Any) -> list[BookingWindowRow]:
        """Publish a connector's next quarter-hours, from the one running now."""
        now = self.clock()
        midnight = instant(local_day(now), time())
        first = midnight + (now - midnight) // QUARTER * QUARTER
        connector_id = self.connector(name)
        station_id = next(s for code, s in self.stations.items() if _code(name).startswith(code))
        windows = [
            self.window(
                scene="charging", place_id=station_id, group_id=connector_id, title="充电", resource=name,
                starts_at=first + n * QUARTER, ends_at=first + (n + 1) * QUARTER,
                closes_at=first + (n + 1) * QUARTER,
                terms={"graceMinutes": 10, "freesUnused": True}, **facts,
            )
            for n in range(count)
        ]  # fmt: skip
        await self.publish(*windows)
        async with self.database.transaction() as session:
            session.add_all(
                ChargingWindowRow(window_id=w.id, connector_id=connector_id, starts_at=w.starts_at)
                for w in windows
            )
        return windows

    async def person(self, name: str = "王芳", birth: date = date(1990, 5, 1)) -> UUID:
        """Let one person with an account move in."""
        row = PersonRow(
            id=new_id(), name=name, birth_date=birth, sex="f", area="曹杨新村街道",
            hukou=True, has_account=True, synthetic=True, created_at=self.clock(),
        )  # fmt: skip
        async with self.database.transaction() as session:
            session.add(row)
        return row.id


def _code(name: str) -> str:
    """Turn `NEAR_01` into the operator's code."""
    return f"ST-{name.replace('_', '-')}"
