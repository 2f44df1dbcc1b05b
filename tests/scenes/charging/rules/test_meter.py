from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.errors import MeterTimeWentBack, MeterWentBack
from scenes.charging.rules.bill import Reading
from scenes.charging.rules.meter import is_news
from scenes.common.kit.refusals import Refusal

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
KNOWN = [Reading(NOON, 0), Reading(NOON + timedelta(minutes=10), 1000)]


def read(minutes: float, energy: int) -> bool:
    return is_news(Reading(NOON + timedelta(minutes=minutes), energy), KNOWN, now=NOON + timedelta(hours=1))


def test_a_later_and_higher_reading_is_news() -> None:
    assert read(11, 1000)
    assert read(11, 1200)


def test_a_repeat_and_a_late_message_that_agrees_add_nothing() -> None:
    assert not read(10, 1000)
    assert not read(5, 500)


@pytest.mark.parametrize("energy", [-1, 999])
def test_energy_never_falls(energy: int) -> None:
    with pytest.raises(MeterWentBack):
        read(11, energy)


def test_a_repeat_with_less_energy_is_refused() -> None:
    with pytest.raises(MeterWentBack):
        read(10, 900)


@pytest.mark.parametrize(("minutes", "energy"), [(9, 1001), (-1, 0), (66, 2000)])
def test_time_that_contradicts_what_is_known_is_refused(minutes: int, energy: int) -> None:
    with pytest.raises(MeterTimeWentBack):
        read(minutes, energy)


@given(st.lists(st.tuples(st.integers(-10, 200), st.integers(-100, 5000)), max_size=30))
def test_whatever_comes_the_known_readings_rise(messages: list[tuple[int, int]]) -> None:
    known: list[Reading] = []
    for minutes, energy in messages:
        reading = Reading(NOON + timedelta(minutes=minutes), energy)
        try:
            if is_news(reading, known, now=NOON + timedelta(minutes=100)):
                known.append(reading)
        except Refusal:
            continue
    assert known == sorted(known, key=lambda r: (r.at, r.energy_wh))
    assert [r.energy_wh for r in known] == sorted(r.energy_wh for r in known)
    assert all(r.energy_wh >= 0 for r in known)
