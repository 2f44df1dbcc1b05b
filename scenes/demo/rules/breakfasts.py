"""The demo's breakfast points: shops, unmanned carts with their stops, lockers to collect from.

Names, numbers and prices are made up; what is in a dish and whom it suits is as such dishes usually are.
"""

from collections.abc import Sequence
from datetime import time
from random import Random
from typing import Final, NamedTuple
from uuid import UUID

from scenes.demo.rules.chance import drawn_id, stream
from scenes.demo.rules.outlines import SUBDISTRICTS as AREAS
from scenes.demo.rules.outlines import Spot, draw_spot
from scenes.demo.rules.sites import Ground, grounds, names_of, street_address

SHOP, CART, LOCKER = "shop", "cart", "locker"
POINTS: Final = 40
FIRST_PHONE: Final = 3000
WORKDAYS: Final = (0, 1, 2, 3, 4)
RESTDAYS: Final = (5, 6)
WEEK: Final = (*WORKDAYS, *RESTDAYS)
_WORDS: Final = {
    SHOP: ("早餐工程店", "豆浆店", "点心店", "早餐坊", "大饼油条店"),
    CART: ("无人早餐车", "智能早餐车"),
    LOCKER: ("早餐自提柜", "网订柜取点"),
}
_TURNS: Final = (SHOP, SHOP, CART, SHOP, LOCKER, SHOP, SHOP)
"""Kinds in turn within a subdistrict: of seven points, five shops, a cart and a locker."""


class Dish(NamedTuple):
    """Something to eat or drink: price in fen, what it holds, whom it suits, how much of it is wanted."""

    name: str
    price_fen: int
    picture: str
    allergens: tuple[str, ...]
    suits: tuple[str, ...]
    wanted: int


class Item(NamedTuple):
    """A dish as one point sells it."""

    id: UUID
    position: int
    dish: Dish
    price_fen: int
    daily_stock: int


class Stop(NamedTuple):
    """Where a cart stands on which weekdays (Monday 0), from when to when."""

    id: UUID
    weekdays: tuple[int, ...]
    begins: time
    ends: time
    name: str
    spot: Spot


class Point(NamedTuple):
    """A drawn breakfast point; pick-up from `opens` to `closes` in slots of so many minutes and orders."""

    id: UUID
    kind: str
    name: str
    address: str
    phone: str
    spot: Spot
    opens: time
    closes: time
    slot_minutes: int
    slot_orders: int
    items: tuple[Item, ...]
    stops: tuple[Stop, ...]


DISHES: Final = (
    Dish("甜豆浆", 250, "soymilk", ("soy",), ("soft",), 60),
    Dish("淡豆浆", 250, "soymilk", ("soy",), ("lowSugar", "lowSalt", "soft"), 45),
    Dish("咸豆浆", 400, "soymilk", ("soy", "gluten"), ("lowSugar", "soft"), 25),
    Dish("油条", 250, "youtiao", ("gluten",), (), 60),
    Dish("大饼", 300, "pancake", ("gluten", "sesame"), (), 30),
    Dish("粢饭团", 700, "riceball", ("soy", "gluten"), (), 40),
    Dish("鲜肉大包", 300, "bun", ("gluten", "soy"), (), 70),
    Dish("香菇菜包", 250, "bun", ("gluten", "soy"), ("lowSugar", "soft"), 55),
    Dish("豆沙包", 250, "bun", ("gluten",), ("soft",), 25),
    Dish("杂粮馒头", 200, "bun", ("gluten",), ("lowSugar", "lowSalt"), 25),
    Dish("生煎馒头四只", 900, "dumpling", ("gluten", "sesame"), (), 35),
    Dish("小笼馒头六只", 1200, "dumpling", ("gluten",), (), 20),
    Dish("小馄饨", 1000, "wonton", ("gluten", "egg"), ("soft",), 25),
    Dish("葱油拌面", 1000, "noodles", ("gluten", "soy"), (), 20),
    Dish("白粥", 200, "congee", (), ("lowSugar", "lowSalt", "soft"), 30),
    Dish("小米粥", 300, "congee", (), ("lowSugar", "lowSalt", "soft"), 30),
    Dish("皮蛋瘦肉粥", 600, "congee", ("egg",), ("lowSugar", "soft"), 25),
    Dish("茶叶蛋", 200, "egg", ("egg", "soy"), ("lowSugar",), 50),
    Dish("水煮蛋", 200, "egg", ("egg",), ("lowSugar", "lowSalt"), 35),
    Dish("蒸蛋羹", 500, "egg", ("egg",), ("lowSugar", "soft"), 15),
    Dish("低糖酸奶", 500, "milk", ("milk",), ("lowSugar", "lowSalt", "soft"), 20),
    Dish("鲜牛奶", 400, "milk", ("milk",), ("lowSalt", "soft"), 30),
)
"""The first is on every menu: what the demo's stories are told with."""

_FROM_A_BOX: Final = frozenset({"soymilk", "bun", "congee", "egg", "milk", "riceball"})
"""Pictures of dishes that keep in a cart or a locker; what is fried or boiled to order does not."""

_STOPS: Final = ("小区北门", "地铁站出口", "公交站旁", "公园南门", "菜场门口", "写字楼楼下")
_PACE: Final = {SHOP: (15, (10, 24)), CART: (15, (8, 14)), LOCKER: (30, (18, 30))}
_DISHES: Final = {SHOP: (9, 13), CART: (6, 8), LOCKER: (6, 9)}


def draw_points(seed: int, number: int = POINTS) -> list[Point]:
    """Draw so many points; a larger number begins with the same ones in each subdistrict."""
    names = {
        (area.name, kind): names_of(seed, area.name, words)
        for area in AREAS
        for kind, words in _WORDS.items()
    }
    points: list[Point] = []
    for ground in grounds(seed, "breakfast", number):
        kind = _TURNS[ground.number % len(_TURNS)]
        points.append(_point(seed, kind, ground, called=next(names[ground.spot.area, kind])))
    return points


def _point(seed: int, kind: str, ground: Ground, *, called: tuple[str, str]) -> Point:
    name, road = called
    area_no, number, spot = ground
    chance = stream(seed, "breakfast point", area_no, number)
    minutes, orders = _PACE[kind]
    stops = _stops(chance, spot, road) if kind == CART else ()
    return Point(
        id=drawn_id(chance, number),
        kind=kind,
        name=name,
        address=f"{stops[0].name}(流动)" if stops else street_address(chance, road),
        phone=f"021-0000{FIRST_PHONE + 120 * area_no + number:04d}",
        spot=stops[0].spot if stops else spot,
        opens=time(6, 30) if kind == CART else time(6),
        closes=time(10) if kind != LOCKER else time(10, 30),
        slot_minutes=minutes,
        slot_orders=chance.randint(*orders),
        items=_items(chance, kind),
        stops=stops,
    )


def _items(chance: Random, kind: str) -> tuple[Item, ...]:
    possible = [dish for dish in DISHES[1:] if kind == SHOP or dish.picture in _FROM_A_BOX]
    chosen = chance.sample(possible, chance.randint(*_DISHES[kind]) - 1)
    menu = sorted([DISHES[0], *chosen], key=DISHES.index)
    size = chance.uniform(0.8, 1.6) if kind == SHOP else chance.uniform(0.4, 0.7)
    dearer = chance.choice((0, 0, 50)) if kind != LOCKER else 0
    return tuple(
        Item(drawn_id(chance, at), at, dish, dish.price_fen + dearer, _stock(dish.wanted * size))
        for at, dish in enumerate(menu)
    )


def _stock(portions: float) -> int:
    """Round to trays of five, two at least."""
    return max(10, round(portions / 5) * 5)


def _stops(chance: Random, spot: Spot, road: str) -> tuple[Stop, ...]:
    """Two stops on workdays, first where people live and then where they work; one at the weekend."""
    area = next(each for each in AREAS if each.name == spot.area)
    early, late, weekend = chance.sample(_STOPS, 3)
    plan = (
        (WORKDAYS, time(6, 30), time(8), early, spot),
        (WORKDAYS, time(8, 15), time(10), late, draw_spot(chance, area)),
        (RESTDAYS, time(6, 30), time(10), weekend, draw_spot(chance, area)),
    )
    return tuple(
        Stop(drawn_id(chance, at), weekdays, begins, ends, f"普陀区{road}{name}", where)
        for at, (weekdays, begins, ends, name, where) in enumerate(plan)
    )


def carts(points: Sequence[Point]) -> list[Point]:
    """Choose the carts among points."""
    return [point for point in points if point.kind == CART]
