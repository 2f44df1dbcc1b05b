from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from scenes.clinic.rules.queue import Ticket, ahead_of, in_turn
from scenes.common.kit.clock import SHANGHAI

EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)


def ticket(number: int | None, *, slot: int = 0, state: str = "checked_in", key: int | None = None) -> Ticket:
    who = UUID(int=key if key is not None else number or 0)
    return Ticket(who, who, who, number, EIGHT + timedelta(minutes=30 * slot), state)


def test_the_booked_time_comes_before_the_number() -> None:
    late, early, first = ticket(1, slot=2), ticket(2, slot=0), ticket(3, slot=0)
    assert in_turn([late, first, early], None) == [early, first, late]


def test_who_is_with_the_doctor_gone_or_not_there_does_not_wait() -> None:
    waiting = ticket(4)
    others = [
        ticket(1),
        ticket(2, state="fulfilled"),
        ticket(None, state="confirmed"),
        ticket(3, state="cancelled"),
    ]
    assert in_turn([*others, waiting], UUID(int=1)) == [waiting]


def test_ahead_counts_those_before_and_is_none_for_who_does_not_wait() -> None:
    waiting = [ticket(1), ticket(2), ticket(5)]
    assert [ahead_of(waiting, UUID(int=n)) for n in (1, 5, 9)] == [0, 2, None]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 99)), unique_by=lambda pair: pair[1]))
def test_everybody_waits_once_and_nobody_is_passed_by_the_same_slot(pairs: list[tuple[int, int]]) -> None:
    tickets = [ticket(number, slot=slot) for slot, number in pairs]
    assert [(t.starts_at, t.number) for t in in_turn(tickets, None)] == sorted(
        (t.starts_at, t.number) for t in tickets
    )
