"""How somebody at a desk is known: what was typed is a code, or a name with a number, never both."""

from hypothesis import given
from hypothesis import strategies as st

from scenes.common.booking.counter import Known, check_in
from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id

NAMES = st.text("王李张小芳丽建国", min_size=1, max_size=6)
NUMBERS = st.from_regex(r"[0-9]{4,18}", fullmatch=True)


@given(NAMES, NUMBERS, st.sampled_from(["", " ", "  "]))
def test_a_name_and_a_number_are_told_apart(name: str, number: str, between: str) -> None:
    known = Known.typed(f" {name}{between}{number} ")
    assert (known, known.by_name) == (Known(name=name, number=number), (name, number))


@given(NUMBERS)
def test_a_code_is_read_whatever_spaces_it_was_said_with(code: str) -> None:
    spaced = f" {code[:2]} {code[2:]} "
    assert [Known.typed(said).spoken for said in (code, spaced, f"LC:{code}")] == [code] * 3
    assert Known(code=spaced).by_name is None


@given(st.text())
def test_whatever_is_typed_is_one_or_the_other(text: str) -> None:
    known = Known.typed(text)
    assert (known.code is None) == (known.by_name is not None)


def test_only_a_signed_code_is_signed() -> None:
    said = ["LC1.abc.def", " LC1.abc", "LC:1234", "LC1234", ""]
    assert [Known(code=code).is_signed for code in said] == [True, True, False, False, False]


def test_three_digits_tell_nobody() -> None:
    assert Known(name="王小芳", number=" 123 ").by_name is None


def test_staff_take_people_in_at_their_own_venues_only() -> None:
    mine, booking_id = frozenset({new_id()}), new_id()
    clerk = Staff(new_id(), new_id(), "clinic", mine)
    district = Staff(new_id(), new_id(), "district", frozenset())
    moves = [check_in(booking_id, who, key=None, fingerprint=b"") for who in (clerk, district)]
    assert [(move.event, move.by, move.place_ids) for move in moves] == [
        ("check_in", "staff", mine), ("check_in", "staff", None),
    ]  # fmt: skip
