"""What the breakfast pages say: points and carts, a day's menu with pick-up times, a price explained."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from scenes.breakfast.rules.days import Slot, slot_terms
from scenes.breakfast.rules.rule import BreakfastRule
from scenes.breakfast.service.menu import Menu, MenuItem, MenuSlot
from scenes.breakfast.service.orders import Priced, Wish
from scenes.breakfast.service.whereabouts import Cart
from scenes.breakfast.wire import spoken
from scenes.common.booking.pages_view import hours_words
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import NEAR, WEEKDAYS, heard_when, spoken_day, spoken_time, spoken_when
from scenes.common.places.pages_view import PlaceLine

FEW_PERCENT: Final = 20
MOST_CHOICES: Final = 20
"""The longest list of quantities: a longer one is no choice on a phone."""

FIELD: Final = "q_"
"""What the name of a quantity's field begins with; the item's id follows."""

ALLERGENS: Final = {
    "soy": "大豆", "gluten": "面粉", "egg": "蛋", "milk": "牛奶", "sesame": "芝麻", "peanut": "花生",
    "nuts": "坚果", "fish": "鱼", "shellfish": "虾蟹",
}  # fmt: skip
SUITS: Final = {"lowSugar": "少糖", "lowSalt": "少盐", "soft": "好嚼"}
KINDS: Final = {
    "shop": "在店里取。",
    "cart": "无人早餐车,到车边取。",
    "locker": "网订柜取:手机上订好,到柜子取。",
}
AVAILABLE: Final = Mark("ok", "可订")
FEW: Final = Mark("few", "不多了")
SOLD_OUT: Final = Mark("full", "卖完")
NOTHING: Final = Mark("off", "订完")


class CartLine(msgspec.Struct, frozen=True, kw_only=True):
    """A cart: where it is and where it goes."""

    href: str
    name: str
    about: list[str]
    mark: Mark


class PointsView(msgspec.Struct, frozen=True, kw_only=True):
    """The breakfast points near by, and the carts."""

    lines: list[PlaceLine]
    carts: list[CartLine]
    origin: str


class DayTab(msgspec.Struct, frozen=True, kw_only=True):
    """A day to choose."""

    href: str
    word: str
    number: str
    mark: Mark
    chosen: bool


class Dish(msgspec.Struct, frozen=True, kw_only=True):
    """Something to order; `most` is none left at 0, `chosen` what was chosen before."""

    field: str
    picture: str
    name: str
    price: str
    usual: str
    about: list[str]
    suits: list[str]
    mark: Mark
    most: int
    chosen: int


class Hour(msgspec.Struct, frozen=True, kw_only=True):
    """A pick-up time that can be chosen."""

    id: str
    time: str
    spoken: str
    about: str
    chosen: bool


class PointView(msgspec.Struct, frozen=True, kw_only=True):
    """A point's day as a form; `filters` are (words, address, chosen)."""

    name: str
    address: str
    place_href: str
    how: str
    cart: CartLine | None
    action: str
    day: str
    days: list[DayTab]
    filters: list[tuple[str, str, bool]]
    dishes: list[Dish]
    hours: list[Hour]
    problem: str = ""


class PriceLineView(msgspec.Struct, frozen=True):
    """A part of the price: what, how much, and why or why not."""

    label: str
    amount: str
    why: str
    applies: bool


class PersonChoice(msgspec.Struct, frozen=True):
    """Whom to order for; choosing shows the price for that person."""

    label: str
    href: str
    chosen: bool


class QuoteView(msgspec.Struct, frozen=True, kw_only=True):
    """A price explained, about to be ordered; the hidden facts go back with the form."""

    heading: str
    action: str
    back: str
    place: str
    day: str
    hours: str
    weekday: str
    lines: list[PriceLineView]
    total: str
    speak: str
    free: bool
    agreed_fen: int
    slot: str
    items: str
    person: str
    people: list[PersonChoice]
    add_patient: str
    terms: list[str]
    note: str
    problem: str = ""


def cart_line(cart: Cart, name: str, now: datetime) -> CartLine:
    """Show a cart: a silent one is somewhere unknown, whatever its timetable says."""
    if cart.state == "outOfOrder":
        return _cart_line(cart, name, [cart.reason or "今天不来了"], Mark("full", "坏了"))
    here = f"现在在{cart.here.name},到{spoken_time(cart.here.ends_at)}" if cart.here else ""
    following = f"下一站{heard_when(cart.next.starts_at, now)}{cart.next.name}" if cart.next else ""
    if cart.state == "unknown":
        plan = f"按时刻表{here}" if here else ""
        return _cart_line(cart, name, [plan, following], Mark("off", "位置不明"))
    return _cart_line(cart, name, [here, following], Mark("ok", "在路上" if not here else "停着"))


def _cart_line(cart: Cart, name: str, about: list[str], mark: Mark) -> CartLine:
    return CartLine(href=f"/breakfast/{cart.place_id}", name=name, about=about, mark=mark)


def can_order(menu: Menu) -> bool:
    """Tell whether anything of a day can be ordered now."""
    return any(slot.open for slot in menu.slots) and any(item.left for item in menu.items)


def day_tabs(menus: Sequence[Menu], chosen: date, today: date) -> list[DayTab]:
    """Lay out the days to choose from."""
    return [
        DayTab(
            href=f"/breakfast/{menu.place_id}?date={menu.day}",
            word=NEAR.get((menu.day - today).days) or f"周{WEEKDAYS[menu.day.weekday()]}",
            number=f"{menu.day.month}/{menu.day.day}",
            mark=AVAILABLE if can_order(menu) else NOTHING,
            chosen=menu.day == chosen,
        )
        for menu in menus
    ]


def filters_of(menu: Menu, suits: str) -> list[tuple[str, str, bool]]:
    """Offer what suits whom, where anything does."""
    here = f"/breakfast/{menu.place_id}?date={menu.day}"
    known = [key for key in SUITS if any(key in item.suits for item in menu.items)]
    every = [("全部", here, suits not in known)]
    return every + [(SUITS[key], f"{here}&suits={key}", key == suits) for key in known] if known else []


def dish_of(item: MenuItem, chosen: int, most: int) -> Dish:
    """Show an item with what it holds and whom it suits."""
    allergens = "、".join(ALLERGENS.get(each, each) for each in item.allergens)
    few = item.left * 100 <= item.capacity * FEW_PERCENT
    return Dish(
        field=f"{FIELD}{item.item_id}",
        picture=item.picture,
        name=item.name,
        price=yuan_text(item.price_fen),
        usual=yuan_text(item.usual_fen) if item.price_fen < item.usual_fen else "",
        about=[f"含{allergens}" if allergens else ""],
        suits=[SUITS[each] for each in item.suits if each in SUITS],
        mark=(Mark("few" if few else "ok", f"剩 {item.left} 份") if item.left else SOLD_OUT),
        most=min(item.left, most, MOST_CHOICES),
        chosen=min(chosen, item.left),
    )


def hours_of(slots: Sequence[MenuSlot], chosen: UUID | None) -> list[Hour]:
    """Offer the pick-up times that can still be chosen; the only one is chosen, of several nobody's guess."""
    free = [slot for slot in slots if slot.open]
    only = free[0].window_id if len(free) == 1 else chosen
    return [
        Hour(
            id=str(slot.window_id),
            time=f"{shanghai(slot.starts_at):%-H:%M}",
            spoken=hours_words(slot.starts_at, slot.ends_at),
            about=f"剩 {slot.free} 单",
            chosen=slot.window_id == only,
        )
        for slot in free
    ]


def query_of(
    items: Sequence[Wish], slot: UUID | None, person: UUID | None = None, day: date | None = None
) -> str:
    """Write a choice as the query of an address."""
    facts: Mapping[str, object] = {"date": day, "slot": slot, "person": person}
    known = [(name, str(value)) for name, value in facts.items() if value is not None]
    return urlencode([*known, *((f"{FIELD}{each.item_id}", str(each.quantity)) for each in items)])


def price_lines(priced: Priced) -> list[PriceLineView]:
    """Show first what was taken, then each price rule with its reason."""
    taken = [
        PriceLineView(f"{item.name} {units} 份", yuan_text(item.price_fen * units), "", applies=True)
        for item, units in priced.portions
    ]
    rules = [
        PriceLineView(line.label, yuan_text(line.fen) if line.applies else "没有", line.why, line.applies)
        for line in priced.quote.lines
    ]
    return taken + rules


def shortage_of(priced: Priced) -> str:
    """Say what stands in the way of an order by the menu of this moment; empty when nothing does."""
    if not priced.slot.open:
        return "这个取餐时间订不了了,请换一个。"
    for item, units in priced.portions:
        if item.left < units:
            return f"{item.name}只剩{item.left}份了。" if item.left else f"{item.name}卖完了。"
    return ""


def order_terms(slot: MenuSlot, rule: BreakfastRule, now: datetime) -> list[str]:
    """Say what is promised and asked of an order, in sentences."""
    terms = slot_terms(Slot(slot.starts_at, slot.ends_at), rule)
    until = terms.cancel_until
    may_cancel = until is not None and now <= until
    cancel = f"{spoken_when(until, now)}以前可以取消。" if until and may_cancel else "订了就不能取消。"
    return [
        f"订好后{rule.hold_minutes}分钟里付钱。",
        cancel,
        *([terms.no_show_rule] if terms.no_show_rule else []),
    ]


def weekday_words(at: datetime) -> str:
    """Say the day of the week: 「每周二」."""
    return f"每周{WEEKDAYS[local_day(at).weekday()]}"


def quote_words(priced: Priced, now: datetime) -> tuple[str, str, str]:
    """Say the day, the hours and the price of a quote."""
    slot = priced.slot
    return spoken_day(priced.day, local_day(now)), hours_words(slot.starts_at, slot.ends_at), spoken(priced)
