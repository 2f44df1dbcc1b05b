"""The whole act of asking, from wish to request: the ledger first where a time is limited."""

from uuid import UUID

import msgspec

from scenes.common.booking import service as booking
from scenes.common.booking.ledger import Ledger, Move
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.eldercare.service import requests
from scenes.eldercare.service.requests import RequestView, Wish


class _Named(msgspec.Struct, frozen=True):
    id: UUID


async def ask_with_time(  # noqa: PLR0913 - one fact each
    ledger: Ledger,
    database: Database,
    *,
    resident: Resident,
    wish: Wish,
    cipher: FieldCipher,
    clock: Clock,
    key: str,
    mark: bytes,
) -> tuple[RequestView, bool]:
    """Claim the time, then open its request; tell whether the same key had asked before.

    The ledger's refusals pass through. Should this process die between the two, the booking's own event
    opens the request.
    """
    async with database.read() as session:
        asked = await requests.check(session, resident, wish, now=clock())
    outcome = await ledger.claim(requests.claim_of(asked, resident, cipher=cipher, key=key, mark=mark))
    booking_id = msgspec.json.decode(outcome.answer.body, type=_Named).id
    async with database.transaction() as session:
        record = await booking.booking_of(session, booking_id, resident.subject_id)
        row = await requests.open_booked(session, record, now=clock())
        return await requests.view_of(session, row, cipher), outcome.answer.replayed


async def take_back(  # noqa: PLR0913 - one fact each
    ledger: Ledger,
    database: Database,
    *,
    resident: Resident,
    request_id: UUID,
    cipher: FieldCipher,
    clock: Clock,
) -> RequestView:
    """Cancel a request; one with a time by the ledger's terms (TooLate), which give the money back."""
    async with database.read() as session:
        row = await requests.own(session, resident, request_id)
    if row.booked and row.state in {"unpaid", "requested", "assigned", "accepted"}:
        move = Move(booking_id=row.id, event="cancel", by="resident", actor_id=resident.subject_id)
        await ledger.move(move)
    async with database.transaction() as session:
        row = await requests.own(session, resident, request_id, lock=True)
        await requests.cancel(session, row, actor_id=resident.person_id, now=clock())
        return await requests.view_of(session, row, cipher)
