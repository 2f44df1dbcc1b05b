from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.errors import IllegalChargeMove
from scenes.charging.states import EDGES, LIVE, OVER, OVERTAKEN, SessionEvent, SessionState, after

STATES, EVENTS = get_args(SessionState), get_args(SessionEvent)
RANK = {"requested": 0, "charging": 1, "stopping": 2, "ended": 3, "failed": 3}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_every_pair_is_an_edge_or_overtaken_or_refused(state: str, event: str) -> None:
    if (state, event) in EDGES:
        assert after(state, event) == EDGES[state, event]
    elif (state, event) in OVERTAKEN:
        assert after(state, event) == state
    else:
        with pytest.raises(IllegalChargeMove):
            after(state, event)


def test_a_state_is_live_or_over() -> None:
    assert (set(STATES), frozenset()) == (LIVE | OVER, LIVE & OVER)
    assert not {state for state, _ in EDGES} & OVER


@given(st.lists(st.sampled_from(EVENTS), max_size=20))
def test_no_order_of_messages_leads_back(events: list[str]) -> None:
    state = "requested"
    for event in events:
        try:
            now = after(state, event)
        except IllegalChargeMove:
            continue
        assert RANK[now] > RANK[state] or now == state
        state = now


def test_a_session_that_failed_never_charges() -> None:
    for event in ("begin", "end"):
        with pytest.raises(IllegalChargeMove):
            after("failed", event)
