"""Booking a number, waiting for one, and taking it on site."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import store
from scenes.clinic.errors import SessionStopped, WaitlistOver
from scenes.clinic.rules.sessions import free_for_public
from scenes.clinic.service.schedule import SCENE, session_of
from scenes.common.booking import service as booking
from scenes.common.booking import store as booking_store
from scenes.common.booking.errors import BookingNotFound, Suspended, WaitlistNotNeeded, WindowNotOpen
from scenes.common.booking.ledger import Claim, Ledger, Move, Outcome, Want
from scenes.common.booking.tables import WaitlistEntryRow
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import Database
from scenes.common.people import service as people


async def appoint(  # noqa: PLR0913 - each is one fact of the call
    ledger: Ledger,
    database: Database,
    *,
    resident: Resident,
    window_id: UUID,
    patient_id: UUID | None,
    reason: str | None,
    key: str,
    fingerprint: bytes,
) -> Outcome:
    """Book a number for oneself or for a patient of the account; the ledger decides.

    Only naming a patient costs a read (PatientNotFound); the ledger's refusals pass through.
    """
    subject_id = resident.subject_id
    if patient_id is not None and patient_id != subject_id:
        async with database.read() as session:
            subject_id = await people.subject_of(session, resident, patient_id)
    claim = Claim(
        scene=SCENE,
        booker_id=resident.person_id,
        subject_id=subject_id,
        wants=(Want(window_id),),
        key=key,
        fingerprint=fingerprint,
        note=reason,
    )
    return await ledger.claim(claim)


async def join_waitlist(
    session: AsyncSession,
    resident: Resident,
    *,
    session_id: UUID,
    patient_id: UUID | None,
    now: datetime,
) -> WaitlistEntryRow:
    """Wait for a number of a full session; waiting twice is the same entry.

    Refuses with SessionNotFound, PatientNotFound, SessionStopped, WindowNotOpen before the release,
    WaitlistOver, WaitlistNotNeeded, AlreadyBooked and Suspended.
    """
    person_id = await people.subject_of(session, resident, patient_id)
    view = await session_of(session, session_id, now=now)
    state = view.state(now)
    if state == "stopped":
        raise SessionStopped
    if now < view.row.release_at:
        raise WindowNotOpen
    if state == "over" or now >= view.row.waitlist_until:
        raise WaitlistOver
    if free_for_public(view.windows, now) > 0:
        raise WaitlistNotNeeded
    await _refuse_banned(session, person_id, now)
    return await booking.wait_for(
        session,
        session_id,
        scene=SCENE,
        person_id=person_id,
        booked_by=resident.person_id,
        clears_at=view.row.waitlist_until,
        now=now,
    )


async def _refuse_banned(session: AsyncSession, person_id: UUID, now: datetime) -> None:
    ban = await store.standing(session, person_id, f"suspended:{SCENE}")
    if ban is not None and ban.valid_from <= now and (ban.valid_until is None or now < ban.valid_until):
        raise Suspended


async def waiting_before(session: AsyncSession, entry: WaitlistEntryRow) -> int:
    """Count those who wait for the same session and came earlier."""
    return await booking_store.ahead_of(session, entry)


async def leave_waitlist(session: AsyncSession, resident: Resident, *, entry_id: UUID, now: datetime) -> None:
    """Stop waiting (BookingNotFound for another's entry)."""
    await booking.stop_waiting(session, entry_id, resident.subject_id, now=now)


async def check_in(  # noqa: PLR0913 - each is one fact of the call
    ledger: Ledger,
    database: Database,
    *,
    resident: Resident,
    booking_id: UUID,
    key: str | None,
    fingerprint: bytes,
) -> Outcome:
    """Take the number on site; whoever is booked, or booked for them, may do it."""
    async with database.read() as session:
        record = await booking.booking_of(session, booking_id, resident.subject_id)
    if record.scene != SCENE:
        raise BookingNotFound
    move = Move(
        booking_id=booking_id,
        event="check_in",
        by="resident",
        actor_id=resident.subject_id,
        key=key,
        fingerprint=fingerprint,
    )
    return await ledger.move(move)
