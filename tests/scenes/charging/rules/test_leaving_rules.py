from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.rules.session import Seen, left_at

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
PATIENCE = timedelta(minutes=15)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def left(seen: Seen | None, now: float, gone: float | None = None) -> datetime | None:
    gone_at = None if gone is None else at(gone)
    return left_at(NOON, seen, gone_at=gone_at, patience=PATIENCE, now=at(now))


@pytest.mark.parametrize(
    ("seen", "now", "gone", "expected"),
    [
        (None, 14, None, None),
        (None, 15, None, 0),
        (Seen(2, at(-60), at(-1)), 14, None, None),
        (Seen(2, at(-60), at(-1)), 15, None, 0),
        (Seen(2, at(0), at(1)), 600, None, None),
        (Seen(1, at(-60), at(1)), 1, None, 0),
        (Seen(1, at(7), at(8)), 8, None, 7),
        (Seen(2, at(9), at(9)), 9, 7, 7),
        (Seen(3, at(-60), at(1)), 60, None, None),
        (Seen(3, at(9), at(9.5)), 9.5, None, None),
        (Seen(3, at(9), at(9.5)), 10, None, 9),
        (Seen(4, at(9), at(9.5)), 10, None, 9),
    ],
)
def test_when_a_car_left(seen: Seen | None, now: float, gone: float | None, expected: float | None) -> None:
    assert left(seen, now, gone) == (None if expected is None else at(expected))


@given(
    st.sampled_from([0, 1, 2, 3, 4, 255]),
    st.floats(-60, 60),
    st.floats(0, 30),
    st.none() | st.floats(0, 60),
    st.floats(0, 120),
)
def test_nobody_leaves_before_the_end_or_in_the_future_and_what_is_known_stays_known(
    status: int, since: float, heard_after: float, gone: float | None, later: float
) -> None:
    now = max(since + heard_after, gone or 0, 0)
    seen = Seen(status, at(since), at(since + heard_after))
    found = left(seen, now, gone)
    if found is not None:
        assert NOON <= found <= at(now)
        assert left(seen, now + later, gone) == found
