"""From a partner's plain text to this room's messages; whatever is wrong is refused with 4004 and its path.

Times may not go back within a message, energies and money are never negative, enumerations are the
standard's, codes have its lengths (StartChargeSeq 27, StationID 20, ConnectorID 26).
"""

from datetime import datetime, time
from decimal import Decimal
from typing import Final

import msgspec

from scenes.charging.rules.dialect import Dialect
from scenes.charging.rules.fields import Fields, parsed
from scenes.charging.rules.messages import (
    ChargeOrder,
    ChargeStatus,
    ConnectorStatus,
    DisputedOrder,
    OrderCheck,
    OrderPeriod,
    PricePeriod,
    StartAck,
    StartResult,
    StopAck,
)

STATUSES: Final = frozenset({0, 1, 2, 3, 4, 255})
SPACES: Final = frozenset({0, 10, 50})
SEQ_STATES: Final = frozenset({1, 2, 3, 4, 5})
YES_NO: Final = frozenset({0, 1})
MOST_REASON: Final = 255
SEQ, CONNECTOR, STATION, OPERATOR = 27, 26, 20, 9
MOST_PRICE: Final = 100
MOST_PERIODS: Final = 32
FOUR: Final = Decimal("0.0001")


def read(text: bytes, dialect: Dialect) -> Fields:
    """Read a plain text as the fields of one message."""
    return Fields(parsed(text), dialect)


class TokenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for a token, and its proof."""

    operator_code: str
    secret: str


def token_request(fields: Fields) -> TokenRequest:
    """Read query_token."""
    secret = fields.text("OperatorSecret", most=64)
    return TokenRequest(operator_code=fields.code("OperatorID", most=OPERATOR), secret=secret)


class TokenGrant(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to query_token: a token and how many seconds it lasts, or the reason for none."""

    token: str
    seconds: int
    fail_reason: int


def token_grant(fields: Fields) -> TokenGrant:
    """Read the answer to query_token."""
    if fields.one_of("SuccStat", YES_NO):
        reason = fields.whole("FailReason", most=MOST_REASON, missing=0)
        return TokenGrant(token="", seconds=0, fail_reason=reason)
    token = fields.text("AccessToken", most=4096)
    if not token.isascii() or not token or " " in token:
        raise fields.refusal("AccessToken", "not a token")
    seconds = fields.whole("TokenAvailableTime", most=31_536_000, least=1)
    return TokenGrant(token=token, seconds=seconds, fail_reason=0)


def connector_status(fields: Fields) -> ConnectorStatus:
    """Read a ConnectorStatusInfo."""
    return ConnectorStatus(
        connector_code=fields.code("ConnectorID", most=CONNECTOR),
        status=fields.one_of("Status", STATUSES),
        park_status=fields.one_of("ParkStatus", SPACES, missing=0),
        lock_status=fields.one_of("LockStatus", SPACES, missing=0),
    )


def noticed_statuses(fields: Fields) -> tuple[ConnectorStatus, ...]:
    """Read notification_stationStatus: one object by the standard, an array from some partners."""
    statuses = tuple(connector_status(each) for each in fields.children("ConnectorStatusInfo", either=True))
    if not statuses:
        raise fields.refusal("ConnectorStatusInfo", "is missing")
    return statuses


def station_statuses(fields: Fields) -> tuple[ConnectorStatus, ...]:
    """Read the answer to query_station_status, of every station in it."""
    stations = fields.children("StationStatusInfos")
    return tuple(connector_status(each) for one in stations for each in one.children("ConnectorStatusInfos"))


def price_periods(fields: Fields) -> tuple[PricePeriod, ...]:
    """Read the answer to query_equip_business_policy: the first period starts at midnight, each later."""
    periods = tuple(_price_period(each) for each in fields.children("PolicyInfos"))
    if not 1 <= len(periods) <= MOST_PERIODS:
        raise fields.refusal("PolicyInfos", f"not 1 to {MOST_PERIODS} periods")
    starts = [each.start for each in periods]
    if starts != sorted(set(starts)) or starts[0] != time(0):
        raise fields.refusal("PolicyInfos", "does not cover the day in order", kind="time")
    return periods


def _price_period(fields: Fields) -> PricePeriod:
    return PricePeriod(
        start=_time_of_day(fields, "StartTime"),
        elec_price=fields.amount("ElecPrice", most=MOST_PRICE).quantize(FOUR),
        service_price=fields.amount("SevicePrice", most=MOST_PRICE, missing=0).quantize(FOUR),
    )


def _time_of_day(fields: Fields, name: str) -> time:
    """Read HHmmss."""
    try:
        return datetime.strptime(fields.code(name, most=6), "%H%M%S").time()  # noqa: DTZ007 - a time of every day
    except ValueError as broken:
        raise fields.refusal(name, "not HHmmss", kind="time") from broken


def start_ack(fields: Fields) -> StartAck:
    """Read the answer to query_start_charge: SuccStat 0 is accepted, which is not charging yet."""
    return StartAck(
        start_seq=fields.code("StartChargeSeq", most=SEQ),
        accepted=fields.one_of("SuccStat", YES_NO) == 0,
        state=fields.one_of("StartChargeSeqStat", SEQ_STATES),
        fail_reason=fields.whole("FailReason", most=MOST_REASON, missing=0),
    )


def auth_reason(fields: Fields) -> int:
    """Read the answer to query_equip_auth: 0 if the connector may be used, else FailReason, never 0."""
    reason = fields.whole("FailReason", most=MOST_REASON, missing=0)
    return reason or fields.one_of("SuccStat", YES_NO) * 2


def start_result(fields: Fields) -> StartResult:
    """Read notification_start_charge_result; a charge that began has its time."""
    state = fields.one_of("StartChargeSeqStat", SEQ_STATES)
    begun = fields.moment_or_none("StartTime")
    if state == 2 and begun is None:  # noqa: PLR2004 - charging
        raise fields.refusal("StartTime", "is missing", kind="time")
    return StartResult(
        start_seq=fields.code("StartChargeSeq", most=SEQ),
        connector_code=fields.code("ConnectorID", most=CONNECTOR),
        state=state,
        started_at=begun,
    )


def charge_status(fields: Fields) -> ChargeStatus:
    """Read a meter: notification_equip_charge_status, or the answer to query_equip_charge_status."""
    started, at = fields.moment_or_none("StartTime"), fields.moment("EndTime")
    if started is not None and at < started:
        raise fields.refusal("EndTime", "before StartTime", kind="time")
    return ChargeStatus(
        start_seq=fields.code("StartChargeSeq", most=SEQ),
        state=fields.one_of("StartChargeSeqStat", SEQ_STATES),
        connector_code=fields.code("ConnectorID", most=CONNECTOR),
        connector_status=fields.one_of("ConnectorStatus", STATUSES),
        started_at=started,
        at=at,
        energy_wh=fields.watt_hours("TotalPower"),
        soc_percent=scaled_percent(fields) if fields.has("Soc") else None,
        elec_fen=fields.fen("ElecMoney", missing=0),
        service_fen=fields.fen("SeviceMoney", missing=0),
        total_fen=fields.fen("TotalMoney"),
    )


def scaled_percent(fields: Fields) -> int:
    """Read a state of charge as whole per cent."""
    return int(fields.amount("Soc", most=100))


def stop_ack(fields: Fields) -> StopAck:
    """Read the answer to query_stop_charge, or notification_stop_charge_result."""
    return StopAck(
        start_seq=fields.code("StartChargeSeq", most=SEQ),
        stopped=fields.one_of("SuccStat", YES_NO) == 0,
        state=fields.one_of("StartChargeSeqStat", SEQ_STATES),
        fail_reason=fields.whole("FailReason", most=MOST_REASON, missing=0),
    )


def charge_order(fields: Fields) -> ChargeOrder:
    """Read notification_charge_order_info; its periods lie within it, one after the other."""
    started, ended = fields.moment("StartTime"), fields.moment("EndTime")
    if ended < started:
        raise fields.refusal("EndTime", "before StartTime", kind="time")
    periods = tuple(_order_period(each) for each in fields.children("ChargeDetails"))
    bounds = [started, *(at for each in periods for at in (each.started_at, each.ended_at)), ended]
    if len(periods) > MOST_PERIODS or bounds != sorted(bounds):
        raise fields.refusal("ChargeDetails", "not one after the other within the order", kind="time")
    return ChargeOrder(
        start_seq=fields.code("StartChargeSeq", most=SEQ),
        connector_code=fields.code("ConnectorID", most=CONNECTOR),
        started_at=started,
        ended_at=ended,
        energy_wh=fields.watt_hours("TotalPower"),
        elec_fen=fields.fen("TotalElecMoney", missing=0),
        service_fen=fields.fen("TotalSeviceMoney", missing=0),
        total_fen=fields.fen("TotalMoney"),
        stop_reason=fields.whole("StopReason", most=MOST_REASON),
        periods=periods,
    )


def _order_period(fields: Fields) -> OrderPeriod:
    return OrderPeriod(
        started_at=fields.moment("DetailStartTime"),
        ended_at=fields.moment("DetailEndTime"),
        elec_price=fields.amount("ElecPrice", most=MOST_PRICE).quantize(FOUR),
        service_price=fields.amount("SevicePrice", most=MOST_PRICE, missing=0).quantize(FOUR),
        energy_wh=fields.watt_hours("DetailPower"),
        elec_fen=fields.fen("DetailElecMoney"),
        service_fen=fields.fen("DetailSeviceMoney", missing=0),
    )


def order_check(fields: Fields) -> OrderCheck:
    """Read the answer to check_charge_orders: the orders the operator sees otherwise, with its numbers."""
    disputes = tuple(_dispute(each) for each in fields.children("DisputeOrders"))
    return OrderCheck(
        disputed=tuple(each.start_seq for each in disputes),
        total_fen=fields.fen("TotalDisputeMoney", missing=0),
        energy_wh=fields.watt_hours("TotalDisputePower", missing=0),
        orders=fields.whole("TotalDisputeOrder", most=1_000_000, missing=len(disputes)),
        disputes=disputes,
    )


def _dispute(fields: Fields) -> DisputedOrder:
    return DisputedOrder(
        start_seq=fields.code("StartChargeSeq", most=SEQ),
        energy_wh=fields.watt_hours("TotalPower", missing=0),
        total_fen=fields.fen("TotalMoney", missing=0),
        reason=fields.whole("DisputeReason", most=MOST_REASON, missing=0),
    )
