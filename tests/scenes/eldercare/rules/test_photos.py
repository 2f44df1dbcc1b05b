"""When a visit may be photographed, and how often."""

import pytest

from scenes.eldercare.errors import NotVisiting, PhotosFull
from scenes.eldercare.rules.photos import MOST, check_may_add
from scenes.eldercare.states import EDGES

STATES = sorted({state for state, _ in EDGES} | set(EDGES.values()))


@pytest.mark.parametrize("state", STATES)
def test_only_a_visit_is_photographed(state: str) -> None:
    if state in {"arrived", "done"}:
        check_may_add(state, 0)
    else:
        with pytest.raises(NotVisiting):
            check_may_add(state, 0)


def test_six_and_no_more() -> None:
    check_may_add("arrived", MOST - 1)
    with pytest.raises(PhotosFull):
        check_may_add("arrived", MOST)
