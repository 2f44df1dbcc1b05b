"""Reminding of what was booked, and taking a reminder back that is no longer true."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.notices.reminding import Kind, about, key, spans
from scenes.common.notices.rules import Facts
from scenes.common.notices.service.knowing import rule_at
from scenes.common.notices.service.telling import tell
from scenes.common.notices.store import deliveries, reminders

AT_A_TIME: Final = 200


async def remind(session: AsyncSession, *, now: datetime, limit: int = AT_A_TIME) -> int:
    """Remind of the next bookings that begin tomorrow or soon; return how many there were."""
    rule, found = await rule_at(session, now), 0
    for span in spans(now, rule):
        ahead = await reminders.ahead(session, span, scenes=rule.reminded_scenes, limit=limit)
        for booking in ahead:
            await _remind(session, booking, kind=span.kind, now=now)
        found += len(ahead)
    return found


async def _remind(session: AsyncSession, booking: reminders.Ahead, *, kind: Kind, now: datetime) -> None:
    """Remind the person, and whoever arranged it."""
    dedupe = key(booking.id, kind, starts_at=booking.starts_at, relocations=booking.relocations)
    for person_id in {booking.person_id, booking.booked_by}:
        facts = Facts(
            title=booking.title, starts_at=booking.starts_at, for_family=person_id != booking.person_id
        )
        await tell(session, person_id, dedupe=dedupe, template=f"reminder_{kind}", facts=facts, now=now)


async def take_back(session: AsyncSession, booking_id: UUID, *, now: datetime) -> None:
    """Stop what was to remind of a booking that is cancelled or elsewhere now and has not left yet."""
    await deliveries.withdraw(session, about(booking_id), why="no_longer_true", now=now)
