from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.resident_id import (
    birth_date,
    canonical_resident_id,
    make_resident_id,
    sex,
    valid_resident_id,
)

STANDARD_WOMAN = "11010519491231002X"
STANDARD_MAN = "440524188001010014"


def test_both_examples_of_gb_11643_are_valid() -> None:
    assert valid_resident_id(STANDARD_WOMAN)
    assert valid_resident_id(STANDARD_MAN)


def test_birth_and_sex_are_read_from_the_number() -> None:
    assert (birth_date(STANDARD_WOMAN), sex(STANDARD_WOMAN)) == (date(1949, 12, 31), "female")
    assert (birth_date(STANDARD_MAN), sex(STANDARD_MAN)) == (date(1880, 1, 1), "male")


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "110105194912310021",  # check character
        "11010519491231002x",  # not canonical
        "11010519491231002",  # too short
        "11010519491231002X0",  # too long
        "１１０１０５１９４９１２３１００２Ｘ",  # full-width digits
        "01010519491231002X",  # no such area
        "11010519491231002X\n",
    ],
)
def test_wrong_numbers_are_refused(wrong: str) -> None:
    assert not valid_resident_id(wrong)


def test_a_right_check_character_does_not_save_an_impossible_birthday() -> None:
    assert not valid_resident_id("310107195002300017")
    assert not valid_resident_id("310107195013010011")


def test_canonical_form_drops_spaces_and_raises_the_x() -> None:
    assert canonical_resident_id(" 110105 19491231 002x ") == STANDARD_WOMAN


@given(st.integers(100_000, 999_999), st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, 999))
def test_every_made_number_is_valid_and_says_what_it_was_made_from(
    area: int, birth: date, serial: int
) -> None:
    made = make_resident_id(str(area), birth, serial)
    assert valid_resident_id(made)
    assert (birth_date(made), sex(made)) == (birth, "male" if serial % 2 else "female")


@given(st.dates(date(1900, 1, 1)), st.integers(0, 17), st.integers(1, 9))
def test_any_single_wrong_digit_is_caught(birth: date, at: int, shift: int) -> None:
    made = make_resident_id("310107", birth, 7)
    digit = "0" if made[at] == "X" else str((int(made[at]) + shift) % 10)
    assert not valid_resident_id(made[:at] + digit + made[at + 1 :])


def test_making_refuses_a_bad_area_or_serial() -> None:
    for area, serial in (("31010", 1), ("31010a", 1), ("310107", -1), ("310107", 1000)):
        with pytest.raises(ValueError, match="must"):
            make_resident_id(area, date(1950, 1, 1), serial)
