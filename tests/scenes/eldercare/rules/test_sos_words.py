"""An alarm says where it stands; a drill says that it is one, and never sends anybody to 120."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.eldercare.rules.sos import Alarm, State
from scenes.eldercare.rules.sos_words import words_of
from tests.support.clock import MONDAY_NINE

STATES: tuple[State, ...] = ("pending", "calling", "answered", "attended", "closed", "cancelled")


def an_alarm(state: State, rung: int) -> Alarm:
    return Alarm(state=state, round=1, rung=rung, due_at=None, called_at=MONDAY_NINE)


@pytest.mark.parametrize(
    ("state", "rung", "real", "drill"),
    [
        ("pending", 0, "马上就要叫人了。", "这是演练。马上就要叫人了。"),
        ("calling", 0, "马上就要叫人了。", "这是演练。马上就要叫人了。"),
        ("calling", 1, "正在叫服务台。", "这是演练。正在叫服务台。"),
        ("calling", 2, "正在叫您的家人。", "这是演练。正在叫您的家人。"),
        ("calling", 5, "请您现在打120。", "这是演练。真有急事才打120。"),
        ("answered", 5, "有人来处理了。", "这是演练。有人来处理了。"),
        ("closed", 2, "这次呼救结束了。", "这是演练。这次呼救结束了。"),
    ],
)
def test_the_words_of_an_alarm_and_of_a_drill(state: State, rung: int, real: str, drill: str) -> None:
    alarm = an_alarm(state, rung)
    assert [words_of(alarm, drill=False), words_of(alarm, drill=True)] == [real, drill]


@given(st.sampled_from(STATES), st.integers(0, 5))
def test_a_drill_always_says_so_and_never_to_call_now(state: State, rung: int) -> None:
    words = words_of(an_alarm(state, rung), drill=True)
    assert (words.startswith("这是演练。"), "现在打120" in words) == (True, False)
