"""Where a broken cart's orders go: whole, near, about the time, and never more than there is."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.breakfast.errors import PositionInvalid
from scenes.breakfast.rules.carts import (
    FARTHEST_WALK_M,
    MOST_MINUTES_OFF,
    Elsewhere,
    Shelf,
    Spot,
    Stranded,
    check_position,
    choices,
    metres_between,
    plan,
)
from scenes.breakfast.rules.kitchen import Portions

SEVEN = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
HOME = Spot(31.2418, 121.4004)
FOODS = ("豆浆", "菜包", "白粥")


def ident(number: int) -> UUID:
    return UUID(int=number)


def slot(number: int, place: int = 1, *, metres: float = 300, minutes: int = 0, free: int = 5) -> Elsewhere:
    starts = SEVEN + timedelta(minutes=minutes)
    return Elsewhere(
        window_id=ident(number), place_id=ident(place), metres=metres, starts_at=starts,
        ends_at=starts + timedelta(minutes=30), free=free,
    )  # fmt: skip


def shelf(number: int, place: int = 1, *, name: str = "豆浆", left: int = 10) -> Shelf:
    return Shelf(window_id=ident(number), place_id=ident(place), name=name, left=left)


def order(number: int = 1, kept: tuple[tuple[UUID, int], ...] = (), **items: int) -> Stranded:
    portions = tuple(Portions(name, units) for name, units in (items or {"豆浆": 1}).items())
    return Stranded(booking_id=ident(number), starts_at=SEVEN, items=portions, kept=kept)


orders = st.lists(
    st.builds(
        Stranded,
        booking_id=st.uuids(),
        starts_at=st.integers(-120, 120).map(lambda minutes: SEVEN + timedelta(minutes=minutes)),
        items=st.lists(
            st.builds(Portions, st.sampled_from(FOODS), st.integers(1, 3)),
            min_size=1,
            max_size=3,
            unique_by=lambda item: item.name,
        ).map(tuple),
    ),
    max_size=12,
    unique_by=lambda each: each.booking_id,
)
slots = st.lists(
    st.builds(
        slot,
        st.integers(1000, 1999),
        st.integers(1, 3),
        metres=st.floats(0, 3000),
        minutes=st.integers(-120, 120),
        free=st.integers(0, 3),
    ),
    max_size=12,
    unique_by=lambda each: each.window_id,
)
shelves = st.lists(
    st.builds(
        shelf, st.integers(2000, 2999), st.integers(1, 3), name=st.sampled_from(FOODS), left=st.integers(0, 8)
    ),
    max_size=9,
    unique_by=(lambda each: each.window_id, lambda each: (each.place_id, each.name)),
)
moments = st.integers(-180, 120).map(lambda minutes: SEVEN + timedelta(minutes=minutes))


@given(orders, slots, shelves, moments)
def test_a_plan_takes_nothing_twice(
    stranded: list[Stranded], near: list[Elsewhere], food: list[Shelf], now: datetime
) -> None:
    planned = plan(stranded, near, food, now=now)
    assert planned.keys() == {each.booking_id for each in stranded}
    taken = Counter[UUID]()
    for choice in planned.values():
        for window_id, units in choice.units if choice else ():
            taken[window_id] += units
    assert all(taken[each.window_id] <= each.free for each in near)
    assert all(taken[each.window_id] <= each.left for each in food)


@given(orders, slots, shelves, moments)
def test_every_choice_is_whole_near_and_in_time(
    stranded: list[Stranded], near: list[Elsewhere], food: list[Shelf], now: datetime
) -> None:
    by_id, names = {each.window_id: each for each in near}, {each.window_id: each for each in food}
    for each in stranded:
        for choice in choices(each, near, food, now=now):
            first, *rest = choice.units
            where = by_id[first[0]]
            assert (first[1], where.place_id, where.starts_at) == (1, choice.place_id, choice.starts_at)
            assert where.metres <= FARTHEST_WALK_M
            assert abs(where.starts_at - each.starts_at) <= timedelta(minutes=MOST_MINUTES_OFF)
            assert where.ends_at > now
            portions = [(names[window_id].name, units) for window_id, units in rest]
            assert portions == [(item.name, item.units) for item in each.items]
            assert {names[window_id].place_id for window_id, _ in rest} == {choice.place_id}


def test_the_least_trouble_comes_first() -> None:
    near_later, far_same = slot(1, 1, metres=100, minutes=30), slot(2, 2, metres=800)
    near_same = slot(3, 1, metres=100)
    found = choices(order(), [far_same, near_later, near_same], [shelf(11, 1), shelf(12, 2)], now=SEVEN)
    assert [choice.units[0][0] for choice in found] == [ident(3), ident(2), ident(1)]


def test_what_goes_with_an_order_goes_along() -> None:
    [choice] = choices(order(kept=((ident(9), 1),)), [slot(1)], [shelf(2)], now=SEVEN)
    assert choice.units == ((ident(1), 1), (ident(2), 1), (ident(9), 1))


@pytest.mark.parametrize(
    ("near", "food"),
    [
        (slot(1, free=0), shelf(2)),
        (slot(1, metres=FARTHEST_WALK_M + 1), shelf(2)),
        (slot(1, minutes=MOST_MINUTES_OFF + 1), shelf(2)),
        (slot(1, minutes=-25), shelf(2)),
        (slot(1), shelf(2, left=0)),
        (slot(1), shelf(2, place=2)),
        (slot(1), shelf(2, name="菜包")),
    ],
)
def test_nowhere_to_go(near: Elsewhere, food: Shelf) -> None:
    assert choices(order(), [near], [food], now=SEVEN) == []


def test_the_second_finds_what_the_first_left() -> None:
    planned = plan([order(1), order(2), order(3)], [slot(1, free=5)], [shelf(2, left=2)], now=SEVEN)
    assert [choice is not None for choice in planned.values()] == [True, True, False]


degrees = st.builds(Spot, st.floats(-89, 89), st.floats(-180, 180))


@given(degrees, degrees)
def test_distances_are_even_and_bounded(one: Spot, other: Spot) -> None:
    there = metres_between(one, other)
    assert 0 <= there <= 20_016_000
    assert there == pytest.approx(metres_between(other, one))
    assert metres_between(one, one) == 0


def test_a_cart_is_where_a_cart_can_be() -> None:
    check_position(Spot(31.30, 121.45), HOME)
    assert metres_between(HOME, Spot(HOME.lat + 0.01, HOME.lng)) == pytest.approx(1112, abs=1)
    with pytest.raises(PositionInvalid):
        check_position(Spot(39.9, 116.4), HOME)
