from collections import Counter, defaultdict
from datetime import date
from statistics import mean

import pytest

from scenes.demo.rules.appetite import WEEKS, draw_demand
from scenes.demo.rules.breakfasts import CART, DISHES, LOCKER, SHOP, carts, draw_points
from scenes.demo.rules.chance import SEED
from tests.scenes.demo.outline import DATA, inside, outlines

TODAY = date(2026, 11, 23)


def test_the_same_seed_draws_the_same_points_and_another_others() -> None:
    assert draw_points(SEED) == draw_points(SEED)
    assert {point.id for point in draw_points(SEED)} & {point.id for point in draw_points(SEED + 1)} == set()


def test_there_are_40_points_of_three_kinds_and_six_carts() -> None:
    assert Counter(point.kind for point in draw_points(SEED)) == {SHOP: 30, CART: 6, LOCKER: 4}


def test_a_larger_district_begins_with_the_points_of_a_smaller_one() -> None:
    assert {point.id: point for point in draw_points(SEED, 500)}.items() >= {
        point.id: point for point in draw_points(SEED)
    }.items()


def test_every_menu_has_soy_milk_first_and_no_dish_twice() -> None:
    for point in draw_points(SEED):
        names = [item.dish.name for item in point.items]
        assert (names[0], len(names)) == (DISHES[0].name, len(set(names)))
        assert all(item.daily_stock >= 10 and item.price_fen >= item.dish.price_fen for item in point.items)


def test_there_is_something_for_whom_sugar_salt_or_chewing_is_hard_at_every_point() -> None:
    for point in draw_points(SEED):
        assert {"soft"} <= {suit for item in point.items for suit in item.dish.suits}


def test_only_carts_move_and_they_are_somewhere_every_day_of_the_week() -> None:
    points = draw_points(SEED)
    for cart in carts(points):
        assert {day for stop in cart.stops for day in stop.weekdays} == set(range(7))
        assert all(stop.begins < stop.ends for stop in cart.stops)
    assert [point for point in points if point.kind != CART and point.stops] == []


def test_names_and_identifiers_are_each_used_once_with_500_points() -> None:
    points = draw_points(SEED, 500)
    ids = [key for point in points for key in (point.id, *(item.id for item in point.items))]
    assert (len({point.name for point in points}), len(set(ids))) == (500, len(ids))


@pytest.mark.skipif(not DATA.exists(), reason="the outlines are a district's own data, not kept here")
def test_every_point_and_stop_is_inside_its_subdistrict() -> None:
    real = outlines()
    spots = [spot for p in draw_points(SEED, 200) for spot in (p.spot, *(stop.spot for stop in p.stops))]
    assert [spot for spot in spots if not inside(real[spot.area], spot.lat, spot.lng)] == []


def test_eight_weeks_of_every_item_went_and_never_more_than_there_was() -> None:
    points = draw_points(SEED)
    went = list(draw_demand(SEED, points, today=TODAY))
    items = sum(len(point.items) for point in points)

    assert len(went) == len({(each.item_id, each.demand.day) for each in went}) == 7 * WEEKS * items
    assert all(0 <= each.demand.portions <= each.capacity for each in went)
    assert all(each.demand.sold_out == (each.demand.portions == each.capacity) for each in went)
    assert max(each.demand.day for each in went) < TODAY


def test_a_day_has_one_weather_everywhere() -> None:
    weathers: dict[date, set[str | None]] = defaultdict(set)
    for each in draw_demand(SEED, draw_points(SEED), today=TODAY):
        weathers[each.demand.day].add(each.demand.weather)
    assert all(len(several) == 1 for several in weathers.values())


def test_weekdays_differ_enough_to_be_learnt() -> None:
    by_weekday: dict[int, list[int]] = defaultdict(list)
    for each in draw_demand(SEED, draw_points(SEED), today=TODAY):
        by_weekday[each.demand.day.weekday()].append(each.demand.portions)
    assert mean(by_weekday[6]) < mean(by_weekday[5]) < mean(by_weekday[1])
