"""Breakfast orders as the contract writes them, sent to the whole application."""

from typing import Any
from uuid import UUID

from scenes.common.kit.caller import Caller
from tests.support.breakfast import Breakfast
from tests.support.whole import Whole, booking


def wish(shop: Breakfast, *, slot: UUID | None = None, **items: int) -> dict[str, Any]:
    """Want so many of each, tomorrow at half past seven unless told otherwise."""
    return {
        "placeId": str(shop.place),
        "windowId": str(slot or shop.slot(7, 30)),
        "items": [{"itemId": str(shop.items[name]), "quantity": count} for name, count in items.items()],
    }


async def order(
    whole: Whole, shop: Breakfast, by: Caller = None, *, slot: UUID | None = None, **items: int
) -> dict[str, Any]:
    """Order as somebody, a newcomer unless told otherwise."""
    who = by or await shop.resident()
    return booking(await whole.post("/breakfast/orders", who, json=wish(shop, slot=slot, **items)), 201)
