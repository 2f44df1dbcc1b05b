import pytest

from loadtests.curves import METRO_MORNING
from loadtests.mornings import CANCELLING, ORDERING, QUOTING, Morning, draw


def crowd(visitors: int = 5_000, seed: int = 7) -> list[Morning]:
    return draw(METRO_MORNING, visitors=visitors, seconds=100.0, seed=seed)


def test_equal_seeds_draw_equal_mornings() -> None:
    assert crowd() == crowd()
    assert crowd() != crowd(seed=8)


def test_the_whole_morning_is_played_in_order_within_its_seconds() -> None:
    arrivals = [visit.arrives for visit in crowd()]

    assert (arrivals, min(arrivals) > 0.0, max(arrivals) < 100.0) == (sorted(arrivals), True, True)
    busiest = sum(55.0 <= arrives < 60.0 for arrives in arrivals) / len(arrivals)
    assert busiest == pytest.approx(37.9 / sum(METRO_MORNING.counts), abs=0.001)


def test_residents_are_drawn_as_the_shares_say() -> None:
    drawn = crowd(20_000)
    seen = {
        "order": sum(visit.orders for visit in drawn) / len(drawn),
        "quote": sum(visit.quotes for visit in drawn) / len(drawn),
        "cancel": sum(visit.cancels for visit in drawn) / len(drawn),
    }

    assert seen == pytest.approx({"order": ORDERING, "quote": QUOTING, "cancel": CANCELLING}, rel=0.06)
    assert {len(visit.kinds) for visit in drawn} == {1, 2, 3, 4}
