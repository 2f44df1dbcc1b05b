"""Which starts people are reminded of at an instant: tomorrow's in the evening, and those very near. Pure."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from scenes.common.kit.clock import SHANGHAI, instant, local_day
from scenes.common.notices.channels import NoticeRule

Kind = Literal["evening", "soon"]


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Starts after `after` up to `until`, of bookings made before `booked_before` and `lead` ahead at least.

    Who booked after the moment of reminding has it fresh in mind.
    """

    kind: Kind
    after: datetime
    until: datetime
    booked_before: datetime
    lead: timedelta


def spans(now: datetime, rule: NoticeRule) -> Sequence[Span]:
    """Return the spans to be reminded of now; tomorrow's only between the evening hour and midnight."""
    lead = timedelta(minutes=rule.soon_minutes)
    soon = Span(kind="soon", after=now, until=now + lead, booked_before=now, lead=lead)
    if now.astimezone(SHANGHAI).time() < rule.evening_at:
        return (soon,)
    today = local_day(now)
    tomorrow = instant(today + timedelta(days=1), time())
    evening = Span(
        kind="evening",
        after=tomorrow - timedelta(microseconds=1),
        until=tomorrow + timedelta(days=1, microseconds=-1),
        booked_before=instant(today, rule.evening_at),
        lead=timedelta(),
    )
    return (soon, evening)


def about(booking_id: UUID) -> str:
    """Return what the `dedupe` of every reminder of a booking begins with."""
    return f"reminder:{booking_id}:"


def key(booking_id: UUID, kind: Kind, *, starts_at: datetime, relocations: int) -> str:
    """Name a reminder: once for each kind, start and place, so that a moved booking is told of anew."""
    return f"{about(booking_id)}{kind}:{int(starts_at.timestamp())}:{relocations}"
