from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.clinic.rules.conduct import StrikeLimit, banned_until, is_late, limit_of
from scenes.common.kit.clock import SHANGHAI
from tests.scenes.clinic.rules.samples import RULE

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
LIMIT = limit_of("no_show", RULE)


def days_ago(*days: int) -> list[datetime]:
    return [NOW - timedelta(days=n) for n in days]


def test_limits_are_those_of_the_rule() -> None:
    assert [limit_of(kind, RULE) for kind in ("no_show", "late_cancel")] == [
        StrikeLimit(3, 90, 90),
        StrikeLimit(3, 30, 30),
    ]


@pytest.mark.parametrize(
    ("strikes", "banned"),
    [
        (days_ago(), False),
        (days_ago(0, 10), False),
        (days_ago(0, 10, 90), False),
        (days_ago(0, 10, 89), True),
        (days_ago(0, 1, 2, 3), True),
        (days_ago(-1, 0, 10), False),
    ],
)
def test_three_within_ninety_days_lead_to_a_ban(strikes: list[datetime], banned: bool) -> None:  # noqa: FBT001
    expected = NOW + timedelta(days=90) if banned else None
    assert banned_until(strikes, LIMIT, NOW) == expected


@given(st.lists(st.integers(0, 200)), st.integers(1, 5), st.integers(1, 120))
def test_a_ban_needs_as_many_counting_strikes_as_the_limit(ages: list[int], limit: int, days: int) -> None:
    counting = sum(age < days for age in ages)
    until = banned_until(days_ago(*ages), StrikeLimit(limit, days, 7), NOW)
    assert (until is not None) == (counting >= limit)


def test_a_cancel_is_late_within_the_rules_hours() -> None:
    starts = NOW + timedelta(hours=24)
    assert [is_late(at, starts, RULE) for at in (NOW, NOW + timedelta(seconds=1))] == [False, True]
