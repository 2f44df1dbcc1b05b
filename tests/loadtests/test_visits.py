from dataclasses import replace

import pytest

from loadtests.curves import PKU_STOMATOLOGY, Waiting
from loadtests.temper import LOSING_NETWORK
from loadtests.visits import CANCELLING, draw

MINUTE = PKU_STOMATOLOGY.scaled(2_000)


def test_equal_seeds_draw_equal_crowds() -> None:
    crowd = draw(MINUTE, Waiting(), sessions=2, seed=7)

    assert crowd == draw(MINUTE, Waiting(), sessions=2, seed=7)
    assert crowd != draw(MINUTE, Waiting(), sessions=2, seed=8)


def test_everybody_arrives_before_they_claim_and_within_the_waiting_time() -> None:
    crowd = draw(MINUTE, Waiting(longest_seconds=10.0), sessions=2, seed=7)

    assert len(crowd) == MINUTE.visits
    assert all(-10.0 <= visit.arrives <= visit.claims for visit in crowd)
    assert crowd == sorted(crowd, key=lambda visit: visit.arrives)


def test_who_claims_at_once_had_been_waiting() -> None:
    eager = [visit for visit in draw(MINUTE, Waiting(), sessions=2, seed=7) if visit.claims < 3.0]

    assert len(eager) == pytest.approx(MINUTE.come_by(3.0) * MINUTE.visits, abs=1)
    assert all(visit.arrives <= 0.0 for visit in eager)


def test_the_claims_of_a_crowd_have_the_minute_s_shape_whatever_the_seed() -> None:
    one, other = (
        sorted(visit.claims for visit in draw(MINUTE, Waiting(), sessions=2, seed=seed)) for seed in (1, 2)
    )

    assert one == other


def test_people_are_drawn_as_the_shares_say() -> None:
    crowd = draw(replace(MINUTE, visits=20_000), Waiting(), sessions=3, seed=7)

    seen = {
        "cancel": sum(visit.cancels for visit in crowd) / len(crowd),
        "lose the network": sum(visit.network_lost_after is not None for visit in crowd) / len(crowd),
        "patience": sorted(visit.patience for visit in crowd)[len(crowd) // 2],
    }
    assert seen == pytest.approx(
        {"cancel": CANCELLING, "lose the network": LOSING_NETWORK, "patience": 15.0}, rel=0.06
    )
    assert {visit.session for visit in crowd} == {0, 1, 2}
