import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.notices.errors import IllegalNoticeMove
from scenes.common.notices.states import EDGES, OVERTAKEN, STATES, TARGETS, WAITING, state_after

EVENTS = sorted(TARGETS)


@pytest.mark.parametrize("state", sorted(STATES))
@pytest.mark.parametrize("event", EVENTS)
def test_every_move_is_an_edge_a_repeat_an_overtaken_note_or_refused(state: str, event: str) -> None:
    if (state, event) in EDGES:
        assert state_after(state, event) == TARGETS[event]
    elif TARGETS[event] == state or (state, event) in OVERTAKEN:
        assert state_after(state, event) == state
    else:
        with pytest.raises(IllegalNoticeMove):
            state_after(state, event)


@given(st.lists(st.sampled_from(EVENTS), max_size=12))
def test_what_was_delivered_stays_delivered(events: list[str]) -> None:
    state, confirmed = WAITING, False
    for event in events:
        try:
            state = state_after(state, event)
        except IllegalNoticeMove:
            continue
        confirmed = confirmed or event == "confirm"
        assert (state == "delivered") == confirmed
