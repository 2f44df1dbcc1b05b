import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.money import percent_of, spoken_number, spoken_yuan, yuan_text


@pytest.mark.parametrize(
    ("fen", "text", "spoken"),
    [
        (0, "0 元", "零元"),
        (1, "0.01 元", "一分"),
        (10, "0.1 元", "一角"),
        (15, "0.15 元", "一角五分"),
        (100, "1 元", "一元"),
        (200, "2 元", "两元"),
        (305, "3.05 元", "三元零五分"),
        (350, "3.5 元", "三元五角"),
        (1_222, "12.22 元", "十二元两角两分"),
        (11_000, "110 元", "一百一十元"),
        (1_000_100, "10001 元", "一万零一元"),
        (-350, "-3.5 元", "负三元五角"),
    ],
)
def test_an_amount_is_written_and_said(fen: int, text: str, spoken: str) -> None:
    assert (yuan_text(fen), spoken_yuan(fen)) == (text, spoken)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"),
        (10, "十"),
        (19, "十九"),
        (20, "二十"),
        (101, "一百零一"),
        (1_001, "一千零一"),
        (1_010, "一千零一十"),
        (1_100, "一千一百"),
        (10_000, "一万"),
        (100_001, "十万零一"),
        (10_010_000, "一千零一万"),
        (100_000_000, "一亿"),
        (100_000_001, "一亿零一"),
        (100_100_000, "一亿零一十万"),
        (999_999_999_999, "九千九百九十九亿九千九百九十九万九千九百九十九"),
    ],
)
def test_numbers_are_said_with_one_zero_for_a_gap(number: int, words: str) -> None:
    assert spoken_number(number) == words


@given(st.integers(0, 10**12 - 1), st.integers(0, 10**12 - 1))
def test_two_numbers_never_sound_alike(one: int, other: int) -> None:
    assert (spoken_number(one) == spoken_number(other)) == (one == other)
    assert "零零" not in spoken_number(one)


def test_numbers_outside_the_words_are_refused() -> None:
    for number in (-1, 10**12):
        with pytest.raises(ValueError, match="spoken"):
            spoken_number(number)


def test_shares_round_half_a_fen_up() -> None:
    assert percent_of(350, 50) == 175
    assert percent_of(1, 50) == 1
    assert percent_of(5, 1, 2) == 3
    assert percent_of(-1, 50) == -1
    assert percent_of(1_000, 333, 1_000) == 333


@given(st.integers(-(10**12), 10**12), st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_share_is_the_nearest_whole_fen(fen: int, numerator: int, denominator: int) -> None:
    assert abs(percent_of(fen, numerator, denominator) * denominator - fen * numerator) * 2 <= denominator
