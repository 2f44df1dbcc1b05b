from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.errors import NothingToQueueFor, QueueNotNeeded, SnoozeRefused
from scenes.charging.rules.queue import check_joinable, check_snooze, ending_of, in_turn
from scenes.charging.rules.rule import ChargingRule
from tests.support.clock import MONDAY_NINE as NOW

RULE = ChargingRule()


class Entry(msgspec.Struct):
    id: UUID
    joined_at: datetime
    state: str = "waiting"
    snoozed_until: datetime | None = None


def an_entry(number: int, minutes: int = 0, **facts: object) -> Entry:
    return Entry(UUID(int=number), NOW - timedelta(minutes=minutes), **facts)  # pyright: ignore[reportArgumentType]


def test_who_came_first_is_next_and_who_snoozes_lets_others_go() -> None:
    first, second = an_entry(1, 9), an_entry(2, 5)
    sleeping = an_entry(3, 20, snoozed_until=NOW + timedelta(minutes=1))
    woken = an_entry(4, 30, snoozed_until=NOW)
    offered = an_entry(5, 40, state="offered")
    assert in_turn([second, sleeping, offered, first, woken], NOW) == [woken, first, second]


ENTRIES = st.builds(
    an_entry,
    st.integers(1, 50),
    st.integers(0, 5),
    state=st.sampled_from(["waiting", "offered", "left"]),
    snoozed_until=st.none() | st.integers(-5, 5).map(lambda m: NOW + timedelta(minutes=m)),
)


@given(st.lists(ENTRIES, unique_by=lambda e: e.id), st.randoms())
def test_the_turn_is_the_same_however_the_rows_came(entries: list[Entry], chance: object) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)  # pyright: ignore[reportAttributeAccessIssue]
    turn = in_turn(shuffled, NOW)
    assert turn == in_turn(entries, NOW)
    assert all(e.state == "waiting" and (e.snoozed_until is None or e.snoozed_until <= NOW) for e in turn)


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_one_joins_only_where_more_wait_than_is_free(reservable: int, free: int, waiting: int) -> None:
    try:
        check_joinable(reservable=reservable, free=free, waiting=waiting)
    except NothingToQueueFor:
        assert reservable == 0
    except QueueNotNeeded:
        assert free > waiting
    else:
        assert reservable
        assert free <= waiting


@pytest.mark.parametrize(
    ("state", "snoozes", "minutes"),
    [("left", 0, 5), ("taken", 0, 5), ("waiting", 2, 5), ("waiting", 0, 16), ("waiting", 0, 0)],
)  # fmt: skip
def test_a_snooze_has_its_limits(state: str, snoozes: int, minutes: int) -> None:
    with pytest.raises(SnoozeRefused):
        check_snooze(state, snoozes, minutes, rule=RULE)


def test_waiting_and_offered_may_snooze() -> None:
    for state in ("waiting", "offered"):
        check_snooze(state, 1, 15, rule=RULE)


def test_an_offer_ends_as_its_booking_does() -> None:
    later = NOW + timedelta(minutes=1)
    ends = {
        "held": None,
        "confirmed": "taken",
        "checked_in": "taken",
        "cancelled": "left",
        "expired": "lapsed",
    }
    assert {state: ending_of(state, later, NOW) for state in ends} == ends
    assert ending_of("held", NOW, NOW) == "lapsed"
