"""Somebody stands at a staff desk: how they are known there, and the move that takes them in."""

import re
from typing import Final
from uuid import UUID

import msgspec

from scenes.common.booking.ledger import Move
from scenes.common.booking.voucher import SIGNED, SPOKEN
from scenes.common.kit.caller import Staff

NAME_AND_NUMBER: Final = re.compile(r"([^\d\s]+)\s*([\dXx]{4,})")
"""「王小芳 1234」: a name and the end of phone, national id or code."""

FEWEST_DIGITS: Final = 4


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
    return Move(
        booking_id=booking_id,
        event="check_in",
        by="staff",
        actor_id=staff.staff_id,
        place_ids=None if staff.role == "district" else staff.place_ids,
        key=key,
        fingerprint=fingerprint,
    )
