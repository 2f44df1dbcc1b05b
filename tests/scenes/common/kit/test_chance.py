"""Pooled randomness has as many bits as asked for, and gives no byte twice."""

from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.chance import PooledRandom


@given(st.integers(1, 100_000))
def test_it_has_no_more_bits_than_asked_for(bits: int) -> None:
    assert PooledRandom().getrandbits(bits).bit_length() <= bits


def test_every_digit_comes_about_as_often() -> None:
    chance = PooledRandom()
    counts = [0] * 10
    for _ in range(20_000):
        counts[chance.randrange(10)] += 1
    assert all(1700 < count < 2300 for count in counts)  # 2000 ± 7 standard deviations


def test_no_number_comes_twice() -> None:
    chance = PooledRandom()
    drawn = [chance.getrandbits(64) for _ in range(10_000)]
    assert len(set(drawn)) == len(drawn)
