from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.booking.errors import IllegalMove
from scenes.common.booking.states import ACTIVE, EDGES, TAKING, after, releases

STATES = ("held", "confirmed", "checked_in", "fulfilled", "cancelled", "expired", "no_show")
EVENTS = ("confirm", "extend", "check_in", "fulfil", "cancel", "expire", "no_show")
ENDED = {"fulfilled", "cancelled", "expired", "no_show"}

LEGAL = {
    "held": {"confirm": "confirmed", "extend": "held", "cancel": "cancelled", "expire": "expired"},
    "confirmed": {"check_in": "checked_in", "cancel": "cancelled", "no_show": "no_show"},
    "checked_in": {"fulfil": "fulfilled", "cancel": "cancelled"},
}


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)))
def test_each_move_is_an_edge_or_is_refused(state: str, event: str) -> None:
    try:
        reached = after(state, event)
    except IllegalMove:
        reached = None
    assert reached == LEGAL.get(state, {}).get(event)


@given(st.text(), st.text())
def test_unknown_states_and_events_are_refused(state: str, event: str) -> None:
    if (state, event) not in EDGES:
        with pytest.raises(IllegalMove):
            after(state, event)


def test_ended_bookings_never_move_again() -> None:
    assert {state for state, _ in EDGES} & ENDED == set()


def test_each_state_is_reached_from_the_beginning() -> None:
    seen = {"held", "confirmed"}
    for _ in STATES:
        seen |= {reached for (state, _), reached in EDGES.items() if state in seen}
    assert seen == set(STATES)


def test_pending_takes_capacity_and_what_was_used_stays_used() -> None:
    assert set(STATES) - ENDED == ACTIVE
    assert ACTIVE | {"fulfilled", "no_show"} == TAKING


@pytest.mark.parametrize(("before", "event"), sorted(EDGES))
def test_only_cancel_and_expiry_give_units_back(before: str, event: str) -> None:
    assert releases(before, EDGES[before, event]) == (event in {"cancel", "expire"})


@given(st.lists(st.sampled_from(EVENTS), max_size=12), st.sampled_from(["held", "confirmed"]))
def test_along_any_path_units_are_given_back_at_most_once(events: list[str], state: str) -> None:
    given_back = 0
    for event in events:
        reached = EDGES.get((state, event))
        if reached is not None:
            given_back += releases(state, reached)
            state = reached
    assert given_back == (state in {"cancelled", "expired"})
