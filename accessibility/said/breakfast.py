"""What a sentence says of breakfast: dishes and how many of each."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from accessibility.said.heard import Item
from accessibility.said.mentions import is_denied
from accessibility.said.numbers import NUMBER, number

MOST: Final = 20
"""More of one dish than this is asked back."""

_SAID: Final[tuple[tuple[str, str, str], ...]] = (
    ("甜浆", "甜浆|甜豆浆", "甜豆浆"),
    ("咸浆", "咸浆|咸豆浆", "咸豆浆"),
    ("淡浆", "淡浆|淡豆浆", "淡豆浆"),
    ("豆浆", "豆浆", "豆浆"),
    ("肉包", "肉包子?|大肉包|鲜肉包", "肉.*包"),
    ("菜包", "菜包子?|香菇包", "菜.*包"),
    ("豆沙包", "豆沙包子?", "豆沙包"),
    ("生煎", "生煎(?:包|馒头)?", "生煎"),
    ("小笼", "小笼(?:包子?|馒头)?", "小笼"),
    ("包子", "包子", "包$"),
    ("杂粮馒头", "杂粮馒头", "杂粮"),
    ("馒头", "馒头", "馒头"),
    ("馄饨", "小?(?:馄饨|混沌)", "馄饨"),
    ("拌面", "葱油拌?面|拌面", "拌面"),
    ("面", "[\u4e00-\u9fff]{0,2}(?<![外里上对见后前])面(?!包|前|上|粉|子)", r"(?!)"),
    ("白粥", "白粥|白米粥", "白粥"),
    ("小米粥", "小米粥", "小米粥"),
    ("皮蛋粥", "皮蛋(?:瘦肉)?粥", "皮蛋"),
    ("粥", "粥|稀饭", "粥"),
    ("茶叶蛋", "茶叶蛋", "茶叶蛋"),
    ("水煮蛋", "水煮蛋|白煮蛋", "水煮蛋"),
    ("蒸蛋羹", "蒸蛋羹?|炖蛋|蛋羹", "蒸蛋"),
    ("蛋", "鸡蛋|(?<![\u4e00-\u9fff])蛋", "蛋"),
    ("酸奶", "低糖酸奶|酸奶", "酸奶"),
    ("牛奶", "鲜?牛奶", "牛奶"),
    ("粢饭团", "[粢糍]饭团?|饭团", "饭团"),
    ("大饼", "大饼", "大饼"),
    ("油条", "油条", "油条"),
    ("汉堡", "汉堡包?", "汉堡"),
    ("面包", "面包", "面包"),
    ("豆腐花", "豆腐[花脑]", "豆腐"),
    ("三明治", "三明治", "三明治"),
)
"""A word for it, how it is said, and what the names of the dishes meant have in them."""

DISH_WORDS: Final = (
    "甜豆浆", "咸豆浆", "淡豆浆", "豆浆", "甜浆", "咸浆", "肉包", "菜包", "豆沙包", "包子", "馒头",
    "生煎", "小笼", "小馄饨", "馄饨", "葱油拌面", "白粥", "小米粥", "皮蛋粥", "稀饭",
    "茶叶蛋", "水煮蛋", "蒸蛋", "酸奶", "牛奶", "粢饭团", "大饼", "油条", "豆腐花",
)  # fmt: skip
"""Words for dishes that are mended by sound."""

_TABLE: Final = tuple((word, re.compile(said), re.compile(name)) for word, said, name in _SAID)
_MEAL: Final = re.compile(r"早饭|早餐|早点(?!去|来|到|看|睡|挂)|吃早|点心")
_LIQUID, _SOLID, _ANY = "碗杯瓶袋盒", "个只根块张客枚", "份样"
_POURED: Final = re.compile(r"豆浆|[甜咸淡]浆|粥|奶|馄饨|面$|稀饭")
_COUNT: Final = re.compile(rf"(?P<n>{NUMBER}|几|半打)(?P<of>[{_LIQUID}{_SOLID}{_ANY}])?(?P<tail>子)?")
_UNITS_OF_TIME: Final = frozenset("礼星月")
_SHOP: Final = re.compile("店|铺|摊|那家")
_EACH: Final = re.compile(rf"各(?:要|来|买)?(?P<n>{NUMBER})[{_LIQUID}{_SOLID}{_ANY}]?")
_BREAK: Final = re.compile(r"[,。、;!?]|和|跟|加")


def dishes_said() -> tuple[str, ...]:
    """Give the words for dishes."""
    return tuple(words for word, words, _ in _SAID if word != "面")


def numbers_said() -> tuple[str, ...]:
    """Give the ways to say how many of a dish."""
    return rf"各?(?:要|来|买)?{NUMBER}[{_LIQUID}{_SOLID}{_ANY}]子?", rf"各{NUMBER}", "[俩仨]"


class _Dish(NamedTuple):
    start: int
    end: int
    word: str
    names: tuple[str, ...]


class _Count(NamedTuple):
    start: int
    end: int
    number: int | None
    of: str
    sure: bool = True


class Breakfast(NamedTuple):
    """What was said of breakfast; `unclear` if a dish or its number has to be asked."""

    items: tuple[Item, ...] = ()
    unclear: bool = False
    wanted: bool = False


def breakfast_said(text: str, *, dishes: Sequence[str], denials: bool = True) -> Breakfast:
    """Read the dishes with their numbers, one each if none is said; what is denied is left out."""
    found = _dishes(text, dishes)
    wanted = bool(found) or bool(_MEAL.search(text))
    denied = {dish.word for dish in found if denials and is_denied(text, dish.start, dish.end)}
    kept = [dish for dish in found if dish.word not in denied]
    numbers = _numbers(text, kept)
    items: dict[str, int] = {}
    unclear = False
    for dish, (count, sure) in zip(kept, numbers, strict=True):
        name = dish.names[0] if len(dish.names) == 1 else dish.word
        unclear = unclear or not sure or len(dish.names) != 1 or name in items or not 1 <= count <= MOST
        items[name] = count
    return Breakfast(
        tuple(Item(name, count) for name, count in items.items() if count),
        unclear or (wanted and not items),
        wanted,
    )


def _dishes(text: str, dishes: Sequence[str]) -> list[_Dish]:
    found: list[_Dish] = []
    names = sorted(dishes, key=lambda name: -len(name))
    patterns: list[tuple[re.Pattern[str], tuple[str, ...], str]] = [
        (re.compile(re.escape(name)), (name,), name) for name in names
    ]
    for word, said, name in _TABLE:
        meant = tuple(each for each in dishes if name.search(each))
        patterns.append((said, meant, word))
    for pattern, meant, word in patterns:
        for match in pattern.finditer(text):
            clear = not any(match.start() < each.end and each.start < match.end() for each in found)
            if clear and not _SHOP.match(text, match.end()):
                found.append(_Dish(match.start(), match.end(), word, meant))
    return sorted(found)


def _numbers(text: str, dishes: Sequence[_Dish]) -> list[tuple[int, bool]]:
    """Give each dish its number: said before it or after it, by what the counted word can count."""
    each = _EACH.search(text)
    if each is not None:
        return [(number(each["n"]) or 0, True)] * len(dishes)
    counts, after = _counts(text, dishes), _counts_follow(text, dishes)
    told: dict[int, _Count] = {}
    for count in counts:
        at, sure = _owner(text, dishes, count, told=told, follow=after)
        if at is not None:
            told[at] = count if sure else count._replace(sure=False)  # a later number corrects an earlier one
    return [_value(told.get(at)) for at in range(len(dishes))]


def _value(count: _Count | None) -> tuple[int, bool]:
    if count is None:
        return 1, True
    return (1, False) if count.number is None else (count.number, count.sure)


def _counts(text: str, dishes: Sequence[_Dish]) -> list[_Count]:
    found: list[_Count] = []
    for match in _COUNT.finditer(text):
        inside = any(dish.start <= match.start() < dish.end for dish in dishes)
        if (
            inside
            or not (match["of"] or match["n"] in {"俩", "仨"})
            or text[match.end() : match.end() + 1] in _UNITS_OF_TIME
        ):
            continue
        several = 6 if match["n"] == "半打" else None if match["n"] == "几" else number(match["n"])
        found.append(_Count(match.start(), match.end(), several, match["of"] or ""))
    return found


def _counts_follow(text: str, dishes: Sequence[_Dish]) -> bool:
    """Tell whether numbers come after their dishes: one stands right after the last dish."""
    return bool(dishes) and bool(_COUNT.match(text, dishes[-1].end))


def _owner(
    text: str, dishes: Sequence[_Dish], count: _Count, *, told: dict[int, _Count], follow: bool
) -> tuple[int | None, bool]:
    earlier = [at for at, dish in enumerate(dishes) if dish.end <= count.start]
    before = earlier[-1] if earlier else None
    after = (before + 1 if before is not None else 0) if len(dishes) > len(earlier) else None
    touches = before is not None and not _BREAK.search(text[dishes[before].end : count.start])
    leads = after is not None and not _BREAK.search(text[count.end : dishes[after].start])
    if touches and leads and before is not None and after is not None:
        return _nearer(dishes, count, (before, after), told=told, follow=follow)
    if leads:
        return after, True
    return before, True


def _nearer(
    dishes: Sequence[_Dish],
    count: _Count,
    pair: tuple[int, int],
    *,
    told: dict[int, _Count],
    follow: bool,
) -> tuple[int, bool]:
    """Choose between the dishes on both sides; where nothing tells, it is not sure."""
    before, after = pair
    fits = [at for at in pair if _fits(dishes[at], count.of)]
    if len(fits) == 1:
        return fits[0], True
    if follow and before not in told:
        return before, True
    return after, before in told


def _fits(dish: _Dish, of: str) -> bool:
    poured = bool(_POURED.search(dish.word))
    if of in _LIQUID:
        return poured
    return not poured if of in _SOLID else True
