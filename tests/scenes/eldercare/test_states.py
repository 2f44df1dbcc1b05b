import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.eldercare.errors import RequestMoveIllegal
from scenes.eldercare.states import EDGES, OPEN, WITH_CARER, after

STATES = {state for state, _ in EDGES} | set(EDGES.values())
EVENTS = {event for _, event in EDGES}


@given(st.sampled_from(sorted(STATES)), st.sampled_from(sorted(EVENTS)))
def test_only_the_edges_are_moves(state: str, event: str) -> None:
    if (state, event) in EDGES:
        assert after(state, event) == EDGES[state, event]
    else:
        with pytest.raises(RequestMoveIllegal):
            after(state, event)


def test_the_ends_and_the_open_states() -> None:
    ends = STATES - {state for state, _ in EDGES}
    assert ends == {"rated", "cancelled", "declined"}
    assert {"assigned", "accepted", "arrived"} == OPEN & WITH_CARER


def test_nobody_is_rated_before_a_carer_was_there() -> None:
    before = {state for (state, _), then in EDGES.items() if then == "arrived"}
    assert before == {"accepted"}
    assert {state for (state, _), then in EDGES.items() if then == "done"} == {"arrived"}
