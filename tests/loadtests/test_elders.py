import pytest

from loadtests.curves import ELDER_MORNING
from loadtests.elders import DELEGATES, FLOWS, LISTENING, MOST_STEPS, SAYING, Elder, draw


def crowd(visitors: int = 5_000, seed: int = 7) -> list[Elder]:
    return draw(ELDER_MORNING, visitors=visitors, seconds=120.0, seed=seed)


def test_equal_seeds_draw_equal_mornings() -> None:
    assert crowd() == crowd()
    assert crowd() != crowd(seed=8)


def test_most_come_when_the_numbers_open() -> None:
    first_quarter = sum(visit.arrives < 120 / 4 for visit in crowd())

    assert first_quarter / 5_000 == pytest.approx(0.40, abs=0.001)


def test_elders_are_drawn_as_the_shares_say() -> None:
    drawn = crowd(20_000)

    assert sum(visit.delegate for visit in drawn) / 20_000 == pytest.approx(DELEGATES, rel=0.05)
    assert sum(bool(visit.sentence) for visit in drawn) / 20_000 == pytest.approx(SAYING, rel=0.05)
    heard = sum(sum(visit.listens) for visit in drawn) / (20_000 * MOST_STEPS)
    assert heard == pytest.approx(LISTENING, rel=0.05)
    clinic = sum(visit.flow == "clinic" for visit in drawn) / 20_000
    assert clinic == pytest.approx(FLOWS["clinic"] / 100, rel=0.05)
    assert {visit.flow for visit in drawn} == set(FLOWS)
