"""The forecast: what it may never do, what it must learn, and how it does against last week's day."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.breakfast import backtest
from scenes.breakfast.rules.backtest import WARM_UP_DAYS, foretell
from scenes.breakfast.rules.forecast import (
    HOLIDAY,
    SWAP,
    TREND_LIMITS,
    Demand,
    Forecast,
    day_class,
    forecast,
    last_week,
)
from scenes.breakfast.rules.history import live, poisson, skies
from scenes.breakfast.rules.reasons import more_or_less, reasons

MONDAY = date(2026, 3, 2)
"""Four weeks from here on hold no holiday and no swapped workday."""

demands = st.builds(
    Demand,
    day=st.integers(0, 120).map(lambda days: date(2026, 1, 1) + timedelta(days=days)),
    portions=st.integers(0, 400),
    sold_out=st.booleans(),
    weather=st.sampled_from((None, "fine", "rain", "storm")),
)
histories = st.lists(demands, max_size=60, unique_by=lambda past: past.day)
days = st.integers(0, 160).map(lambda days: date(2026, 1, 1) + timedelta(days=days))
weathers = st.sampled_from((None, "fine", "rain", "hot"))


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a history that can be made again


def month(portions: int = 40, **facts: object) -> list[Demand]:
    return [Demand(MONDAY + timedelta(days=n), portions, **facts) for n in range(28)]  # pyright: ignore[reportArgumentType]


def told(
    history: list[Demand], day: date = MONDAY + timedelta(days=28), weather: str | None = None
) -> Forecast:
    found = forecast(history, day, weather=weather)
    assert found is not None
    return found


@given(histories, days, weathers)
def test_a_forecast_is_a_number_of_portions_within_its_range(
    history: list[Demand], day: date, weather: str | None
) -> None:
    found = forecast(history, day, weather=weather)
    past = [each for each in history if each.day < day]
    assert (found is None) == (not past)
    if found is not None:
        assert 0 <= found.low <= found.expected <= found.high
        assert TREND_LIMITS[0] <= found.trend <= TREND_LIMITS[1]
        assert found.days == len(past)
        assert found.last_week == last_week(past, day)


@given(histories, days, weathers, st.randoms())
def test_neither_the_order_nor_the_future_matters(
    history: list[Demand], day: date, weather: str | None, chance: random.Random
) -> None:
    past = [each for each in history if each.day < day]
    chance.shuffle(past)
    assert forecast(past, day, weather=weather) == forecast(history, day, weather=weather)


@given(st.integers(0, 300), st.integers(1, 60), weathers)
def test_what_never_changes_goes_on(portions: int, length: int, weather: str | None) -> None:
    history = [Demand(MONDAY + timedelta(days=n), portions) for n in range(length)]
    found = told(history, MONDAY + timedelta(days=length), weather)
    assert found.expected == portions
    assert found.trend == pytest.approx(1.0)


@given(histories.filter(bool))
def test_a_history_that_always_ran_out_never_says_less_than_its_poorest_day(history: list[Demand]) -> None:
    every = [Demand(past.day, past.portions, sold_out=True, weather=None) for past in history]
    found = told(every, date(2026, 6, 1))
    assert found.expected >= int(min(past.portions for past in every) * TREND_LIMITS[0])
    assert found.sold_out_days == len(every)


@given(st.integers(5, 200))
def test_running_out_every_day_says_that_more_is_wanted(portions: int) -> None:
    assert told(month(portions, sold_out=True)).expected > portions


@given(st.integers(20, 200), st.integers(0, 27))
def test_a_day_that_ran_out_early_does_not_pull_the_figure_down(portions: int, at: int) -> None:
    met = month(portions)
    short = [*met[:at], Demand(met[at].day, portions // 4, sold_out=True), *met[at + 1 :]]
    assert told(short).expected >= portions - 1


@given(st.integers(20, 300), st.integers(2, 4))
def test_twice_the_demand_is_twice_the_forecast(portions: int, times: int) -> None:
    week = [1.0, 0.9, 1.1, 1.0, 1.2, 0.6, 0.5]
    small = [Demand(MONDAY + timedelta(days=n), round(portions * week[n % 7])) for n in range(28)]
    large = [Demand(past.day, past.portions * times) for past in small]
    assert told(large).expected == pytest.approx(told(small).expected * times, abs=times)


def test_weekends_are_learnt_apart_from_working_days() -> None:
    history = [
        Demand(day, 20 if day.weekday() >= 5 else 60)
        for day in (MONDAY + timedelta(days=n) for n in range(28))
    ]
    assert told(history, date(2026, 3, 30)).expected == pytest.approx(60, abs=2)
    assert told(history, date(2026, 4, 11)).expected == pytest.approx(20, abs=8)


def test_rain_is_learnt_and_told() -> None:
    history = [
        Demand(past.day, 30 if n % 3 == 0 else 40, weather="rain" if n % 3 == 0 else "fine")
        for n, past in enumerate(month())
    ]
    dry, wet = told(history, weather="fine"), told(history, weather="rain")
    assert wet.expected < dry.expected
    assert wet.weather_factor < 0.9 < dry.weather_factor
    assert told(history, weather="snow").weather_factor == 1.0


def test_what_rises_lately_is_followed() -> None:
    history = [Demand(past.day, 40 if n < 21 else 56) for n, past in enumerate(month())]
    found = told(history)
    assert found.trend > 1.05
    assert found.expected > 46


def test_more_days_and_steadier_days_make_a_narrower_range() -> None:
    chance = seeded(7)
    wild = [Demand(past.day, max(0, round(chance.gauss(40, 20)))) for past in month()]
    steady, few = told(month()), told(month()[:5], MONDAY + timedelta(days=5))
    assert steady.high - steady.low < told(wild).high - told(wild).low
    assert steady.high - steady.low < few.high - few.low


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 2), 0),
        (date(2026, 3, 7), 5),
        (date(2026, 10, 1), HOLIDAY),
        (date(2026, 2, 14), SWAP),
    ],
)
def test_days_are_classed_by_the_calendar(day: date, expected: int) -> None:
    assert day_class(day) == expected


def test_a_day_far_ahead_says_that_its_year_is_not_published() -> None:
    found = told(month(), date(2027, 5, 3))
    assert not found.kind.certain
    assert "这一年的放假安排还没公布。" in reasons(found, date(2027, 5, 3), None)


def test_reasons_are_short_sentences() -> None:
    history = [
        Demand(past.day, 30 if n % 3 == 0 else 40, n % 5 == 1, "rain" if n % 3 == 0 else "fine")
        for n, past in enumerate(month())
    ]
    day = MONDAY + timedelta(days=28)
    found = told(history, day, "rain")
    said = reasons(found, day, "rain")
    assert said[0].startswith("周一平常要")
    assert any(sentence.startswith("下雨少") for sentence in said)
    assert any("卖完" in sentence for sentence in said)
    assert all(len(sentence) <= 20 for sentence in said)
    assert reasons(None, day, None) == ["还没有卖过,没法估。"]


@given(st.floats(0.0, 3.0))
def test_tenths_are_said_as_more_or_less(factor: float) -> None:
    said = more_or_less(factor)
    assert (said == "") == (round(abs(factor - 1) * 10) == 0)
    assert not said or said.startswith("多" if factor > 1 else "少")


def test_the_made_history_repeats_itself_and_sells_no_more_than_there_is() -> None:
    one, two = (live(MONDAY, skies(60, seeded(1)), level=30, capacity=33, chance=seeded(2)) for _ in range(2))
    assert one == two
    assert all(day.kept.portions == min(day.wanted, 33) for day in one)
    assert all(day.kept.sold_out == (day.wanted >= 33) for day in one)
    assert any(day.kept.sold_out for day in one)


@given(st.floats(0, 200), st.integers(0, 1000))
def test_as_many_come_as_chance_draws(mean: float, seed: int) -> None:
    assert 0 <= poisson(mean, seeded(seed)) <= mean + 12 * mean**0.5 + 15


def test_the_past_alone_is_foretold_from() -> None:
    chance = seeded(5)
    lived = live(MONDAY, skies(60, chance), level=30, capacity=50, chance=chance)
    whole, shorter = foretell(lived), foretell(lived[:50])
    assert whole[: len(shorter)] == shorter
    assert len(whole) == 60 - WARM_UP_DAYS


def test_the_forecast_beats_last_weeks_day_and_its_range_holds() -> None:
    for seed in (20261125, 1, 2):
        scores = backtest.run(seed=seed)
        for name, found in scores:
            assert found.mae < found.last_week_mae, name
            assert found.wape < found.last_week_wape, name
            assert 0.70 <= found.covered <= 0.92, name
        together = dict(scores)["all"]
        assert together.wape < 0.7 * together.last_week_wape
        assert 0.76 <= together.covered <= 0.86
