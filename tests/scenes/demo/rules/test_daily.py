"""A plan's hour in the demo has passed, is one that a plan may have, and readings are never ahead of now."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scenes.demo.rules.chance import SEED, stream
from scenes.demo.rules.daily import GAUGES, hour_gone, measure, measured_at
from scenes.eldercare.rules import readings, wellbeing

NOWS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(now=NOWS, ago=st.integers(0, 600))
def test_an_hour_that_passed_is_one_that_a_plan_may_have(now: datetime, ago: int) -> None:
    gone = hour_gone(now, ago)
    wellbeing.check_hour(gone.time())
    assert timedelta(minutes=ago) <= now - gone <= timedelta(minutes=ago + 5, hours=8)


@given(now=NOWS)
def test_devices_measured_twice_a_day_and_never_ahead(now: datetime) -> None:
    times = measured_at(now)
    assert (times == sorted(times), max(times) <= now, min(times) >= now - readings.OLDEST) == (True,) * 3
    assert len(times) in {28, 29, 30}


@given(at=st.integers(0, len(GAUGES) - 1), draw=st.integers(0, 500))
def test_every_reading_that_is_drawn_can_be_true(at: int, draw: int) -> None:
    gauge = GAUGES[at]
    for values in (measure(stream(SEED, draw), gauge), *gauge.last):
        readings.check_reading(gauge.kind, values)
