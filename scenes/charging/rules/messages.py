"""What operators tell and are told, in this room's own words; `upstream` and the inbound side translate.

Energies are watt-hours, money is integer fen or, where the protocol has 4 decimals, Decimal yuan; instants
are UTC; coordinates WGS-84. Codes (`station_code`, `connector_code`) are the operator's own.
"""

from datetime import datetime, time
from decimal import Decimal

import msgspec


class ConnectorFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A connector as the operator describes it."""

    code: str
    name: str
    kind: int
    national_standard: int
    power_kw: float
    park_no: str
    has_lock: bool = False


class StationFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A station as the operator describes it, with its connectors."""

    code: str
    name: str
    address: str
    area_code: str
    station_phone: str
    service_phone: str
    kind: int
    status: int
    lat: float
    lng: float
    hours: str
    park_fee: str
    site_guide: str
    support_order: bool
    connectors: tuple[ConnectorFacts, ...]
    facts: dict[str, str] = {}


class ConnectorStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a connector stands (T/CEC 102 Status, ParkStatus, LockStatus); it has no time of its own."""

    connector_code: str
    status: int
    park_status: int = 0
    lock_status: int = 0


class PricePeriod(msgspec.Struct, frozen=True, kw_only=True):
    """Yuan a kilowatt-hour from a time of day to the next period's start, the last one to midnight."""

    start: time
    elec_price: Decimal
    service_price: Decimal


class StartAck(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's answer to a start: accepted is not charging yet; `fail_reason` is T/CEC 102's."""

    start_seq: str
    accepted: bool
    state: int
    fail_reason: int = 0


class StartResult(msgspec.Struct, frozen=True, kw_only=True):
    """Whether charging began (notification_start_charge_result); `state` is StartChargeSeqStat."""

    start_seq: str
    connector_code: str
    state: int
    started_at: datetime | None


class ChargeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A running session's meter (notification_equip_charge_status or the answer to our query).

    `energy_wh` counts from the start; `at` is the operator's own time of the reading.
    """

    start_seq: str
    state: int
    connector_code: str
    connector_status: int
    started_at: datetime | None
    at: datetime
    energy_wh: int
    soc_percent: int | None
    elec_fen: int
    service_fen: int
    total_fen: int


class StopAck(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's answer to a stop, or notification_stop_charge_result."""

    start_seq: str
    stopped: bool
    state: int
    fail_reason: int = 0


class OrderPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an operator's order: energy and money of one tariff period."""

    started_at: datetime
    ended_at: datetime
    elec_price: Decimal
    service_price: Decimal
    energy_wh: int
    elec_fen: int
    service_fen: int


class ChargeOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's final account of a session (notification_charge_order_info)."""

    start_seq: str
    connector_code: str
    started_at: datetime
    ended_at: datetime
    energy_wh: int
    elec_fen: int
    service_fen: int
    total_fen: int
    stop_reason: int
    periods: tuple[OrderPeriod, ...] = ()


class CheckedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One order of ours that check_charge_orders shows the operator."""

    start_seq: str
    energy_wh: int
    total_fen: int


class DisputedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the operator's books have it, and why it disputes ours.

    `reason` is T/CEC 102's DisputeReason: 1 one side does not know it, 2 money, 3 energy, else custom.
    """

    start_seq: str
    energy_wh: int
    total_fen: int
    reason: int


class OrderCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What check_charge_orders answers of a span: the orders that the operator disputes, and their totals."""

    disputed: tuple[str, ...]
    total_fen: int
    energy_wh: int
    orders: int
    disputes: tuple[DisputedOrder, ...] = ()
