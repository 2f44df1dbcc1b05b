import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.charging.rules.forecast import (
    NOTHING_KNOWN,
    PRIOR_BUSY,
    PRIOR_TURNOVER,
    QUARTER,
    QUARTERS,
    Profile,
    chances,
    expected_wait,
    forecast,
    kind_of_day,
    quarter_of,
    summary,
)
from scenes.charging.rules.learning import Change, learn
from scenes.common.kit.clock import local_day
from tests.support.clock import MONDAY_NINE as NOW

SHARES = st.floats(0, 1)
PROFILES = st.builds(
    lambda busy, turnover, weight: {"workday": Profile(tuple(busy), tuple(turnover), (weight,) * QUARTERS)},
    st.lists(SHARES, min_size=QUARTERS, max_size=QUARTERS),
    st.lists(SHARES, min_size=QUARTERS, max_size=QUARTERS),
    st.floats(0, 60),
)
MINUTES = st.integers(0, 600)


def steady(busy: float = 0.5, turnover: float = 0.25, weight: float = 1e6) -> dict[str, Profile]:
    profile = Profile((busy,) * QUARTERS, (turnover,) * QUARTERS, (weight,) * QUARTERS)
    return {"workday": profile, "restday": profile}


def in_minutes(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def test_now_is_what_one_sees() -> None:
    seen = forecast({}, NOW, NOW, free=2, occupied=3)
    assert (seen.p, seen.expected, seen.low, seen.high) == (1.0, 2.0, 2, 2)
    assert forecast({}, NOW, NOW, free=0, occupied=3).p == 0
    assert forecast({}, NOW, NOW - in_minutes(5), free=1, occupied=0).p == 1


def test_hours_ahead_is_the_usual_share_whatever_it_is_now() -> None:
    late = NOW + in_minutes(600)
    for free in (0, 4):
        seen = forecast(steady(), NOW, late, free=free, occupied=4 - free)
        assert seen.expected == pytest.approx(2.0, abs=0.01)
    assert chances({}, NOW, late)[0] == pytest.approx(1 - PRIOR_BUSY, abs=0.01)


def test_half_way_is_in_between_and_gets_there_steadily() -> None:
    steps = [chances(steady(), NOW, NOW + in_minutes(m)) for m in range(0, 300, 5)]
    assert all(later[0] <= sooner[0] and later[1] >= sooner[1] for sooner, later in pairwise(steps))
    assert chances(steady(), NOW, NOW + in_minutes(15)) == pytest.approx((0.75, 0.25), abs=1e-4)


@given(PROFILES, MINUTES)
def test_chances_are_chances(profiles: dict[str, Profile], minutes: int) -> None:
    from_free, from_busy = chances(profiles, NOW, NOW + in_minutes(minutes))
    assert -1e-9 <= from_busy <= 1 + 1e-9
    assert -1e-9 <= from_free <= 1 + 1e-9


@given(PROFILES, MINUTES, st.integers(0, 8), st.integers(0, 8), st.integers(0, 9))
def test_the_range_holds_the_expectation_roughly_and_never_more_than_there_are(
    profiles: dict[str, Profile], minutes: int, free: int, occupied: int, held: int
) -> None:
    seen = forecast(profiles, NOW, NOW + in_minutes(minutes), free=free, occupied=occupied, held=held)
    most = max(0, free - held) + occupied
    assert 0 <= seen.low <= seen.high <= most
    assert 0 <= seen.p <= 1
    assert seen.low - 1 <= seen.expected <= seen.high + 1
    assert (seen.p > 0) or seen.high == 0


@given(st.lists(SHARES, max_size=8))
def test_the_summary_is_the_exact_distribution(shares: list[float]) -> None:
    seen = summary(shares)
    none = 1.0
    for share in shares:
        none *= 1 - share
    assert seen.p == pytest.approx(1 - none, abs=1e-4)


def test_a_reserved_connector_is_nobody_elses() -> None:
    assert forecast({}, NOW, NOW, free=2, occupied=0, held=2).p == 0
    assert forecast({}, NOW, NOW, free=2, occupied=0, held=5).high == 0


def test_waiting_is_shorter_where_there_are_more_and_longer_behind_others() -> None:
    alone = expected_wait(steady(), NOW, working=1, ahead=0)
    assert alone == pytest.approx(60, rel=1e-3)
    assert expected_wait(steady(), NOW, working=4, ahead=0) == pytest.approx(15, rel=1e-3)
    assert expected_wait(steady(), NOW, working=4, ahead=3) == pytest.approx(60, rel=1e-3)
    assert expected_wait(steady(), NOW, working=0, ahead=0) is None


def test_days_are_workdays_or_restdays() -> None:
    monday = local_day(NOW)
    assert [kind_of_day(monday + timedelta(days=n)) for n in (0, 4, 5, 6)] == [
        "workday", "workday", "restday", "restday",
    ]  # fmt: skip


def test_learning_counts_quarters_of_the_clock() -> None:
    start = NOW - in_minutes(1)
    story = [
        Change("a", 1, start),
        Change("a", 3, NOW + in_minutes(20)),
        Change("a", 1, NOW + in_minutes(50)),
    ]
    profile = learn(story, since=start, until=NOW + in_minutes(89))["workday"]
    nine = 9 * 4
    assert profile.busy[nine : nine + 6] == (0.0, 0.0, 1.0, 1.0, 0.0, 0.0)
    assert profile.weight[nine : nine + 6] == (1.0, 1.0, 1.0, 1.0, 1.0, 0.0)
    assert NOTHING_KNOWN.at(nine)[0] == PRIOR_BUSY


def test_broken_and_offline_teach_nothing() -> None:
    story = [Change("a", status, NOW + n * QUARTER) for n, status in enumerate((255, 0, 3, 255))]
    profile = learn(story, since=NOW, until=NOW + 5 * QUARTER)["workday"]
    assert profile.weight[36:41] == (0.0, 0.0, 1.0, 0.0, 0.0)
    assert learn([], since=NOW, until=NOW + QUARTER) == {}


def by_the_definition(changes: list[Change], since: datetime, until: datetime) -> dict[str, Profile]:
    """Learn as the words say it: every connector looked up anew at every quarter of the clock."""

    def in_use(connector: object, at: datetime) -> bool | None:
        told = [c.status for c in changes if c.connector == connector and c.at <= at]
        return {1: False, 2: True, 3: True, 4: True}.get(told[-1]) if told else None

    begun = {connector: min(c.at for c in changes if c.connector == connector) for connector, *_ in changes}
    looks: list[tuple[str, int, date, bool, bool | None]] = []
    at = datetime.fromtimestamp(-(-since.timestamp() // 900) * 900, UTC)
    while at + QUARTER <= until:
        for connector, first in begun.items():
            busy = in_use(connector, at)
            if first <= at and busy is not None:
                day = local_day(at)
                later = in_use(connector, at + QUARTER)
                looks.append((kind_of_day(day), quarter_of(at), day, busy, later))
        at += QUARTER
    profiles: dict[str, Profile] = {}
    for kind in {look[0] for look in looks}:
        mine = [look[1:] for look in looks if look[0] == kind]
        gone = [(quarter, not later) for quarter, _, busy, later in mine if busy and later is not None]
        usual = sum(left for _, left in gone) / len(gone) if gone else PRIOR_TURNOVER
        busy_by = [[busy for quarter, _, busy, _ in mine if quarter == n] for n in range(QUARTERS)]
        near = [
            [left for quarter, left in gone if (quarter - n + 4) % QUARTERS <= 8] for n in range(QUARTERS)
        ]
        profiles[kind] = Profile(
            tuple(sum(seen) / len(seen) if seen else 0.0 for seen in busy_by),
            tuple((sum(left) + usual * 20) / (len(left) + 20) for left in near),
            tuple(float(len({day for quarter, day, *_ in mine if quarter == n})) for n in range(QUARTERS)),
        )
    return profiles


@given(
    told=st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from((0, 1, 2, 3, 4, 255)), st.integers(-90, 5000)),
        max_size=12,
    ),
    since=st.integers(-30, 3000),
    lasting=st.integers(-20, 2000),
)
@settings(max_examples=60, deadline=None)
def test_learning_is_its_definition(told: list[tuple[str, int, int]], since: int, lasting: int) -> None:
    friday = NOW + timedelta(days=4)
    changes = sorted((Change(c, status, friday + in_minutes(m)) for c, status, m in told), key=lambda c: c.at)
    begin = friday + in_minutes(since)
    until = begin + in_minutes(lasting)
    assert learn(changes, since=begin, until=until) == by_the_definition(changes, begin, until)


def test_a_known_process_is_learnt_back() -> None:
    """Connectors that are taken and left by fixed chances a quarter give those chances back."""
    chance = random.Random(7)  # noqa: S311 - a test repeats itself
    take, leave = 0.1, 0.2
    story: list[Change] = []
    days = 40
    start = NOW - timedelta(days=days)
    for connector in range(12):
        busy = False
        story.append(Change(connector, 1, start))
        for quarter in range(days * QUARTERS):
            if chance.random() < (leave if busy else take):
                busy = not busy
                story.append(Change(connector, 3 if busy else 1, start + quarter * QUARTER))
    profile = learn(story, since=start, until=NOW)["workday"]
    assert sum(profile.busy) / QUARTERS == pytest.approx(take / (take + leave), abs=0.02)
    assert sum(profile.turnover) / QUARTERS == pytest.approx(leave, abs=0.02)
    seen = forecast({"workday": profile}, NOW, NOW + in_minutes(15), free=1, occupied=0)
    assert seen.p == pytest.approx(1 - take, abs=0.05)
