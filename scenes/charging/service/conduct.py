"""Counting missed reservations, and the ban that too many of them lead to."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.reservation import banned_until
from scenes.charging.service.reservations import BAN
from scenes.charging.service.rules import rule_at
from scenes.charging.service.windows import SCENE
from scenes.charging.store import reservations as store
from scenes.common.booking import service as booking
from scenes.common.kit.outbox import Event, emit


async def count_no_show(session: AsyncSession, event: Event) -> None:
    """Count a missed reservation against the person; a ban only ever grows longer by itself."""
    payload = event.payload
    if payload["scene"] != SCENE:
        return
    person_id, place_id = event.subject_id, UUID(payload["placeId"])
    rule = await rule_at(session, place_id, event.at)
    missed = await store.missed(session, person_id, event.at - timedelta(days=rule.no_show_days))
    until = banned_until(missed, rule, event.at)
    ban = await store.standing(session, person_id, BAN)
    if until is None or (ban is not None and (ban.valid_until is None or ban.valid_until >= until)):
        return
    await booking.stand(session, person_id, key=BAN, since=event.at, until=until)
    facts = {"strikes": len(missed), "until": until.isoformat(), "scene": SCENE}
    emit(session, "charging.suspended", subject_id=person_id, payload=facts, at=event.at)
