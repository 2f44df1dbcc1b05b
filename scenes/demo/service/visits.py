"""Writing the drawn visits in bulk: bookings with lines, payments, numbers taken, and missed ones counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.tables import ClinicStrikeRow
from scenes.common.booking.rules import Terms, no_show_time
from scenes.common.booking.states import TAKING
from scenes.common.booking.tables import BookingLineRow, BookingQueueRow, BookingRow
from scenes.common.kit.clock import local_day
from scenes.common.payments.tables import PaymentRow
from scenes.demo import store
from scenes.demo.rules.chance import drawn_id, stream
from scenes.demo.rules.visits import (
    Diary,
    Guest,
    Slot,
    Visit,
    numbers_of,
    pools_of,
    share_of_past,
    waiting_of,
)

Record = tuple[Any, ...]

MOST_GUESTS: Final = 20_000
"""Residents among whom visits are drawn: enough to fill every session of the centres."""

METHOD: Final = "sandbox"
PAID_AFTER: Final = timedelta(minutes=2)
BOOKING_COLUMNS: Final = (
    "id", "scene", "state", "place_id", "group_id", "title", "resource", "person_id", "booked_by",
    "starts_at", "ends_at", "hold_seconds", "extensions", "offered", "amount_fen", "payment_id",
    "payment_state", "code", "terms", "exclusivity_key", "queue_no", "created_at", "updated_at", "version",
    "no_show_at", "arrived_at", "called_at",
)  # fmt: skip
LINE_COLUMNS: Final = ("booking_id", "window_id", "label", "units", "unit_fen")
PAYMENT_COLUMNS: Final = (
    "id", "booking_id", "person_id", "payer_id", "method", "state", "refund_state", "amount_fen",
    "provider_ref", "created_at", "succeeded_at", "settled_at", "closing", "asks", "next_ask_at",
)  # fmt: skip
STRIKE_COLUMNS: Final = ("booking_id", "person_id", "kind", "at")
QUEUE_COLUMNS: Final = ("group_id", "last_no")
_STEPS: Final = {"confirmed": 1, "cancelled": 2, "no_show": 2, "fulfilled": 3}
"""Versions a booking free of charge has seen; paying is one more."""


async def draw_visits(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    slots: Sequence[Slot],
    *,
    places: Mapping[str, Sequence[UUID]],
    seed: int,
    residents: int,
    now: datetime,
) -> list[Visit]:
    """Draw the visits on new windows.

    Only the later half of the residents visit, so that the first ones are free for whoever tries the
    district out.
    """
    above = max(residents // 2, residents - MOST_GUESTS)
    guests = [Guest(**dict(row)) for row in await store.guests(session, above)]
    today = local_day(now)
    diary = Diary(stream(seed, "visits", today), pools_of(guests, places, today), now=now)
    return diary.draw(slots, past_share=share_of_past(slots, residents, now))


def units_taken(visits: Sequence[Visit]) -> Counter[UUID]:
    """Count the units that visits take of each window."""
    return Counter(each.slot.id for each in visits if each.state in TAKING)


async def write_visits(session: AsyncSession, visits: Sequence[Visit], *, seed: int, now: datetime) -> None:
    """Write visits as bookings, with all that follows from where they stand."""
    chance = stream(seed, "payments", local_day(now))
    payments = {visit.id: drawn_id(chance, index) for index, visit in enumerate(visits) if visit.paid}
    numbers = numbers_of(visits)
    queues = Counter(visit.slot.group_id for visit in visits if visit.id in numbers)
    missed = [visit for visit in visits if visit.state == "no_show"]
    for table, columns, records in (
        (BookingRow, BOOKING_COLUMNS, [_booking(each, payments, numbers) for each in visits]),
        (BookingLineRow, LINE_COLUMNS, [_line(each) for each in visits]),
        (PaymentRow, PAYMENT_COLUMNS, [_payment(each, payments) for each in visits if each.paid]),
        (BookingQueueRow, QUEUE_COLUMNS, list(queues.items())),
        (
            ClinicStrikeRow,
            STRIKE_COLUMNS,
            [(each.id, each.person_id, "no_show", each.updated_at) for each in missed],
        ),
    ):
        await store.load(session, table, columns=columns, records=records)


def _booking(visit: Visit, payments: Mapping[UUID, UUID], numbers: Mapping[UUID, int]) -> Record:
    slot = visit.slot
    return (
        visit.id,
        "clinic",
        visit.state,
        slot.place_id,
        slot.group_id,
        slot.title,
        slot.resource,
        visit.person_id,
        visit.booked_by,
        slot.starts_at,
        slot.ends_at,
        slot.hold_seconds,
        0,
        False,
        slot.price_fen,
        payments.get(visit.id),
        "success" if visit.paid else None,
        visit.code,
        slot.terms,
        f"{slot.group_id}:{visit.person_id}",
        numbers.get(visit.id),
        visit.created_at,
        visit.updated_at,
        _STEPS[visit.state] + visit.paid,
        no_show_time(slot.starts_at, slot.ends_at, msgspec.json.decode(slot.terms, type=Terms)),
        *waiting_of(visit),
    )


def _line(visit: Visit) -> Record:
    return visit.id, visit.slot.id, visit.slot.resource, 1, visit.slot.price_fen


def _payment(visit: Visit, payments: Mapping[UUID, UUID]) -> Record:
    paid_at = visit.created_at + PAID_AFTER
    return (
        payments[visit.id],
        visit.id,
        visit.person_id,
        visit.booked_by,
        METHOD,
        "success",
        "none",
        visit.slot.price_fen,
        f"DEMO{payments[visit.id].hex[-12:]}",
        visit.created_at,
        paid_at,
        paid_at,
        False,
        0,
        paid_at,
    )
