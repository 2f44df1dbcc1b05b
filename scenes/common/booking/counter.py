"""Somebody stands at a staff desk: how they are known there, and the move that takes them in."""

import re
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from scenes.common.booking.errors import PaymentDue
from scenes.common.booking.ledger import BookingRecord, Move
from scenes.common.booking.voucher import SIGNED, SPOKEN
from scenes.common.kit.caller import Staff

NAME_AND_NUMBER: Final = re.compile(r"([^\d\s]+)\s*([\dXx]{4,})")
"""「王小芳 1234」: a name and the end of phone, national id or code."""

FEWEST_DIGITS: Final = 4
DESK_STAFF: Final = "deskStaffId"
"""The detail of a booking that says who of the staff made it, at the desk or on the phone."""


class Known(msgspec.Struct, frozen=True):
    """How somebody is known: by code, spoken or signed, or by name and the end of a number."""

    code: str | None = None
    name: str | None = None
    number: str | None = None

    @classmethod
    def typed(cls, text: str) -> "Known":
        """Tell a code, scanned or typed, from a name with a number."""
        said = text.strip()
        found = NAME_AND_NUMBER.fullmatch(said)
        if found is not None and not said.startswith((SIGNED, SPOKEN)):
            return cls(name=found[1], number=found[2])
        return cls(code="".join(said.split()))

    @property
    def is_signed(self) -> bool:
        """Tell whether the code is one that a counter can trust without network."""
        return (self.code or "").strip().startswith(SIGNED)

    @property
    def spoken(self) -> str:
        """Return the spoken code without what the QR picture says before it; empty when there is none."""
        return "".join((self.code or "").strip().removeprefix(SPOKEN).split())

    @property
    def by_name(self) -> tuple[str, str] | None:
        """Return the name and the number; none when one is missing or the number is too short to tell."""
        if self.name and self.number and len(self.number.strip()) >= FEWEST_DIGITS:
            return self.name.strip(), self.number
        return None


def check_in(booking_id: UUID, staff: Staff, *, key: str | None, fingerprint: bytes) -> Move:
    """Return the move by which a member of staff takes somebody in, at their own venues only."""
    return _move("check_in", booking_id, staff, key=key, fingerprint=fingerprint)


def call_off(booking_id: UUID, staff: Staff, *, key: str | None, fingerprint: bytes) -> Move:
    """Return the move by which a member of staff cancels what is not wanted after all."""
    return _move("cancel", booking_id, staff, key=key, fingerprint=fingerprint)


def _move(event: str, booking_id: UUID, staff: Staff, *, key: str | None, fingerprint: bytes) -> Move:
    return Move(
        booking_id=booking_id,
        event=event,
        by="staff",
        actor_id=staff.staff_id,
        place_ids=None if staff.role == "district" else staff.place_ids,
        key=key,
        fingerprint=fingerprint,
    )


def unpaid(record: BookingRecord) -> PaymentDue:
    """Refuse to hand out what is not paid, and say which booking the desk can take the money for."""
    due = PaymentDue("还没有付款,请先收钱。", detail_en="This booking has not been paid.")
    due.booking_id = record.id
    return due


def made_at_desk(record: BookingRecord) -> bool:
    """Tell whether a member of staff made a booking, at the desk or on the phone."""
    return DESK_STAFF in record.details


def held_for_counter(amount_fen: int, until: datetime) -> datetime | None:
    """Return how long a desk's booking stands unpaid: until it can no longer be used; free of charge, none.

    Who calls has no phone to pay with, so the money is taken at the counter when they come.
    """
    return until if amount_fen else None
