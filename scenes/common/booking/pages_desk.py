"""What the boards of all rooms share as pages: the day's frame, and the form that takes a code."""

from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from scenes.common.booking.counter import Known
from scenes.common.booking.errors import PaymentDue
from scenes.common.booking.service_desk import DeskCall
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.pages import PageForm
from scenes.common.kit.refusals import Refusal
from scenes.common.kit.speech import spoken_day
from scenes.common.kit.wire import fingerprint
from scenes.common.people.service import Newcomer
from scenes.common.places.directory import PlaceDirectory

CONSOLE: Final = "/staff"
"""Where a venue is chosen, and where the board of any is known."""


class RedeemForm(PageForm, frozen=True, kw_only=True):
    """What was scanned or typed at a desk, and which board it was typed into."""

    known: str
    place_id: UUID
    day: date

    def read(self) -> Known:
        """Tell a code from a name with a number."""
        return Known.typed(self.known)


class CallerForm(PageForm, frozen=True, kw_only=True):
    """Who stands at a desk or calls, as it was typed; `born` and `sex` only for somebody not known yet."""

    place_id: UUID
    day: date
    name: str = ""
    phone: str = ""
    born: str = ""
    sex: str = ""

    def call(self, staff: Staff, path: str, asked: Any) -> DeskCall:
        """Read who it is for, with what else was `asked`; a date that is none is asked for again."""
        try:
            born = date.fromisoformat(self.born) if self.born else None
        except ValueError:
            born = None
        newcomer = Newcomer(name=self.name, phone=self.phone, born=born, sex=self.sex)
        mark = fingerprint(path, [self.name, self.phone, asked])
        return DeskCall(staff=staff, newcomer=newcomer, key=self.idempotency_key, fingerprint=mark)


def slip_href(refused: Refusal, walk_in: str) -> str:
    """Return where the money of an unpaid booking is taken; empty for any other refusal."""
    due = refused.booking_id if isinstance(refused, PaymentDue) else None
    return f"{walk_in}/{due}" if due is not None else ""


class DayFrame(msgspec.Struct, frozen=True, kw_only=True):
    """A venue's day around what its room shows: where, when, the days beside it, where news come from."""

    place_id: str
    place: str
    day: str
    date: str
    as_of: str
    earlier: str
    later: str
    here: str
    live: str


def board_elsewhere(directory: PlaceDirectory, scene: str, place_id: UUID, day: date | None) -> str | None:
    """Say where to go on for the board of another room's venue; none where the venue is this room's, or none.

    Rooms do not know each other's boards; the console's first page does.
    """
    place = directory.get(place_id)
    if place is None or place.scene == scene:
        return None
    asked = {"placeId": str(place_id)} | ({"date": str(day)} if day is not None else {})
    return f"{CONSOLE}?{urlencode(asked)}"


def day_frame(path: str, place_id: UUID, *, place: str, day: date, now: datetime) -> DayFrame:
    """Frame a venue's day; `path` is the address of the room's board."""
    base = f"{path}?placeId={place_id}"
    return DayFrame(
        place_id=str(place_id),
        place=place,
        day=spoken_day(day, local_day(now)),
        date=str(day),
        as_of=f"{shanghai(now):%-H:%M:%S}",
        earlier=f"{base}&date={day - timedelta(days=1)}",
        later=f"{base}&date={day + timedelta(days=1)}",
        here=f"{base}&date={day}",
        live=f"/api/v1/staff/board/events?placeId={place_id}&date={day}",
    )
