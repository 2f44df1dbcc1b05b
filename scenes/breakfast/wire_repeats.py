"""Weekly orders as the wire shows them."""

from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

import msgspec

from scenes.breakfast.service.orders import Wish
from scenes.breakfast.service.repeats import RepeatItem, RepeatView, RepeatWish
from scenes.breakfast.wire import OrderItem
from scenes.common.booking.wire import BookingPerson
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest

SUNDAY = 7


class BreakfastRepeatRequest(WireRequest, frozen=True, kw_only=True):
    """The same breakfast every week: `weekday` 1 is Monday, 7 Sunday; `at` is a slot's start, 07:30."""

    place_id: UUID
    weekday: Annotated[int, msgspec.Meta(ge=1, le=SUNDAY)]
    at: Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    items: Annotated[list[OrderItem], msgspec.Meta(min_length=1, max_length=20)]
    note: Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")] | None = None
    person_id: UUID | None = None

    def wish(self) -> RepeatWish:
        """Put the request into the room's own words."""
        return RepeatWish(
            place_id=self.place_id, weekday=self.weekday - 1, at=time.fromisoformat(self.at),
            note=self.note, person_id=self.person_id,
            items=tuple(Wish(item_id=item.item_id, quantity=item.quantity) for item in self.items),
        )  # fmt: skip


class SkipRequest(WireRequest, frozen=True, kw_only=True):
    """The day to leave out."""

    day: date = msgspec.field(name="date")


class BreakfastRepeatItem(Wire, frozen=True, kw_only=True):
    """So many of one thing."""

    item_id: UUID
    name: str
    quantity: int

    @classmethod
    def of(cls, item: RepeatItem) -> "BreakfastRepeatItem":
        """Show what is wanted."""
        return cls(item_id=item.item_id, name=item.name, quantity=item.quantity)


class BreakfastRepeat(Wire, frozen=True, kw_only=True):
    """A weekly order; `next_date` is the next day still to be ordered, null while no rule is in force."""

    id: UUID
    place_id: UUID
    weekday: int
    at: str
    items: list[BreakfastRepeatItem]
    note: str | None
    person: BookingPerson
    skips: list[date]
    next_date: date | None
    next_at: datetime | None

    @classmethod
    def of(cls, view: RepeatView) -> "BreakfastRepeat":
        """Show a weekly order."""
        row = view.row
        return cls(
            id=row.id, place_id=row.place_id, weekday=row.weekday + 1, at=f"{row.at:%H:%M}", note=row.note,
            items=[BreakfastRepeatItem.of(item) for item in view.items],
            person=BookingPerson(id=row.person_id, name=view.person_name),
            skips=[date.fromisoformat(day) for day in row.skips],
            next_date=view.next_day, next_at=shanghai(view.next_at) if view.next_at else None,
        )  # fmt: skip
