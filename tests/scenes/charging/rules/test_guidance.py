from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.rules.forecast import Forecast
from scenes.charging.rules.guidance import (
    Candidate,
    Ranked,
    alternative_for,
    band_kind,
    fen_of,
    rank,
    reason_of,
    standing_of,
    waiting_minutes,
)
from scenes.charging.rules.rule import GuidanceWeights
from scenes.charging.rules.status import Counts
from scenes.charging.rules.tariff import Band

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WEIGHTS = GuidanceWeights()


def a_candidate(number: int = 1, **differently: Any) -> Candidate:
    facts: dict[str, Any] = {
        "station_id": UUID(int=number), "walk_minutes": 6, "counts": Counts(free=3, occupied=1, as_of=NOW),
        "forecast": Forecast(1.0, 3.0, 2, 4), "wait_minutes": 15.0, "price_fen": 80,
    }  # fmt: skip
    return Candidate(**(facts | differently))


def full(number: int = 1, **differently: Any) -> Candidate:
    facts = {"counts": Counts(occupied=4), "forecast": Forecast(0.2, 0.2, 0, 1)} | differently
    return a_candidate(number, **facts)


def first(*candidates: Candidate) -> Ranked:
    return rank(candidates, WEIGHTS)[0]


def ids(*candidates: Candidate) -> list[int]:
    return [ranked.candidate.station_id.int for ranked in rank(candidates, WEIGHTS)]


def test_nearer_emptier_and_cheaper_come_first() -> None:
    assert ids(a_candidate(1, walk_minutes=9), a_candidate(2)) == [2, 1]
    assert ids(full(1), a_candidate(2)) == [2, 1]
    assert ids(a_candidate(1, price_fen=120), a_candidate(2)) == [2, 1]


def test_a_short_walk_does_not_make_up_for_a_long_wait_but_a_cheap_price_for_a_short_walk() -> None:
    assert ids(full(1, walk_minutes=1), a_candidate(2, walk_minutes=10)) == [2, 1]
    assert ids(a_candidate(1, walk_minutes=2, price_fen=150), a_candidate(2, walk_minutes=10)) == [2, 1]


def test_what_is_not_known_comes_after_what_is_and_what_is_broken_last() -> None:
    unknown = a_candidate(1, counts=Counts(unknown=4), walk_minutes=1)
    broken = a_candidate(2, counts=Counts(fault=4), walk_minutes=1)
    closed = a_candidate(3, open_now=False, walk_minutes=1)
    assert ids(broken, closed, unknown, full(4, walk_minutes=30))[:2] == [4, 1]
    assert [standing_of(c) for c in (unknown, broken, closed)] == ["unknown", "unusable", "unusable"]


def test_no_price_counts_as_the_dearest() -> None:
    priced = a_candidate(2, price_fen=80), a_candidate(3, price_fen=200)
    assert ids(a_candidate(1, price_fen=None), *priced) == [2, 1, 3]


CANDIDATES = st.builds(
    Candidate,
    station_id=st.integers(1, 10**6).map(lambda n: UUID(int=n)),
    walk_minutes=st.none() | st.integers(0, 60),
    counts=st.builds(Counts, free=st.integers(0, 4), occupied=st.integers(0, 4), unknown=st.integers(0, 2)),
    forecast=st.floats(0, 1).map(lambda p: Forecast(p, p, 0, 1)),
    wait_minutes=st.none() | st.floats(0, 120),
    price_fen=st.none() | st.integers(0, 300),
    open_now=st.booleans(),
)


@given(st.lists(CANDIDATES, max_size=12), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_asking(several: list[Candidate], chance: Any) -> None:
    shuffled = list(several)
    chance.shuffle(shuffled)
    key = [(r.standing, r.score, r.candidate.station_id) for r in rank(several, WEIGHTS)]
    assert key == [(r.standing, r.score, r.candidate.station_id) for r in rank(shuffled, WEIGHTS)]


@given(CANDIDATES, st.integers(0, 59))
def test_a_longer_way_never_ranks_better(candidate: Candidate, walk: int) -> None:
    near, far = (
        rank([Candidate(**{**_facts(candidate), "walk_minutes": m})], WEIGHTS)[0].score
        for m in (walk, walk + 1)
    )
    assert near < far


def _facts(candidate: Candidate) -> dict[str, Any]:
    return {name: getattr(candidate, name) for name in candidate.__struct_fields__}


def test_waiting_is_the_chance_of_none_times_the_wait() -> None:
    assert waiting_minutes(full(forecast=Forecast(0.2, 0.2, 0, 1))) == pytest.approx(12.0)
    assert waiting_minutes(full(wait_minutes=None)) == 24 * 60


def test_the_alternative_of_a_full_station_is_the_best_with_one_free() -> None:
    ranked = rank(
        [full(1, walk_minutes=1, wait_minutes=2.0), a_candidate(2, walk_minutes=20), a_candidate(3)], WEIGHTS
    )
    by_id = {r.candidate.station_id.int: r for r in ranked}
    found = alternative_for(by_id[1], ranked)
    assert (found is by_id[3], alternative_for(by_id[2], ranked)) == (True, None)
    assert alternative_for(by_id[1], [by_id[1]]) is None


def test_the_reason_is_said_in_one_breath() -> None:
    reason = reason_of(first(a_candidate()), "valley")
    assert (reason.display, reason.speak) == (
        "走路6分钟,现在空3个,谷电每度0.8元",
        "走路六分钟,现在空三个,谷电每度八角",
    )


@pytest.mark.parametrize(
    ("candidate", "arrive_in", "said"),
    [
        (full(), None, "走路6分钟,现在满了,大约等15分钟,谷电每度0.8元"),
        (full(), 30, "走路6分钟,现在满了,到时大约空0个,谷电每度0.8元"),
        (a_candidate(), 30, "走路6分钟,现在空3个,到时大约空3个,谷电每度0.8元"),
        (a_candidate(walk_minutes=None, price_fen=None), None, "现在空3个"),
        (a_candidate(counts=Counts(unknown=2)), None, "走路6分钟,有没有空还不知道,谷电每度0.8元"),
        (a_candidate(counts=Counts(fault=2)), None, "走路6分钟,桩都坏了,先别去,谷电每度0.8元"),
        (a_candidate(open_now=False), None, "走路6分钟,现在没开门,谷电每度0.8元"),
    ],
)
def test_each_standing_has_its_words(candidate: Candidate, arrive_in: int | None, said: str) -> None:
    assert reason_of(first(candidate), "valley", arrive_in=arrive_in).display == said


def test_bands_are_named_by_their_price() -> None:
    bands = [
        Band(start=time(hour), end=time(0), elec_price=Decimal(price), service_price=Decimal("0.4"))
        for hour, price in ((0, "0.3"), (6, "0.7"), (18, "1.1"))
    ]
    assert [band_kind(band, bands) for band in bands] == ["valley", "flat", "peak"]
    assert [band_kind(band, bands[:1]) for band in bands[:1]] == ["single"]
    assert [fen_of(Decimal(price)) for price in ("0.7950", "0.7949", "1.19")] == [80, 79, 119]
