"""Counting missed and late-cancelled appointments, and the ban that too many of them lead to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import store
from scenes.clinic.rules.conduct import (
    StrikeKind,
    banned_until,
    counted_from,
    is_late,
    is_second_thought,
    limit_of,
)
from scenes.clinic.rules.rule import ClinicRule, rule_for
from scenes.clinic.service.schedule import SCENE, rules_in_force
from scenes.clinic.tables import ClinicStrikeRow
from scenes.common.booking import service as booking
from scenes.common.kit.clock import local_day
from scenes.common.kit.outbox import Event, emit


async def count_no_show(session: AsyncSession, event: Event) -> None:
    """Count a missed appointment against the person."""
    if event.payload["scene"] == SCENE:
        await _strike(session, event, "no_show", rule=await _rule(session, event))


async def count_late_cancel(session: AsyncSession, event: Event) -> None:
    """Count a resident's own cancel of a confirmed appointment, when it came late, second thoughts aside."""
    payload = event.payload
    own = payload.get("by") == "resident" and payload.get("was") in {"confirmed", "checked_in"}
    if payload["scene"] != SCENE or not own:
        return
    rule = await _rule(session, event)
    booked_at = (await booking.any_booking(session, UUID(payload["bookingId"]))).created_at
    if is_late(event.at, starts_at(payload), rule) and not is_second_thought(event.at, booked_at, rule):
        await _strike(session, event, "late_cancel", rule=rule)


def starts_at(payload: Mapping[str, Any]) -> datetime:
    """Read when the booking of an event starts."""
    return datetime.fromisoformat(payload["startsAt"])


async def _rule(session: AsyncSession, event: Event) -> ClinicRule:
    place_id = UUID(event.payload["placeId"])
    return rule_for(place_id, local_day(starts_at(event.payload)), await rules_in_force(session))


async def _strike(session: AsyncSession, event: Event, kind: StrikeKind, *, rule: ClinicRule) -> None:
    """Count once per booking; a ban only ever grows longer by itself."""
    person_id, limit = event.subject_id, limit_of(kind, rule)
    booking_id = UUID(event.payload["bookingId"])
    await store.add_strike(
        session, ClinicStrikeRow(booking_id=booking_id, person_id=person_id, kind=kind, at=event.at)
    )
    counted = await store.strikes(session, person_id, kind, after=counted_from(event.at, limit))
    until = banned_until(counted, limit, event.at)
    if until is None:
        return
    key = f"suspended:{SCENE}"
    ban = await store.standing(session, person_id, key)
    if ban is not None and (ban.valid_until is None or ban.valid_until >= until):
        return
    await booking.stand(session, person_id, key=key, since=event.at, until=until)
    facts = {"kind": kind, "strikes": len(counted), "until": until.isoformat(), "scene": SCENE}
    emit(session, "clinic.suspended", subject_id=person_id, payload=facts, at=event.at)
