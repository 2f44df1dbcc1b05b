"""The queue before a doctor's door: who waits, who is called in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import store
from scenes.clinic.errors import SessionNotFound
from scenes.clinic.rules.queue import Ticket, ahead_of, in_turn
from scenes.clinic.tables import ClinicSessionRow
from scenes.common.booking import store as booking_store
from scenes.common.booking.ledger import Ledger, Move
from scenes.common.booking.store_stats import note_call
from scenes.common.kit.caller import Staff


class QueueView(msgspec.Struct, frozen=True):
    """A session's queue; `waiting` is in the order of calling, without the one who is served."""

    session_id: UUID
    place_id: UUID
    serving_no: int | None
    tickets: tuple[Ticket, ...]
    waiting: tuple[Ticket, ...]

    def of(self, person_id: UUID | None) -> list[tuple[Ticket, int | None]]:
        """Return the tickets for or by a person, each with how many are ahead while it waits."""
        return [
            (ticket, ahead_of(self.waiting, ticket.booking_id))
            for ticket in self.tickets
            if person_id is not None
            and person_id in {ticket.person_id, ticket.booked_by}
            and ticket.state in {"confirmed", "checked_in"}
        ]


async def queue_of(session: AsyncSession, session_id: UUID) -> QueueView:
    """Read a session's queue (SessionNotFound)."""
    found = await store.session_facts(session, session_id)
    if found is None:
        raise SessionNotFound
    return await _queue(session, found[0])


async def _queue(session: AsyncSession, row: ClinicSessionRow) -> QueueView:
    tickets = tuple(
        Ticket(b["id"], b["person_id"], b["booked_by"], b["queue_no"], b["starts_at"], b["state"])
        for b in await booking_store.of_group(session, row.id)
    )
    waiting = tuple(in_turn(tickets, row.serving_booking_id))
    return QueueView(row.id, row.place_id, row.serving_no, tickets, waiting)


async def call_next(
    session: AsyncSession, ledger: Ledger, *, session_id: UUID, staff: Staff, now: datetime
) -> QueueView:
    """Finish who is with the doctor and call the next in turn; with nobody waiting, only finish.

    Refuses with SessionNotFound, also outside the venue's scope. Callers of one queue wait for each other.
    """
    row = await store.locked_session(session, session_id)
    if row is None or not staff.may_work_at(row.place_id):
        raise SessionNotFound
    view = await _queue(session, row)
    if row.serving_booking_id is not None and _is_here(view.tickets, row.serving_booking_id):
        await ledger.move(
            Move(booking_id=row.serving_booking_id, event="fulfil", by="staff", actor_id=staff.staff_id)
        )
    called = view.waiting[0] if view.waiting else None
    row.serving_booking_id = called.booking_id if called else None
    row.serving_no = called.number if called else None
    await session.flush()
    if called is not None:
        await note_call(session, called.booking_id, now=now)
    return QueueView(row.id, row.place_id, row.serving_no, view.tickets, view.waiting[1:])


def _is_here(tickets: Sequence[Ticket], booking_id: UUID) -> bool:
    return any(ticket.booking_id == booking_id and ticket.state == "checked_in" for ticket in tickets)
