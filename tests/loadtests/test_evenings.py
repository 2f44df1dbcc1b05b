import pytest

from loadtests.curves import METRO_EVENING, PLUGGING_EVENING
from loadtests.evenings import DRIVERS, RESERVING, Evening, draw


def crowd(visitors: int = 5_000, seed: int = 7) -> list[Evening]:
    return draw(METRO_EVENING, PLUGGING_EVENING, visitors=visitors, seconds=100.0, seed=seed)


def test_equal_seeds_draw_equal_evenings() -> None:
    assert crowd() == crowd()
    assert crowd() != crowd(seed=8)


def test_who_looks_and_who_charges_come_by_their_own_curves() -> None:
    drawn = crowd()
    drivers = [visit.arrives for visit in drawn if visit.drives]
    lookers = [visit.arrives for visit in drawn if not visit.drives]

    assert len(drivers) == round(len(drawn) * DRIVERS)
    assert [visit.arrives for visit in drawn] == sorted(drivers + lookers)
    first_hour = sum(arrives < 20.0 for arrives in drivers) / len(drivers)
    assert first_hour == pytest.approx(82 / 443, abs=0.001)
    first_quarter = sum(arrives < 100 / 12 for arrives in lookers) / len(lookers)
    assert first_quarter == pytest.approx(17.5 / sum(METRO_EVENING.counts), abs=0.001)


def test_residents_are_drawn_as_the_shares_say() -> None:
    drawn = crowd(20_000)

    assert sum(visit.reserves for visit in drawn) / len(drawn) == pytest.approx(RESERVING, rel=0.05)
    assert {len(visit.looks) for visit in drawn} == {1, 2, 3}
    assert {visit.quarters for visit in drawn} == {2, 3, 4}
