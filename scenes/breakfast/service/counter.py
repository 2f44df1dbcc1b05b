"""What a counter takes along for the hours without network: orders by their codes, nobody's name."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.service.collect import NEAR, check_scope
from scenes.breakfast.store import collect as store
from scenes.common.booking.rules import Terms
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import instant, local_day

State = Literal["waiting", "unpaid", "fetched", "recalled"]
_PAID: Final = frozenset({"confirmed", "checked_in"})


class ToHand(msgspec.Struct, frozen=True, kw_only=True):
    """An order by its code: what it is made of, and between which instants it is handed out."""

    booking_id: UUID
    code: str
    items: tuple[str, ...]
    starts_at: datetime
    hand_from: datetime | None
    hand_until: datetime | None
    state: State


async def to_hand(session: AsyncSession, staff: Staff, place_id: UUID, *, now: datetime) -> list[ToHand]:
    """List the orders of yesterday to tomorrow that the counter may be asked for (PointNotFound)."""
    check_scope(staff, place_id)
    today = instant(local_day(now), time())
    rows = await store.to_hand(session, place_id, since=today - NEAR, until=today + NEAR + timedelta(days=1))
    orders: defaultdict[UUID, list[RowMapping]] = defaultdict(list)
    for row in rows:
        orders[row["booking_id"]].append(row)
    return [_order(several) for several in orders.values()]


def _order(rows: Sequence[RowMapping]) -> ToHand:
    first, terms = rows[0], msgspec.convert(rows[0]["terms"], Terms, strict=False)
    return ToHand(
        booking_id=first["booking_id"],
        code=first["code"],
        items=tuple(f"{row['name']} {row['units']}份" for row in rows),
        starts_at=first["starts_at"],
        hand_from=terms.check_in_from,
        hand_until=terms.check_in_until,
        state=state_of(first["state"], recalled=any(row["recalled"] for row in rows)),
    )


def state_of(booking_state: Any, *, recalled: bool) -> State:
    """Say in one word whether an order can be handed out."""
    if booking_state == "fulfilled":
        return "fetched"
    if recalled:
        return "recalled"
    return "waiting" if booking_state in _PAID else "unpaid"
