"""Bookings as the wire shows them."""

from datetime import datetime
from functools import lru_cache
from typing import Annotated, Protocol, runtime_checkable
from uuid import UUID

import msgspec

from scenes.common.booking.hours import hours_of
from scenes.common.booking.ledger.claims import BookingRecord, Render
from scenes.common.booking.rules import Terms
from scenes.common.booking.states import EDGES
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest, encode

_RESIDENT_ACTIONS = {"confirm": "confirm", "extend": "extendHold", "check_in": "checkIn", "cancel": "cancel"}


class BookingPlace(Wire, frozen=True, kw_only=True):
    """Where a booking takes place."""

    id: UUID
    name: str
    address: str
    phone: str


class BookingPerson(Wire, frozen=True, kw_only=True):
    """Whom a booking is for, or who made it."""

    id: UUID
    name: str


class BookingPayment(Wire, frozen=True, kw_only=True):
    """The payment of a booking; states are those of the payments desk."""

    id: UUID
    state: str


class BookingTerms(Wire, frozen=True, kw_only=True):
    """What was promised: the last instant of a free cancel, minutes of grace, the no-show rule in words."""

    cancel_until: datetime | None
    grace_minutes: int
    no_show_rule: str


class BookingLine(Wire, frozen=True, kw_only=True):
    """One line of a booking; `unit_fen` is the price of one unit."""

    label: str
    units: int
    unit_fen: int


class Booking(Wire, frozen=True, kw_only=True):
    """A booking of any scene."""

    id: UUID
    scene: str
    state: str
    place: BookingPlace
    title: str
    resource: str
    starts_at: datetime
    ends_at: datetime
    hold_expires_at: datetime | None
    amount_fen: int
    payment: BookingPayment | None
    code: str
    queue_no: int | None
    note: str | None
    offered: bool
    person: BookingPerson
    booked_by: BookingPerson
    terms: BookingTerms
    lines: list[BookingLine]
    actions: list[str]
    version: int


Reason = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]
"""A person's own words; PostgreSQL keeps no NUL."""


class CancelRequest(WireRequest, frozen=True, kw_only=True):
    """Why a booking is cancelled, in the person's own words."""

    reason: Reason | None = None


@runtime_checkable
class PlaceNames(Protocol):
    """Answers what a booking shows of a place."""

    def __call__(self, place_id: UUID) -> BookingPlace:
        """Return the place's name, address and phone."""
        ...


def actions(record: BookingRecord, now: datetime) -> list[str]:
    """List what the resident can do with a booking now."""
    if record.hold_expires_at is not None and record.hold_expires_at <= now:
        return []
    possible = [shown for event, shown in _RESIDENT_ACTIONS.items() if (record.state, event) in EDGES]
    if record.state == "held" and record.amount_fen > 0 and record.payment_state != "success":
        possible[possible.index("confirm")] = "pay"
    if record.state != "held" and "cancel" in possible and not _may_cancel(record.terms, now):
        possible.remove("cancel")
    if "checkIn" in possible and not _may_check_in(record.terms, now):
        possible.remove("checkIn")
    return possible


def _may_cancel(terms: Terms, now: datetime) -> bool:
    return terms.cancel_until is None or now <= terms.cancel_until


def _may_check_in(terms: Terms, now: datetime) -> bool:
    begun = terms.check_in_from is None or terms.check_in_from <= now
    return begun and (terms.check_in_until is None or now <= terms.check_in_until)


def as_booking(record: BookingRecord, place: BookingPlace, now: datetime) -> Booking:
    """Show a booking record as the contract's Booking; a lapsed hold shows as expired already."""
    lapsed = record.hold_expires_at is not None and record.hold_expires_at <= now
    own = hours_of(record.details, created_at=record.created_at)
    payment = None
    if record.payment_id is not None and record.payment_state is not None:
        payment = BookingPayment(id=record.payment_id, state=record.payment_state)
    return Booking(
        id=record.id, scene=record.scene, state="expired" if lapsed else record.state, place=place,
        title=record.title, resource=record.resource,
        starts_at=shanghai(own.starts_at if own else record.starts_at),
        ends_at=shanghai((own.ends_at if own else None) or record.ends_at),
        hold_expires_at=shanghai(record.hold_expires_at) if record.hold_expires_at else None,
        amount_fen=record.amount_fen, payment=payment, code=record.code, queue_no=record.queue_no,
        note=record.note, offered=record.offered,
        person=BookingPerson(id=record.person_id, name=record.person_name),
        booked_by=BookingPerson(id=record.booked_by, name=record.booked_by_name),
        terms=_terms(record.terms),
        lines=_lines(record),
        actions=actions(record, now), version=record.version,
    )  # fmt: skip


def _lines(record: BookingRecord) -> list[BookingLine]:
    """Show what was taken and what price rules took off, so that the lines add up to the amount.

    Quarter-hours of one connector are one line: people reserve a time, not its pieces.
    """
    if len(record.lines) == 1 and not record.adjustments:
        [line] = record.lines
        return [BookingLine(label=line.label, units=line.units, unit_fen=line.unit_fen)]
    shown: dict[tuple[str, int], int] = {}
    for line in record.lines:
        shown[line.label, line.unit_fen] = shown.get((line.label, line.unit_fen), 0) + line.units
    ordered = sorted(shown.items(), key=lambda line: (line[0][1] == 0, line[0]))  # rows keep no order
    lines = [BookingLine(label=label, units=n, unit_fen=fen) for (label, fen), n in ordered]
    return lines + [BookingLine(label=each.label, units=1, unit_fen=each.fen) for each in record.adjustments]


@lru_cache(maxsize=4096)
def _terms(terms: Terms) -> BookingTerms:
    return BookingTerms(
        cancel_until=shanghai(terms.cancel_until) if terms.cancel_until else None,
        grace_minutes=terms.grace_minutes,
        no_show_rule=terms.no_show_rule,
    )


def renderer(place_of: PlaceNames) -> Render:
    """Make the function by which the ledger encodes a booking into the answer it keeps."""

    def render(record: BookingRecord, now: datetime) -> bytes:
        return encode(as_booking(record, place_of(record.place_id), now))

    return render
