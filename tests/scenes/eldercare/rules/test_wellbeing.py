"""When a day counts as missed, and what happens when."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.clock import instant
from scenes.common.kit.dated_rules import DatedRule
from scenes.eldercare.errors_wellbeing import HourInvalid, PauseInvalid
from scenes.eldercare.rules.wellbeing import (
    Plan,
    WellbeingRule,
    check_hour,
    check_pause,
    counts,
    due_step,
    next_step,
    rule_on,
    standing,
    step_at,
    steps_of,
)

DAY = date(2026, 11, 23)
NINE = instant(DAY, time(9))
RULE = WellbeingRule()
HOURS = st.times(min_value=time(5), max_value=time(21)).map(
    lambda each: each.replace(second=0, microsecond=0)
)


def plan(**more: Any) -> Plan:
    facts: dict[str, Any] = {"by_hour": time(9), "since": DAY}
    return Plan(**(facts | more))


PLANS = st.builds(
    Plan, by_hour=HOURS, since=st.just(DAY), tell_kin=st.booleans(), tell_community=st.booleans(),
)  # fmt: skip


def steps_by(the_plan: Plan, instants: list[datetime]) -> list[tuple[int, datetime]]:
    """Look at these instants in order, as the job does, taking every step that is due."""
    taken: list[tuple[int, datetime]] = []
    for now in sorted(instants):
        while (step := due_step(the_plan, DAY, taken[-1][0] if taken else 0, rule=RULE, now=now)) is not None:
            taken.append((step, now))
    return taken


@given(
    PLANS, st.lists(st.integers(0, 24 * 60).map(lambda each: instant(DAY, time()) + timedelta(minutes=each)))
)
def test_each_step_once_in_order_never_early(the_plan: Plan, instants: list[datetime]) -> None:
    taken = steps_by(the_plan, instants)
    steps = [step for step, _ in taken]
    assert steps == steps_of(the_plan)[: len(steps)]
    assert all(at >= step_at(the_plan, DAY, step, rule=RULE) for step, at in taken)


@given(
    PLANS, st.lists(st.integers(0, 24 * 60).map(lambda each: instant(DAY, time()) + timedelta(minutes=each)))
)
def test_however_seldom_it_looks_a_last_look_has_taken_all(the_plan: Plan, instants: list[datetime]) -> None:
    end = instant(DAY, time(23, 59))
    assert [step for step, _ in steps_by(the_plan, [*instants, end])] == steps_of(the_plan)


@given(PLANS, st.integers(-30, 30), st.integers(1, 30))
def test_nothing_is_due_in_a_pause_before_the_start_or_when_switched_off(
    the_plan: Plan, begins: int, length: int
) -> None:
    end = instant(DAY, time(23, 59))
    first = DAY + timedelta(days=begins)
    paused = plan(by_hour=the_plan.by_hour, paused_from=first, paused_until=first + timedelta(days=length))
    expected = not first <= DAY < first + timedelta(days=length)
    assert counts(paused, DAY) is expected
    assert (due_step(paused, DAY, 0, rule=RULE, now=end) is not None) is expected
    assert due_step(plan(active=False), DAY, 0, rule=RULE, now=end) is None
    assert due_step(plan(since=DAY + timedelta(days=1)), DAY, 0, rule=RULE, now=end) is None


@pytest.mark.parametrize(
    ("the_plan", "seen", "now", "expected"),
    [
        (None, False, NINE, "off"),
        (None, True, NINE, "seen"),
        (plan(), False, NINE - timedelta(seconds=1), "waiting"),
        (plan(), False, NINE, "missed"),
        (plan(active=False), False, NINE, "off"),
        (plan(paused_from=DAY, paused_until=DAY + timedelta(days=1)), False, NINE, "paused"),
        (plan(paused_from=DAY - timedelta(days=1), paused_until=DAY), False, NINE, "missed"),
    ],
)
def test_how_a_day_stands(the_plan: Plan | None, *, seen: bool, now: datetime, expected: str) -> None:
    assert standing(the_plan, DAY, seen=seen, now=now) == expected


def test_whom_nobody_is_to_tell_is_left_out() -> None:
    assert steps_of(plan(tell_kin=False)) == [1, 3]
    assert next_step(plan(tell_kin=False, tell_community=False), 1) is None


def test_hours_and_pauses_that_make_no_sense_are_refused() -> None:
    check_hour(time(5))
    check_hour(time(21))
    for hour in (time(4, 59), time(21, 1), time()):
        with pytest.raises(HourInvalid):
            check_hour(hour)
    check_pause(DAY, DAY + timedelta(days=90))
    for ends in (DAY, DAY - timedelta(days=1), DAY + timedelta(days=91)):
        with pytest.raises(PauseInvalid):
            check_pause(DAY, ends)


def test_the_district_sets_the_minutes_from_a_day_on() -> None:
    rows = [DatedRule(None, DAY, None, {"kinAfter": 10})]
    assert rule_on(DAY, rows) == WellbeingRule(kin_after=10)
    assert rule_on(DAY - timedelta(days=1), rows) == RULE
    assert step_at(plan(), DAY, 2, rule=rule_on(DAY, rows)) == datetime(2026, 11, 23, 1, 10, tzinfo=UTC)
