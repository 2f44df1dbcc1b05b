"""The call list's questions: who may work it, and whose hands a call is in. Pure."""

from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from scenes.common.kit.caller import Staff
from scenes.common.kit.refusals import Forbidden
from scenes.common.notices.errors import CallNotYours, CallTaken

CALLERS: Final = frozenset({"district", "eldercare"})
"""Roles that call residents on the district's behalf."""

Hands = Literal["free", "mine", "colleague"]


def check_may_call(staff: Staff) -> None:
    """Refuse staff who do not call residents (Forbidden)."""
    if staff.role not in CALLERS:
        raise Forbidden


def in_hands(
    taken_by: UUID | None, taken_at: datetime | None, *, staff_id: UUID, now: datetime, minutes: int
) -> Hands:
    """Say who has a call in hand; after so many minutes without a result it is free again."""
    if taken_by is None or taken_at is None or now >= taken_at + timedelta(minutes=minutes):
        return "free"
    return "mine" if taken_by == staff_id else "colleague"


def check_free(hands: Hands) -> None:
    """Refuse to take what a colleague has in hand (CallTaken)."""
    if hands == "colleague":
        raise CallTaken


def check_mine(hands: Hands) -> None:
    """Refuse a result from anybody but the one who took the call (CallNotYours)."""
    if hands != "mine":
        raise CallNotYours
