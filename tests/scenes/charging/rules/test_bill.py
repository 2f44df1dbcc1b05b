from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.errors import TariffInvalid, TariffMissing
from scenes.charging.rules.bill import (
    Bill,
    BillLine,
    Reading,
    Standing,
    bill_of,
    energy_at,
    energy_lines,
    fen_of,
    idle_is_known,
    idle_lines,
)
from scenes.charging.rules.messages import PricePeriod
from scenes.charging.rules.rule import IdleFee
from scenes.charging.rules.tariff import Band, Tariff, bands_of, cut, periods_of
from scenes.common.kit.clock import instant

DAY = date(2026, 11, 25)
NOON = instant(DAY, time(12))


def at(hour: int, minute: int = 0) -> datetime:
    return instant(DAY, time(hour, minute))


def band(start: time, end: time, elec: str, service: str = "0") -> Band:
    return Band(start=start, end=end, elec_price=Decimal(elec), service_price=Decimal(service))


def flat(elec: str, service: str = "0") -> Tariff:
    return Tariff(bands=(band(time(0), time(0), elec, service),))


def priced(lines: list[BillLine]) -> list[tuple[str, int, int]]:
    return [(line.kind, line.energy_wh, line.fen) for line in lines]


def test_each_component_is_rounded_by_itself() -> None:
    readings = [Reading(at(12), 0), Reading(at(13), 2250)]
    lines = energy_lines(at(12), at(13), readings, tariff=flat("0.1234", "0.5"))
    assert priced(lines) == [("electricity", 2250, 28), ("service", 2250, 113)]
    assert bill_of(lines, [], authorised_fen=5000).total_fen == 141


def test_half_a_fen_goes_up() -> None:
    assert [fen_of(1000, Decimal(price)) for price in ("0.0049", "0.0050", "0.0149", "0.0150")] == [
        0,
        1,
        1,
        2,
    ]


def test_a_charge_across_five_o_clock_is_two_periods() -> None:
    """The shape of OCPI's time tariff: from 16:35 for 35 minutes across 17:00 comes to 1.30."""
    tariff = Tariff(bands=(band(time(0), time(17), "0.2"), band(time(17), time(0), "0.8")))
    readings = [Reading(at(16, 35), 0), Reading(at(17, 10), 3500)]
    lines = [x for x in energy_lines(at(16, 35), at(17, 10), readings, tariff=tariff) if x.fen]
    assert [(x.starts_at, x.ends_at, x.energy_wh, x.fen) for x in lines] == [
        (at(16, 35), at(17), 2500, 50),
        (at(17), at(17, 10), 1000, 80),
    ]
    assert bill_of(lines, [], authorised_fen=5000).total_fen == 130


def test_the_first_half_hour_may_be_free() -> None:
    """The shape of OCPI's second example: 5 kWh within the free half-hour, then 1.2 kWh for 0.30."""
    tariff = Tariff(bands=(band(time(12), time(12, 30), "0"), band(time(0), time(0), "0.25")))
    readings = [Reading(at(12), 0), Reading(at(12, 30), 5000), Reading(at(12, 42), 6200)]
    lines = energy_lines(at(12), at(12, 42), readings, tariff=tariff)
    assert [x.fen for x in lines if x.kind == "electricity"] == [0, 30]


def test_the_first_matching_band_wins_and_a_band_wraps_midnight() -> None:
    night = band(time(22), time(6), "0.31")
    tariff = Tariff(bands=(night, band(time(0), time(0), "0.80")))
    pieces = cut(at(21), at(21) + timedelta(hours=10), tariff)
    assert [(p.starts_at, p.ends_at, p.band.elec_price) for p in pieces] == [
        (at(21), at(22), Decimal("0.80")),
        (at(22), at(6) + timedelta(days=1), Decimal("0.31")),
        (at(6) + timedelta(days=1), at(7) + timedelta(days=1), Decimal("0.80")),
    ]


def test_an_end_of_midnight_is_the_end_of_the_day() -> None:
    evening = band(time(18), time(0), "1")
    assert [evening.covers(time(h, m)) for h, m in ((17, 59), (18, 0), (23, 59), (0, 0))] == [
        False, True, True, False,
    ]  # fmt: skip


def test_an_hour_without_a_price_is_refused() -> None:
    with pytest.raises(TariffMissing):
        Tariff(bands=(band(time(8), time(20), "1"),)).band_at(at(21))


def test_periods_run_to_the_next_start_and_the_last_to_the_first() -> None:
    stored = [
        {"start": "18:00", "elecPrice": "0.9000", "servicePrice": "0.4"},
        {"start": "06:00", "elecPrice": "0.6", "servicePrice": "0.4"},
    ]
    bands = bands_of(periods_of(stored))
    assert [(b.start, b.end, b.elec_price) for b in bands] == [
        (time(6), time(18), Decimal("0.6")),
        (time(18), time(6), Decimal("0.9000")),
    ]


@pytest.mark.parametrize(
    "stored",
    [
        [],
        [{"start": "00:00", "elecPrice": "-1", "servicePrice": "0"}],
        [{"start": "00:00", "elecPrice": "NaN", "servicePrice": "0"}],
        [{"start": "00:00", "elecPrice": "eins", "servicePrice": "0"}],
        [{"start": "25:00", "elecPrice": "1", "servicePrice": "0"}],
        [{"start": "00:00", "elecPrice": "1", "servicePrice": "0"}] * 2,
    ],
)
def test_a_tariff_that_makes_no_sense_is_refused(stored: list[dict[str, str]]) -> None:
    with pytest.raises(TariffInvalid):
        bands_of(periods_of(stored))


FEE = IdleFee(free_minutes=5, fee_fen_per_minute=50, full_fee_fen_per_minute=100, max_fee_fen=1000)


@pytest.mark.parametrize(
    ("minutes", "full_after", "fens"),
    [
        (5, None, []),
        (6, None, [50]),
        (15, None, [500]),
        (15, 0, [1000]),
        (15, 10, [250, 500]),
        (60, None, [1000]),
        (60, 10, [250, 750]),
        (15, 40, [500]),
    ],
)
def test_standing_costs_after_the_free_minutes_up_to_the_cap(
    minutes: int, full_after: int | None, fens: list[int]
) -> None:
    full = NOON + timedelta(minutes=full_after) if full_after is not None else None
    standing = Standing(NOON, NOON + timedelta(minutes=minutes, seconds=30), full)
    assert [line.fen for line in idle_lines(standing, FEE)] == fens


def test_standing_where_nothing_is_charged_costs_nothing() -> None:
    assert idle_lines(Standing(NOON, NOON + timedelta(days=1)), IdleFee()) == []


def test_a_bill_waits_for_the_car_to_leave_or_for_the_cap() -> None:
    known = [idle_is_known(NOON, FEE, left_at=None, now=NOON + timedelta(minutes=m)) for m in (0, 24, 25)]
    assert known == [False, False, True]
    assert idle_is_known(NOON, FEE, left_at=NOON, now=NOON)
    assert idle_is_known(NOON, IdleFee(), left_at=None, now=NOON)


def test_what_exceeds_the_deposit_is_shown_and_not_charged() -> None:
    lines = energy_lines(at(12), at(13), [Reading(at(12), 0), Reading(at(13), 60_000)], tariff=flat("1"))
    bill = bill_of(lines, [], authorised_fen=5000)
    assert (bill.total_fen, bill.capped_fen) == (5000, 1000)
    assert Bill.of(bill.plain()) == bill


def test_a_snapshot_reads_back_as_it_was() -> None:
    tariff = Tariff(bands=(band(time(22), time(6), "0.3100", "0.4500"),), idle_fee=FEE)
    assert Tariff.of(tariff.plain()) == tariff


starts = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda d: d.replace(tzinfo=NOON.tzinfo))  # noqa: DTZ001
prices = st.decimals(0, 9, places=4)
walls = st.times().map(lambda t: t.replace(second=0, microsecond=0, minute=t.minute // 15 * 15))


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    """Any tariff of periods, such as operators send."""
    wanted = draw(st.lists(walls, min_size=1, max_size=8, unique=True))
    periods = [
        PricePeriod(start=start, elec_price=draw(prices), service_price=draw(prices)) for start in wanted
    ]
    return Tariff(bands=bands_of(periods))


@st.composite
def charges(draw: st.DrawFn) -> list[Reading]:
    """A meter over time: readings in order, energy never falling."""
    at, energy = draw(starts), 0
    readings = [Reading(at, 0)]
    for _ in range(draw(st.integers(1, 12))):
        at += timedelta(seconds=draw(st.integers(1, 20_000)))
        energy += draw(st.integers(0, 30_000))
        readings.append(Reading(at, energy))
    return readings


@given(charges(), tariffs())
def test_splitting_never_loses_a_watt_hour_and_the_lines_are_the_total(
    readings: list[Reading], tariff: Tariff
) -> None:
    lines = energy_lines(readings[0].at, readings[-1].at, readings, tariff=tariff)
    bill = bill_of(lines, [], authorised_fen=10**9)
    assert bill.energy_wh == readings[-1].energy_wh
    assert sum(line.fen for line in bill.lines) == bill.total_fen == bill.energy_fen
    assert all(line.energy_wh > 0 and line.fen >= 0 for line in bill.lines)


@given(starts, st.integers(1, 400_000), tariffs())
def test_the_pieces_of_a_stretch_join_and_each_has_one_price(
    starts_at: datetime, seconds: int, tariff: Tariff
) -> None:
    ends_at = starts_at + timedelta(seconds=seconds)
    pieces = cut(starts_at, ends_at, tariff)
    assert (pieces[0].starts_at, pieces[-1].ends_at) == (starts_at, ends_at)
    assert [p.ends_at for p in pieces[:-1]] == [p.starts_at for p in pieces[1:]]
    for piece in pieces:
        halfway = piece.starts_at + (piece.ends_at - piece.starts_at) / 2
        assert tariff.band_at(piece.starts_at) == tariff.band_at(halfway) == piece.band


@given(charges(), st.integers(0, 200_000), st.integers(0, 200_000))
def test_the_meter_between_readings_never_falls(readings: list[Reading], one: int, other: int) -> None:
    first, second = (readings[0].at + timedelta(seconds=s) for s in sorted((one, other)))
    assert 0 <= energy_at(first, readings) <= energy_at(second, readings) <= readings[-1].energy_wh


@given(st.integers(0, 100_000), st.none() | st.integers(0, 2000))
def test_standing_never_costs_more_than_the_cap(seconds: int, full_after: int | None) -> None:
    full = NOON + timedelta(minutes=full_after) if full_after is not None else None
    lines = idle_lines(Standing(NOON, NOON + timedelta(seconds=seconds), full), FEE)
    assert 0 <= sum(line.fen for line in lines) <= FEE.max_fee_fen
