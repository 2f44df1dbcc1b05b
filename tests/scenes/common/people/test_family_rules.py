"""The pure rules of family: scopes, spans, cooling-off, odd payments, dated values, the state graph."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.clock import SHANGHAI
from scenes.common.kit.refusals import Invalid
from scenes.common.people.errors import CoolingOff, DelegateLimitReached, DelegationMoved
from scenes.common.people.rules.family import (
    SCOPES,
    Dated,
    FamilyRule,
    check_cooling,
    check_one_more,
    check_until,
    checked_scopes,
    cooling_until,
    oddities,
    rule_on,
    state_now,
)
from scenes.common.people.states import EDGES, after

RULE = FamilyRule()
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
STATES = ["requested", "active", "declined", "revoked", "expired"]
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside


@given(st.lists(st.sampled_from(SCOPES), min_size=1))
def test_scopes_come_in_order_and_once(scopes: list[str]) -> None:
    assert checked_scopes(scopes) == [scope for scope in SCOPES if scope in scopes]


@pytest.mark.parametrize("scopes", [[], ["present"], ["book", "everything"]])
def test_what_cannot_be_granted_is_refused(scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        checked_scopes(scopes)


@given(at=INSTANTS, ahead=st.timedeltas(timedelta(days=-400), timedelta(days=800)))
def test_an_end_is_ahead_and_within_what_the_district_lets_be(at: datetime, ahead: timedelta) -> None:
    try:
        check_until(at + ahead, at, RULE)
    except Invalid:
        assert not timedelta(0) < ahead <= timedelta(days=RULE.most_days)
    else:
        assert timedelta(0) < ahead <= timedelta(days=RULE.most_days)


@given(fen=st.integers(1, 100_000), age=st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_new_delegation_pays_small_amounts_only(fen: int, age: timedelta) -> None:
    cooling = cooling_until(NOON, RULE)
    allowed = fen <= RULE.cooling_most_fen or age >= timedelta(hours=RULE.cooling_hours)
    if allowed:
        check_cooling(fen, cooling, now=NOON + age, rule=RULE)
        return
    with pytest.raises(CoolingOff, match="每笔最多付50 元"):
        check_cooling(fen, cooling, now=NOON + age, rule=RULE)


@pytest.mark.parametrize(
    ("fen", "hour", "days", "expected"),
    [
        (19_999, 12, 30, []),
        (20_000, 12, 30, ["large"]),
        (100, 12, 1, ["new"]),
        (100, 22, 30, ["night"]),
        (100, 5, 30, ["night"]),
        (100, 6, 30, []),
        (100, 21, 3, []),
        (30_000, 23, 0, ["large", "new", "night"]),
    ],
)
def test_what_is_odd_about_a_payment(fen: int, hour: int, days: int, expected: list[str]) -> None:
    now = NOON.replace(hour=hour)
    assert oddities(fen, now - timedelta(days=days), now=now.astimezone(UTC), rule=RULE) == expected


def test_the_latest_row_in_force_counts() -> None:
    rows = [
        Dated(date(2026, 1, 1), None, {"coolingHours": 48}),
        Dated(date(2026, 11, 1), date(2026, 12, 1), {"coolingHours": 72, "codeMinutes": 3}),
    ]
    days = [date(2025, 12, 31), date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 1)]
    found = [(rule.cooling_hours, rule.code_minutes) for rule in (rule_on(day, rows) for day in days)]
    assert found == [(24, 5), (48, 5), (72, 3), (48, 5)]


def test_there_is_a_most() -> None:
    check_one_more(RULE.most_delegates - 1, RULE)
    with pytest.raises(DelegateLimitReached):
        check_one_more(RULE.most_delegates, RULE)


@given(state=st.sampled_from(STATES), event=st.sampled_from(["approve", "decline", "revoke"]))
def test_only_the_edges_of_the_graph_are_gone(state: str, event: str) -> None:
    try:
        following = after(state, event)  # pyright: ignore[reportArgumentType] - drawn from both
    except DelegationMoved:
        assert (state, event) not in EDGES
    else:
        assert EDGES[state, event] == following
        assert state in {"requested", "active"}


@given(state=st.sampled_from(STATES), at=INSTANTS, ahead=st.timedeltas(timedelta(-1), timedelta(1)))
def test_the_clock_ends_what_runs_and_nothing_else(state: str, at: datetime, ahead: timedelta) -> None:
    runs = state in {"requested", "active"}
    expected = "expired" if runs and ahead <= timedelta(0) else state
    assert state_now(state, at + ahead, at) == expected
