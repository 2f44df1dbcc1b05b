"""Ordering breakfast: where, what, what else, when to fetch it, one card with the price explained."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Final
from uuid import UUID

import msgspec

from accessibility.flows.flow import Acting, Asked, Asking, Card, Flow, Question, Told, Turn, Undone, Values
from accessibility.flows.rules import Option
from accessibility.journeys import facts
from accessibility.journeys.booked import cancelled, due_words, to_agree, told_of
from accessibility.journeys.breakfast_dishes import (
    heard_dishes,
    last_order,
    one_of,
    read,
    same_again,
    same_first,
)
from accessibility.journeys.nearby import by_site, places_near, sites_heard
from accessibility.said.heard import Heard, Known
from scenes.breakfast.errors import ItemNotFound, OrderInvalid, PointNotFound, RuleMissing, SoldOut
from scenes.breakfast.pages_view import price_lines
from scenes.breakfast.service import orders
from scenes.breakfast.service.days import SCENE
from scenes.breakfast.service.menu import Menu, shared_menu
from scenes.breakfast.service.orders import OrderWish, Wish
from scenes.common.booking.errors import PriceChanged, WindowFull, WindowNotOpen
from scenes.common.booking.wire import Booking
from scenes.common.kit.clock import instant, local_day
from scenes.common.kit.refusals import Refusal
from scenes.common.kit.speech import spoken_day, spoken_time, spoken_when
from scenes.common.kit.wire import fingerprint

POINTS: Final = 6
"""Points offered, nearest first."""

DAYS: Final = 3
"""Today and the days after it that can be chosen."""

MORE: Final = ("more", "more2", "more3")
"""Further things are asked for one at a time, three times at most."""

NOTHING: Final = "0"
_booking = msgspec.json.Decoder(Booking)


def gathered(values: Values) -> dict[UUID, int]:
    """Add up what was chosen, step by step."""
    items: dict[UUID, int] = {}
    for question in ("what", *MORE):
        for item_id, units in read(values.get(question, "").removeprefix("all~")).items():
            items[item_id] = items.get(item_id, 0) + units
    return items


async def _where(asking: Asking, _values: Values) -> Asked:
    """Ask where to fetch it: where the last one was, else the nearest, is taken unasked."""
    known = set(await facts.breakfast_points(asking))
    near = [each for each in await places_near(asking, SCENE) if each.place.id in known]
    last = await last_order(asking)
    usual = str(last.place_id) if last is not None else ""
    wished = await _selling(asking, [str(each.place.id) for each in near]) or usual
    options = [
        Option(
            value=str(each.place.id),
            label=each.place.name,
            about=f"走路约{each.walk_minutes}分钟" if each.walk_minutes is not None else each.place.address,
        )
        for each in near
    ]
    options.sort(key=lambda option: option.value != wished)
    sited = by_site(asking, options, unnamed=True)
    return Asked(
        title="您在哪里取早饭?", options=sited.options[:POINTS], display=sited.words, obvious=sited.sure
    )


async def _day(asking: Asking, values: Values) -> Asked:
    """Ask which day: the day named, else the first one that still takes orders, is taken unasked."""
    options: list[Option] = []
    today, wished = local_day(asking.now), asking.wishes.get("on")
    for ahead in range(DAYS):
        day = today + timedelta(days=ahead)
        menu = await _menu(asking, values, day)
        if menu is not None and any(slot.open for slot in menu.slots):
            options.append(Option(value=str(day), label=spoken_day(day, today)))
    named = [option for option in options if option.value == wished]
    sorry = "您说的那天不能订。" if wished and not named else ""
    return Asked(
        title="您要哪一天的早饭?", options=named or options, display=sorry, obvious=bool(named) or not wished
    )


async def _what(asking: Asking, values: Values) -> Asked:
    """Ask what to eat: what was said, or the same as last time, comes first."""
    menu = await _menu(asking, values, date.fromisoformat(values["day"]))
    sold = [item for item in menu.items if item.left > 0] if menu is not None else []
    heard = heard_dishes(asking, sold)
    usual = await same_again(asking, sold)
    dishes = [one_of(item) for item in sold]
    sure = len(heard) == 1 and asking.wishes.get("sure") == "1"
    missing = "您说的有几种,请选一样。" if len(heard) > 1 else ""
    gone = "这里没有您说的,请看看别的。" if asking.wishes.get("dishes") and not heard else ""
    return Asked(
        title="您想吃什么?", options=[*heard, *usual, *dishes], display=missing or gone, obvious=sure
    )


def _more(question: str) -> Question:
    """Ask for one thing more; not after 「跟上次一样」, a whole sentence, or 「就这些」."""
    before = MORE[: MORE.index(question)]

    async def ask(asking: Asking, values: Values) -> Asked:
        menu = await _menu(asking, values, date.fromisoformat(values["day"]))
        have = gathered(values)
        items = [item for item in menu.items if item.left > have.get(item.item_id, 0)] if menu else []
        names = "、".join(f"{item.name}{have[item.item_id]}份" for item in items if item.item_id in have)
        done = Option(value=NOTHING, label="就这些", about=names)
        return Asked(title="还要别的吗?", options=[done, *(one_of(item) for item in same_first(items, have))])

    def needed(values: Mapping[str, str]) -> bool:
        single = values.get("what", "").count("*") == 1 and not values.get("what", "").startswith("all~")
        return single and all(values.get(each, NOTHING) != NOTHING for each in before)

    return Question(id=question, topic="加什么", ask=ask, needed=needed, seldom=question != MORE[0])


async def _when(asking: Asking, values: Values) -> Asked:
    """Ask when to fetch it: the time named, or the usual time of day, comes first."""
    menu = await _menu(asking, values, date.fromisoformat(values["day"]))
    slots = [slot for slot in menu.slots if slot.open] if menu is not None else []
    last = await last_order(asking)
    usual = spoken_time(last.starts_at) if last is not None else ""
    wished = asking.wishes.get("at")
    options = [
        Option(value=str(slot.window_id), label=spoken_time(slot.starts_at), about=f"还能订{slot.free}份")
        for slot in slots
    ]
    first = wished or usual
    options.sort(key=lambda option: option.label != first)
    named = wished is not None and bool(options) and options[0].label == wished
    return Asked(title="您几点来取?", options=options, obvious=named)


async def _confirm(asking: Asking, values: Values) -> Card:
    """Show what is to be ordered, with every line of its price."""
    tools = asking.tools
    priced = await orders.price_in(
        asking.session, tools.database, tools.clock, resident=asking.resident, wish=_wish(values)
    )
    for item, units in priced.portions:
        if item.left < units:
            raise SoldOut(f"{item.name}只剩{item.left}份了。" if item.left else f"{item.name}卖完了。")
    total = priced.quote.total_fen
    lines = [
        spoken_when(priced.slot.starts_at, asking.now),
        asking.tools.place_names(UUID(values["where"])).name,
        *(f"{line.label} {line.amount}" for line in price_lines(priced) if line.applies),
        *due_words("一共", total, free="不用付钱。"),
    ]
    return to_agree("这样订,对吗?", lines, fen=total)


async def _act(acting: Acting, values: Values) -> UUID | None:
    """Order as the room's own routes do; what costs something is held until it is paid."""
    tools, wish = acting.tools, _wish(values)
    await tools.limits.check("breakfastOrder", acting.resident.person_id)
    answer = await orders.order(
        tools.database, tools.ledger, tools.clock, resident=acting.resident, wish=wish, key=acting.key,
        fingerprint=fingerprint("/elder/breakfast", dict(values)),
    )  # fmt: skip
    return _booking.decode(answer.body).id


async def _tell(asking: Asking, _values: Values, booking_id: UUID | None) -> Told:
    if booking_id is None:
        return Told(card=Card(title="没有订成", lines=("请再试一次。",)))
    return await told_of(asking, booking_id)


def _turn(_values: Values, refusal: Refusal) -> Turn:
    """Lead each refusal of the room back to the question that can be answered otherwise."""
    if isinstance(refusal, SoldOut | ItemNotFound | OrderInvalid):
        return Turn(question="what", notice=refusal.detail)
    if isinstance(refusal, WindowFull | WindowNotOpen):
        return Turn(question="when", notice=refusal.detail)
    if isinstance(refusal, PriceChanged):
        return Turn(question="when", notice="价钱刚刚有变化,请再看一遍。")
    if isinstance(refusal, PointNotFound | RuleMissing):
        return Turn(question="where", notice="这里现在不能订,请换一家。")
    return Turn(question="day", notice=refusal.detail)


async def _undo(acting: Acting, _values: Values, booking_id: UUID | None) -> Undone:
    return await cancelled(acting, booking_id)


async def _known(asking: Asking) -> Known:
    """Name the dishes and the points near by."""
    points = set(await facts.breakfast_points(asking))
    near = [each.place for each in await places_near(asking, SCENE) if each.place.id in points]
    return Known(dishes=tuple(await facts.dishes(asking)), places=tuple(place.name for place in near))


async def _hear(asking: Asking, heard: Heard) -> Values:
    """Make wishes of a sentence: the point, the day, the dishes, the hour."""
    clock = None
    if heard.hour is not None and "time" not in heard.unclear:
        clock = spoken_time(instant(local_day(asking.now), time(heard.hour, heard.minute or 0)))
    wishes = {
        **await sites_heard(asking, heard, SCENE),
        "on": str(heard.day) if heard.day is not None and "day" not in heard.unclear else "",
        "dishes": ",".join(f"{item.name}*{item.quantity}" for item in heard.items),
        "sure": "1" if heard.items and "payment" not in heard.unclear else "",
        "at": clock or "",
    }
    return {name: value for name, value in wishes.items() if value}


def _wish(values: Values) -> OrderWish:
    items = tuple(Wish(item_id=item_id, quantity=units) for item_id, units in gathered(values).items())
    return OrderWish(place_id=UUID(values["where"]), window_id=UUID(values["when"]), items=items)


async def _menu(asking: Asking, values: Values, day: date) -> Menu | None:
    try:
        return await shared_menu(asking.tools.database, asking.tools.clock, UUID(values["where"]), day=day)
    except (PointNotFound, RuleMissing):
        return None


async def _selling(asking: Asking, near: Sequence[str]) -> str:
    """Find the nearest point that has all a sentence named on the day it named; nowhere is empty."""
    if not asking.wishes.get("dishes"):
        return ""
    tomorrow = local_day(asking.now) + timedelta(days=1)
    day = date.fromisoformat(asking.wishes.get("on", str(tomorrow)))
    for place_id in near[:POINTS]:
        menu = await _menu(asking, {"where": place_id}, day)
        if menu is not None and heard_dishes(asking, [item for item in menu.items if item.left > 0]):
            return place_id
    return ""


BREAKFAST: Final = Flow(
    name="breakfast",
    label="早饭",
    icon="breakfast",
    questions=(
        Question(id="where", topic="哪里取", ask=_where, seldom=True),
        Question(id="day", topic="哪一天", ask=_day, seldom=True),
        Question(id="what", topic="吃什么", ask=_what),
        *(_more(question) for question in MORE),
        Question(id="when", topic="几点取", ask=_when),
    ),
    confirm=_confirm,
    act=_act,
    tell=_tell,
    turn=_turn,
    undo=_undo,
    hear=_hear,
    known=_known,
)
