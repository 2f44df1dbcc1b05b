from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.masking import mask_name, mask_phone, mask_resident_id


def test_a_mobile_number_keeps_three_and_four() -> None:
    assert mask_phone("13812345678") == "138****5678"


def test_other_numbers_keep_at_most_the_last_four() -> None:
    assert mask_phone("021-52564588") == "********4588"
    assert mask_phone("12345") == "*2345"
    assert mask_phone("5678") == "****"
    assert mask_phone("") == ""


def test_names_keep_the_first_and_of_three_the_last() -> None:
    assert mask_name("王芳") == "王*"
    assert mask_name("王小芳") == "王*芳"
    assert mask_name("欧阳娜娜") == "欧**娜"
    assert mask_name("王") == "*"


def test_a_national_id_hides_district_and_birth_date() -> None:
    assert mask_resident_id("11010519491231002X") == "11************002X"


@given(st.text(st.characters(codec="utf-8", exclude_characters="*"), min_size=1))
def test_every_mask_keeps_the_length_and_hides_something(text: str) -> None:
    for masked in (mask_phone(text), mask_name(text), mask_resident_id(text)):
        assert len(masked) == len(text)
        assert "*" in masked
