import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.payments import states
from scenes.common.payments.errors import IllegalPaymentMove

EVENTS = st.lists(st.sampled_from(sorted(states.TARGETS)), max_size=12)
REFUND_EVENTS = st.lists(st.sampled_from(sorted(states.REFUND_TARGETS)), max_size=12)


def walk(events: list[str], *, told: bool = False) -> list[str]:
    step = states.told_after if told else states.payment_after
    seen = [states.CREATED]
    for event in events:
        try:
            seen.append(step(seen[-1], event))
        except IllegalPaymentMove:
            seen.append(seen[-1])
    return seen


@pytest.mark.parametrize(("edge", "target"), sorted(states.EDGES.items()))
def test_every_edge_leads_where_its_event_says(edge: tuple[str, str], target: str) -> None:
    assert (states.payment_after(*edge), states.TARGETS[edge[1]]) == (target, target)


@pytest.mark.parametrize("state", sorted(states.STATES))
@pytest.mark.parametrize("event", sorted(states.TARGETS))
def test_whatever_is_no_edge_and_no_repeat_is_refused(state: str, event: str) -> None:
    repeat = states.TARGETS[event] == state or (event == states.SUBMIT and state != states.CREATED)
    if (state, event) in states.EDGES or repeat:
        expected = states.EDGES.get((state, event), state)
        assert states.payment_after(state, event) == expected
    else:
        with pytest.raises(IllegalPaymentMove):
            states.payment_after(state, event)


@given(EVENTS, st.booleans())
def test_the_first_end_is_the_last(events: list[str], told: bool) -> None:  # noqa: FBT001 - drawn
    seen = walk(events, told=told)
    ends = [state for state in seen if state in states.FINISHED]
    assert set(ends) <= {ends[0]} if ends else True


@given(EVENTS, st.data())
def test_repeating_any_event_changes_nothing(events: list[str], data: st.DataObject) -> None:
    repeated = [event for event in events for _ in range(data.draw(st.integers(1, 3)))]
    assert walk(repeated, told=True)[-1] == walk(events, told=True)[-1]


@given(st.permutations([states.SUBMIT, states.SUCCEED, states.SUCCEED]))
def test_success_arrives_in_whatever_order_the_news_comes(events: list[str]) -> None:
    assert walk(events, told=True)[-1] == states.SUCCESS


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(IllegalPaymentMove):
        states.payment_after(states.CREATED, "refund")


@pytest.mark.parametrize(("edge", "target"), sorted(states.REFUND_EDGES.items()))
def test_every_refund_edge_leads_where_its_event_says(edge: tuple[str, str], target: str) -> None:
    assert states.refund_after(*edge) == target


@given(REFUND_EVENTS)
def test_refunded_money_is_never_asked_for_again(events: list[str]) -> None:
    state, asked = states.NONE, 0
    for event in events:
        try:
            after = states.refund_after(state, event)
        except IllegalPaymentMove:
            continue
        asked += state == states.NONE and after == states.REQUESTED
        assert not (state == states.REFUNDED and after != states.REFUNDED)
        state = after
    assert asked <= 1
