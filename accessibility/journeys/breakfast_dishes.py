"""Dishes as answers: the last order again, what a sentence named, one of each."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final
from uuid import UUID

from accessibility.flows.flow import Asking
from accessibility.flows.rules import Option
from scenes.breakfast.service.days import SCENE
from scenes.breakfast.service.menu import MenuItem
from scenes.common.booking import service as booking
from scenes.common.booking.ledger.claims import BookingRecord
from scenes.common.kit.money import yuan_text

RECENT: Final = 6
"""Orders looked at for the person's own last one."""

MOST_READINGS: Final = 12
"""Ways to take 「豆浆两个包子」 that are offered."""

Items = Mapping[UUID, int]


def written(items: Items) -> str:
    """Write items as an option's value."""
    return ",".join(f"{item_id}*{units}" for item_id, units in items.items())


def read(value: str) -> dict[UUID, int]:
    """Read items from an option's value."""
    pairs = [each.split("*") for each in value.split(",") if "*" in each]
    return {UUID(item_id): int(units) for item_id, units in pairs}


async def last_order(asking: Asking) -> BookingRecord | None:
    """Read the person's own last order."""
    me = asking.resident.subject_id
    found = await booking.bookings_of(asking.session, me, scene=SCENE, limit=RECENT)
    return next((record for record in found if record.person_id == me), None)


async def same_again(asking: Asking, sold: Sequence[MenuItem]) -> list[Option]:
    """Offer the last order again, if all of it can be had."""
    last = await last_order(asking)
    if last is None:
        return []
    by_name = {item.name: item for item in sold}
    lines = [(line.label, line.units) for line in last.lines if line.label in by_name]
    wanted = {by_name[name].item_id: units for name, units in lines}
    if not wanted or any(by_name[name].left < units for name, units in lines):
        return []
    about = "、".join(f"{name}{units}份" for name, units in lines)
    return [Option(value=f"all~{written(wanted)}", label="跟上次一样", about=about)]


def heard_dishes(asking: Asking, sold: Sequence[MenuItem]) -> list[Option]:
    """Offer what a sentence named: one option if each word is one dish, else each way to take it."""
    pairs = [each.split("*") for each in asking.wishes.get("dishes", "").split(",") if "*" in each]
    choices = [[(item, int(units)) for item in _meant(word, sold)] for word, units in pairs]
    if not choices or not all(choices):
        return []
    return [_combined(portions) for portions in list(product(*choices))[:MOST_READINGS]]


def _meant(word: str, sold: Sequence[MenuItem]) -> list[MenuItem]:
    """List the dishes a word may mean: of just this name, else with it in the name."""
    exact = [item for item in sold if item.name == word]
    stem = word.removesuffix("子")
    return exact or [item for item in sold if stem in item.name]


def _combined(portions: Sequence[tuple[MenuItem, int]]) -> Option:
    items: dict[UUID, int] = {}
    for item, units in portions:
        items[item.item_id] = items.get(item.item_id, 0) + units
    label = "、".join(f"{item.name}{units}份" for item, units in portions)
    price = sum(item.price_fen * units for item, units in portions)
    return Option(value=f"all~{written(items)}", label=label, about=yuan_text(price))


def one_of(item: MenuItem) -> Option:
    """Offer one of a dish, with its price and whether it is running short."""
    few = ("few", "不多了") if item.left * 5 <= item.capacity else ("ok", "有")
    return Option(
        value=written({item.item_id: 1}), label=f"{item.name} 1份", about=yuan_text(item.price_fen), mark=few
    )


def same_first(items: Sequence[MenuItem], have: Items) -> list[MenuItem]:
    """Put what was chosen already first."""
    return sorted(items, key=lambda item: item.item_id not in have)
