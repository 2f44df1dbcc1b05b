import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.rules.backtest import Trial, calibration, calibration_error, scores
from scenes.charging.rules.replay import PLUG_INS, Bustle, replay
from scenes.charging.service.backtest import report, run
from scenes.common.kit.clock import shanghai

MONDAY = date(2026, 3, 2)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]


def test_the_hours_are_those_that_were_counted() -> None:
    assert (sum(PLUG_INS), len(PLUG_INS), PLUG_INS[8], PLUG_INS[21]) == (2099, 24, 272, 39)


@given(st.integers(1, 6), st.floats(1, 20), st.integers(0, 1000))
def test_no_connector_holds_two_cars(connectors: int, cars: float, seed: int) -> None:
    bustle = Bustle(connectors=connectors, cars_a_day=cars)
    changes = replay(bustle, WEEK[:2], random.Random(seed))  # noqa: S311 - a test repeats itself
    status: dict[object, int] = {}
    for change in changes:
        assert status.get(change.connector) != change.status
        status[change.connector] = change.status
    assert set(status) == set(range(connectors))


def test_cars_come_when_they_did() -> None:
    changes = replay(Bustle(connectors=40, cars_a_day=2.0), WEEK, random.Random(1))  # noqa: S311 - as above
    hours = [shanghai(c.at).hour for c in changes if c.status == 3]
    assert hours.count(8) / len(hours) == pytest.approx(272 / 2099, abs=0.03)


def trial(p: float, came: int, **facts: int) -> Trial:
    return Trial(facts.get("horizon", 15), p, 1.0, 0.5, facts.get("low", 0), facts.get("high", 1), came)


def test_scores_and_bins_are_plain_means() -> None:
    several = [trial(0.9, 1), trial(0.9, 0), trial(0.2, 0), trial(1.0, 3)]
    [score] = scores(several)
    assert (score.trials, score.inside, score.width) == (4, 0.75, 1.0)
    assert score.error == pytest.approx((0.01 + 0.81 + 0.04 + 0) / 4)
    assert (score.error_as_now, score.error_as_usual) == (0.5, 0.25)
    assert [(b.trials, round(b.told, 3), round(b.came, 3)) for b in calibration(several)] == [
        (1, 0.2, 0.0), (3, 0.933, 0.667),
    ]  # fmt: skip
    assert calibration_error([]) == 0


def test_the_forecast_holds_on_days_it_has_not_seen() -> None:
    stations = [Bustle(connectors=4, cars_a_day=cars) for cars in (7.0, 12.0)]
    found = run(stations, learnt=28, tried=7)
    for score in scores(found):
        assert score.error < score.error_as_now
        assert score.error <= score.error_as_usual + 0.005
        assert score.inside >= 0.8
    assert calibration_error(calibration(found)) < 0.06
    assert "mean distance between told and come true" in report(found)
