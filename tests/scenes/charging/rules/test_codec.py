"""Partners' plain texts, well and ill: always a message or a refusal with the protocol's code."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from scenes.charging.errors import PartnerInputRefused
from scenes.charging.rules import codec, station_codec
from scenes.charging.rules.dialect import Dialect, spoken
from scenes.charging.rules.fields import Fields
from scenes.charging.rules.messages import ConnectorStatus, OrderPeriod
from tests.scenes.charging.rules.partner_samples import (
    METER,
    ORDER,
    POLICY,
    QUIRKY,
    READ,
    SEQ,
    STANDARD,
    START,
    STATIONS,
    STATUS,
)

Reader = Callable[[Fields], object]
READERS: list[Reader] = [
    codec.token_request,
    codec.token_grant,
    codec.noticed_statuses,
    codec.station_statuses,
    codec.price_periods,
    codec.start_ack,
    codec.auth_reason,
    codec.start_result,
    codec.charge_status,
    codec.stop_ack,
    codec.charge_order,
    codec.order_check,
    lambda fields: station_codec.station_page(fields, datum="gcj02"),
]
DIALECTS = [STANDARD, QUIRKY]
MISSING = object()


def read(reader: Reader, body: dict[str, Any], dialect: Dialect = STANDARD) -> Any:
    return reader(codec.read(spoken(body, dialect), dialect))


def refusal(reader: Reader, body: dict[str, Any], dialect: Dialect = STANDARD) -> PartnerInputRefused:
    with pytest.raises(PartnerInputRefused) as caught:
        read(reader, body, dialect)
    assert caught.value.ret == 4004
    return caught.value


def changed(body: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {name: value for name, value in {**body, **fields}.items() if value is not MISSING}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_meter_is_read_alike_in_every_dialect(dialect: Dialect) -> None:
    meter = read(codec.charge_status, METER, dialect)
    assert (meter.start_seq, meter.started_at, meter.at) == (SEQ, START, READ)
    assert (meter.energy_wh, meter.soc_percent) == (12_346, 41)
    assert (meter.elec_fen, meter.service_fen, meter.total_fen) == (311, 550, 861)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_order_is_read_alike_in_every_dialect(dialect: Dialect) -> None:
    order = read(codec.charge_order, ORDER, dialect)
    assert order.periods == (
        OrderPeriod(
            started_at=START,
            ended_at=READ,
            elec_price=Decimal("0.1234"),
            service_price=Decimal("0.5000"),
            energy_wh=2_250,
            elec_fen=28,
            service_fen=113,
        ),
    )
    assert (order.total_fen, order.stop_reason) == (141, 0)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_status_is_read_alike_in_every_dialect(dialect: Dialect) -> None:
    assert read(codec.noticed_statuses, STATUS, dialect) == (
        ConnectorStatus(connector_code="C-1", status=255, park_status=10, lock_status=50),
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_tariff_is_read_alike_in_every_dialect(dialect: Dialect) -> None:
    periods = read(codec.price_periods, POLICY, dialect)
    assert [(each.start, str(each.elec_price)) for each in periods] == [
        (time(0), "0.3583"),
        (time(8), "0.9000"),
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_station_is_read_alike_and_moved_to_wgs84(dialect: Dialect) -> None:
    page = read(lambda fields: station_codec.station_page(fields, datum=dialect.datum), STATIONS, dialect)
    (station,) = page.stations
    assert (station.code, station.name, station.support_order) == ("S-1", "曹杨新村充电站", True)
    assert station.facts == {"ParkNums": "8"}
    assert [(each.code, each.kind, each.power_kw) for each in station.connectors] == [("C-1", 4, 60.0)]
    assert 0.001 < abs(station.lat - 31.238) + abs(station.lng - 121.4046) < 0.01


def test_what_another_dialect_writes_is_a_wrong_type() -> None:
    for body, reader in ((METER, codec.charge_status), (ORDER, codec.charge_order)):
        with pytest.raises(PartnerInputRefused):
            reader(codec.read(spoken(body, QUIRKY), STANDARD))


def test_local_time_labelled_z_is_forgiven_only_by_dialect() -> None:
    body = spoken({"At": START}, QUIRKY)
    assert json.loads(body) == {"At": "2026-11-23T09:00:00Z"}
    honest = msgspec.structs.replace(QUIRKY, z_is_local=False)
    assert codec.read(body, QUIRKY).moment("At") == START
    assert codec.read(body, honest).moment("At") == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"TotalPower": -0.001}, "range"),
        ({"TotalPower": 10_001}, "range"),
        ({"TotalPower": "12"}, "field"),
        ({"TotalPower": True}, "field"),
        ({"TotalPower": MISSING}, "field"),
        ({"TotalMoney": -1}, "range"),
        ({"EndTime": "2026-11-23 08:59:59"}, "time"),
        ({"EndTime": "2026-11-23T09:30:00"}, "time"),
        ({"EndTime": "2026-13-01 00:00:00"}, "time"),
        ({"EndTime": "0001-01-01 00:00:00"}, "time"),
        ({"EndTime": 20261123093000}, "time"),
        ({"EndTime": MISSING}, "time"),
        ({"StartChargeSeqStat": 6}, "range"),
        ({"ConnectorStatus": 5}, "enumeration"),
        ({"ConnectorStatus": 3.5}, "field"),
        ({"StartChargeSeq": "1" * 28}, "field"),
        ({"StartChargeSeq": ""}, "field"),
        ({"ConnectorID": "C" * 27}, "field"),
        ({"ConnectorID": "枪"}, "field"),
        ({"ConnectorID": ["C-1"]}, "field"),
        ({"Soc": 101}, "range"),
        ({"Soc": {}}, "field"),
        ({"ElecMoney": []}, "field"),
    ],
)
def test_what_is_wrong_in_a_meter_is_4004(fields: dict[str, Any], kind: str) -> None:
    refused = refusal(codec.charge_status, changed(METER, **fields))
    assert refused.kind == kind
    assert refused.why.startswith(next(iter(fields)))


@pytest.mark.parametrize(
    "fields",
    [
        {"EndTime": "2026-11-23 08:00:00"},
        {"ChargeDetails": [{**ORDER["ChargeDetails"][0], "DetailStartTime": "2026-11-23 08:59:00"}]},
        {"ChargeDetails": [{**ORDER["ChargeDetails"][0], "DetailEndTime": "2026-11-23 09:31:00"}]},
        {"ChargeDetails": [{**ORDER["ChargeDetails"][0], "DetailPower": -1}]},
        {"ChargeDetails": ORDER["ChargeDetails"] * 33},
        {"ChargeDetails": ["x"]},
        {"ChargeDetails": ORDER["ChargeDetails"][0]},
        {"StopReason": -1},
    ],
)
def test_what_is_wrong_in_an_order_is_4004(fields: dict[str, Any]) -> None:
    refusal(codec.charge_order, changed(ORDER, **fields))


@pytest.mark.parametrize(
    "starts", [[], ["010000"], ["000000", "000000"], ["000000", "080000", "070000"], ["240000"]]
)
def test_a_tariff_that_does_not_cover_the_day_is_refused(starts: list[str]) -> None:
    periods = [{"StartTime": each, "ElecPrice": 1, "SevicePrice": 1} for each in starts]
    refusal(codec.price_periods, {"PolicyInfos": periods})


@pytest.mark.parametrize("text", [
    b"", b"{", b'{"a":', b'{"Total": NaN}', b"[]", b"null", b"1", b'{"a":"\xff"}', b'{"a":' + b"[" * 50_000,
    b'{"a":' + b"[" * 13 + b"]" * 13 + b"}", b" " * (1 << 20) + b"{}", b'{"a": 1e99999999999999999999}',
])  # fmt: skip
def test_half_a_json_and_its_kin_are_refused(text: bytes) -> None:
    with pytest.raises(PartnerInputRefused) as caught:
        codec.read(text, STANDARD)
    assert (caught.value.ret, caught.value.kind) == (4004, "json")


def test_a_charge_that_began_has_its_time() -> None:
    body = {"StartChargeSeq": SEQ, "ConnectorID": "C-1", "StartChargeSeqStat": 2, "StartTime": ""}
    assert refusal(codec.start_result, body).kind == "time"
    assert read(codec.start_result, {**body, "StartChargeSeqStat": 4}).started_at is None


def test_accepted_is_not_charging() -> None:
    ack = read(codec.start_ack, {"StartChargeSeq": SEQ, "SuccStat": 0, "StartChargeSeqStat": 1})
    assert (ack.accepted, ack.state) == (True, 1)


@pytest.mark.parametrize(("succ", "fail", "reason"), [(0, 0, 0), (1, 1, 1), (1, 0, 2), (0, 1, 1)])
def test_a_failed_authentication_always_has_a_reason(succ: int, fail: int, reason: int) -> None:
    assert read(codec.auth_reason, {"SuccStat": succ, "FailReason": fail}) == reason


def test_disputes_carry_the_operators_own_numbers() -> None:
    body = {
        "TotalDisputeOrder": 1, "TotalDisputePower": 1.5, "TotalDisputeMoney": 2.01,
        "DisputeOrders": [{"StartChargeSeq": SEQ, "TotalPower": 1.5, "TotalMoney": 2.01, "DisputeReason": 2}],
    }  # fmt: skip
    for dialect in DIALECTS:
        check = read(codec.order_check, body, dialect)
        assert (check.disputed, check.disputes[0].total_fen, check.disputes[0].reason) == ((SEQ,), 201, 2)


@pytest.mark.parametrize(
    "stored", [{}, {"platformCode": "1", "numbers": "roman"}, {"platformCode": "1", "x": 1}]
)
def test_a_dialect_that_is_none_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        Dialect.of(stored)


def test_a_dialect_is_stored_and_read_back() -> None:
    assert Dialect.of(msgspec.to_builtins(QUIRKY)) == QUIRKY


def test_calls_have_the_partners_names_both_ways() -> None:
    assert QUIRKY.call_to_send("notification_stationStatus") == "notification_station_status"
    assert QUIRKY.call_received("notification_station_status") == "notification_stationStatus"
    assert [QUIRKY.call_received(each) for each in ("query_token", "query_start_charge", "x")] == [
        "query_token", None, None,
    ]  # fmt: skip
