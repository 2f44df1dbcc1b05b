from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.rules.status import Counts, Reported, State, count, state_of

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STALE = timedelta(minutes=10)
STATES = st.sampled_from(["free", "occupied", "fault", "unknown"])


def said(status: int, minutes_ago: float = 0) -> Reported:
    at = NOW - timedelta(minutes=minutes_ago)
    return Reported(status, 0, 0, at, at)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (0, "unknown"),
        (1, "free"),
        (2, "occupied"),
        (3, "occupied"),
        (4, "occupied"),
        (255, "fault"),
        (7, "unknown"),
    ],
)
def test_each_code_of_the_standard_has_one_word(status: int, state: State) -> None:
    assert state_of(said(status), NOW, stale_after=STALE) == state


def test_never_heard_and_too_old_are_unknown() -> None:
    ages = [None, said(1, 10), said(1, 10.1), said(255, 11)]
    assert [state_of(age, NOW, stale_after=STALE) for age in ages] == [
        "unknown",
        "free",
        "unknown",
        "unknown",
    ]


@given(st.none() | st.integers(0, 300).map(said), st.sampled_from([1, 5, 6]))
def test_staff_and_a_shut_station_outrank_the_operators_word(reported: Reported | None, shut: int) -> None:
    assert state_of(reported, NOW, stale_after=STALE, out_of_service=True) == "fault"
    assert state_of(reported, NOW, stale_after=STALE, station_status=shut) == "fault"


@given(st.integers(-10, 300), st.floats(0, 1e5), st.sampled_from([0, 50]))
def test_only_a_fresh_free_counts_as_free(status: int, age: float, station: int) -> None:
    state = state_of(said(status, age), NOW, stale_after=STALE, station_status=station)
    assert (state == "free") == (status == 1 and age <= 10)


@given(st.lists(st.tuples(STATES, st.none() | st.integers(0, 9).map(lambda m: NOW - timedelta(minutes=m)))))
def test_counts_add_up_and_name_the_oldest_word_believed(
    connectors: list[tuple[State, datetime | None]],
) -> None:
    counts = count(connectors)
    assert counts.free + counts.occupied + counts.fault + counts.unknown == len(connectors)
    assert counts.free == sum(state == "free" for state, _ in connectors)
    assert counts.working == counts.free + counts.occupied
    believed = [at for state, at in connectors if state != "unknown" and at]
    assert counts.as_of == (min(believed) if believed else None)


def test_nothing_known_has_no_age() -> None:
    assert count([("unknown", NOW)]) == Counts(unknown=1)
