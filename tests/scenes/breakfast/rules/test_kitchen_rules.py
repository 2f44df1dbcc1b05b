"""Sums, allergens, stock changes and batch numbers."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.breakfast.errors import BatchInvalid, StockChangeInvalid
from scenes.breakfast.rules.kitchen import (
    MOST_STOCK,
    Portions,
    StockChange,
    allergens_of,
    check_stock_change,
    new_capacity,
    summed,
)
from scenes.breakfast.rules.recall import Touched, batch_number, words

portions = st.builds(Portions, st.sampled_from("豆菜粥蛋"), st.integers(1, 9))
several = st.lists(st.lists(portions, max_size=5), max_size=8)


@given(several)
def test_sums_lose_nothing(orders: list[list[Portions]]) -> None:
    counted = Counter[str]()
    for item in (item for items in orders for item in items):
        counted[item.name] += item.units
    found = summed(orders)
    assert {item.name: item.units for item in found} == counted
    assert [item.units for item in found] == sorted((item.units for item in found), reverse=True)


@given(st.lists(portions, max_size=5))
def test_every_allergen_is_named_once(items: list[Portions]) -> None:
    known = {"豆": ("大豆",), "菜": ("小麦", "大豆"), "蛋": ("蛋",)}
    found = allergens_of(items, known)
    assert set(found) == {allergen for item in items for allergen in known.get(item.name, ())}
    assert len(found) == len(set(found))


@given(
    st.none() | st.integers(-50, 50),
    st.none() | st.integers(-5, 50),
    st.none() | st.booleans(),
)
def test_a_change_says_one_thing(add: int | None, capacity: int | None, sold_out: bool | None) -> None:  # noqa: FBT001 - drawn
    change = StockChange(add=add, capacity=capacity, sold_out=sold_out)
    if sum(part is not None for part in (add, capacity, sold_out)) == 1 and add != 0:
        check_stock_change(change)
    else:
        with pytest.raises(StockChangeInvalid):
            check_stock_change(change)


@given(
    st.builds(StockChange, add=st.integers(-20_000, 20_000))
    | st.builds(StockChange, capacity=st.integers(-5, 20_000))
    | st.builds(StockChange, sold_out=st.booleans()),
    st.integers(0, 200),
    st.integers(0, 200),
    st.integers(0, 200),
)
def test_there_are_never_fewer_than_none(change: StockChange, taken: int, more: int, usual: int) -> None:
    try:
        found = new_capacity(change, capacity=taken + more, taken=taken, usual=usual)
    except StockChangeInvalid:
        assert change.sold_out is None
        return
    assert 0 <= found <= MOST_STOCK
    if change.sold_out is not None:
        assert found >= taken
        assert change.sold_out is False or found == taken


@pytest.mark.parametrize(("typed", "kept"), [("a1", "A1"), (" 2026 1124-b ", "20261124-B"), ("L.07", "L.07")])
def test_batch_numbers_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert batch_number(typed) == kept


@pytest.mark.parametrize("typed", ["", "a", "-a1", "批号1", "a" * 33, "a1;--", "a\x001"])
def test_what_is_no_batch_number(typed: str) -> None:
    with pytest.raises(BatchInvalid):
        batch_number(typed)


@given(st.text(max_size=40))
def test_reading_a_batch_number_again_changes_nothing(typed: str) -> None:
    try:
        number = batch_number(typed)
    except BatchInvalid:
        return
    assert batch_number(number) == number


people = st.sampled_from([UUID(int=n) for n in range(1, 5)])
touched = st.lists(
    st.builds(
        Touched, kind=st.sampled_from(("got", "waiting")), person_id=people, booked_by=people,
        item=st.sampled_from(("豆浆", "菜包")),
    ),
    max_size=20,
)  # fmt: skip


@given(touched)
def test_each_person_and_arranger_is_told_once(reached: list[Touched]) -> None:
    told = words(reached)
    pairs = [(word.person_id, word.booked_by) for word in told]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {(each.person_id, each.booked_by) for each in reached}
    for word in told:
        own = [
            each for each in reached if (each.person_id, each.booked_by) == (word.person_id, word.booked_by)
        ]
        assert word.collected == any(each.kind == "got" for each in own)
        kind = "got" if word.collected else "waiting"
        assert set(word.items) == {each.item for each in own if each.kind == kind}
