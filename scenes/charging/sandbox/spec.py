"""What a sandbox operator is told before it starts: its stations, its way of writing, its mischief."""

from collections.abc import Sequence
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import msgspec

from scenes.charging.rules.dialect import Dialect
from scenes.charging.rules.envelope import KeySet, Secrets
from scenes.charging.rules.messages import PricePeriod, StationFacts

DEMO_SECRETS: Final = Secrets(
    theirs=KeySet(
        operator_secret="lifecircle-demo",  # noqa: S106 - the demo operators' keys are public by design
        data_secret="demo-data-key-01",  # noqa: S106 - as above
        data_iv="demo-first-blck1",
        sig_secret="lifecircle-sign1",  # noqa: S106 - as above
    ),
    ours=KeySet(
        operator_secret="operator-of-demo",  # noqa: S106 - as above
        data_secret="demo-data-key-02",  # noqa: S106 - as above
        data_iv="demo-first-blck2",
        sig_secret="lifecircle-sign2",  # noqa: S106 - as above
    ),
)

STANDARD: Final = Dialect(platform_code="313744932")
"""Writes as the standard does."""

QUIRKY: Final = Dialect(
    platform_code="313744932",
    path="/api/evcs/20160701",
    inbound=("at/hub",),
    spelling={"SevicePrice": "ServicePrice", "SeviceMoney": "ServiceMoney"},
    calls={"notification_stationStatus": "notification_station_status"},
    numbers="text",
    single="object",
    status_notice="array",
    times="iso",
    z_is_local=True,
    ret="text",
)
"""Another path each way, ServicePrice, numbers as text, one member for a list, Shanghai's time with a Z."""

DIALECTS: Final = {"standard": STANDARD, "quirky": QUIRKY}


class PriceSpec(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Yuan a kilowatt-hour from a time of day (HH:MM) to the next."""

    start: str
    elec_price: str
    service_price: str

    def at(self) -> time:
        """Return the time of day it begins."""
        return time.fromisoformat(self.start)


PRICES: Final = (
    PriceSpec(start="00:00", elec_price="0.3200", service_price="0.4500"),
    PriceSpec(start="06:00", elec_price="0.6700", service_price="0.4500"),
    PriceSpec(start="08:00", elec_price="1.0800", service_price="0.4500"),
    PriceSpec(start="15:00", elec_price="0.6700", service_price="0.4500"),
    PriceSpec(start="18:00", elec_price="1.0800", service_price="0.4500"),
    PriceSpec(start="22:00", elec_price="0.3200", service_price="0.4500"),
)


class ConnectorSpec(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A connector of the plant; `kind` is ConnectorType."""

    code: str
    name: str = ""
    kind: int = 4
    national_standard: int = 2
    power_kw: float = 60.0
    park_no: str = ""
    has_lock: bool = False


class StationSpec(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A station of the plant, in WGS-84; the wire gets the dialect's datum."""

    code: str
    name: str
    address: str
    lat: float
    lng: float
    connectors: tuple[ConnectorSpec, ...]
    area_code: str = "310107"
    phone: str = ""
    hours: str = "00:00-24:00"
    park_fee: str = ""
    site_guide: str = ""
    status: int = 50
    kind: int = 1
    support_order: bool = True
    prices: tuple[PriceSpec, ...] = PRICES

    @classmethod
    def of(cls, facts: StationFacts, periods: Sequence[PricePeriod]) -> "StationSpec":
        """Make the station that tells what the platform is to know."""
        return cls(
            code=facts.code,
            name=facts.name,
            address=facts.address,
            lat=facts.lat,
            lng=facts.lng,
            connectors=tuple(ConnectorSpec(**msgspec.structs.asdict(each)) for each in facts.connectors),
            area_code=facts.area_code,
            phone=facts.service_phone or facts.station_phone,
            hours=facts.hours,
            park_fee=facts.park_fee,
            site_guide=facts.site_guide,
            status=facts.status,
            kind=facts.kind,
            support_order=facts.support_order,
            prices=tuple(
                PriceSpec(
                    start=each.start.strftime("%H:%M"),
                    elec_price=str(each.elec_price),
                    service_price=str(each.service_price),
                )
                for each in periods
            ),
        )


class Mischief(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How badly it behaves, as shares from 0 to 1 of its notifications, starts or orders.

    `late` ones wait `late_seconds`, `shuffled` ones a random part of that so that later ones overtake,
    `repeated` ones come twice, `lost` ones never. Of the starts it accepts, `failed_starts` then fail; of
    its orders, `disputed` stand in its books with another total. `traffic` is how many others come to a
    connector within a minute; a twentieth as often one breaks or a station goes off the line.
    """

    late: float = 0
    late_seconds: float = 20
    shuffled: float = 0
    repeated: float = 0
    lost: float = 0
    failed_starts: float = 0
    disputed: float = 0
    traffic: float = 0


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How fast things go. Every time-stamp is the real one, whatever the speed.

    At speed N the connectors deliver N times their rated power, so that the energy drawn between two
    instants is power x speed x real time: readings, periods and orders add up and no clock runs ahead.
    At 15 a half-hour's charge takes two minutes. `waits` shortens the minute between resends.
    """

    speed: float = 1
    waits: float = 1
    start_seconds: float = 2
    stop_seconds: float = 1
    meter_seconds: float = 50
    linger_seconds: float = 20
    tick_seconds: float = 0.2


class PlantSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a sandbox operator is made from."""

    operator_code: str
    dialect: Dialect
    stations: tuple[StationSpec, ...]
    platform_url: str
    secrets: Secrets = DEMO_SECRETS
    pace: Pace = Pace()
    seed: int = 0


def price_at(prices: Sequence[PriceSpec], local: datetime) -> PriceSpec:
    """Return the price in force at a local time of day."""
    found = prices[0]
    for each in prices:
        if each.at() <= local.time():
            found = each
    return found


def fen_of(watt_hours: int, price: str) -> int:
    """Return what an energy costs, one component, half up."""
    return int((Decimal(watt_hours) / 10 * Decimal(price)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
