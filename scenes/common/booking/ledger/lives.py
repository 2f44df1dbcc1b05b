"""How a booking begins and goes on: new records of granted claims, and records after a move."""

import random
from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from scenes.common.booking import rules, states
from scenes.common.booking.ledger.claims import BookingRecord, Claim, Line, Move
from scenes.common.booking.ledger.page import Page
from scenes.common.kit.ids import new_id


def new_booking(  # noqa: PLR0913 - each is one fact of the booking
    claim: Claim,
    windows: Sequence[rules.Window],
    *,
    people: tuple[rules.Person, rules.Person],
    page: Page,
    exclusivity: str | None,
    chance: random.Random,
) -> BookingRecord:
    """Make the booking a granted claim becomes: confirmed when free of charge, otherwise held."""
    first, now = windows[0], page.now
    subject, booker = people
    lines = tuple(
        Line(window.id, window.resource, want.units, window.price_fen)
        for window, want in zip(windows, claim.wants, strict=True)
    )
    amount = sum(line.units * line.unit_fen for line in lines)
    return BookingRecord(
        id=new_id(), scene=claim.scene, state="held" if amount else "confirmed",
        place_id=first.place_id, group_id=first.group_id, title=first.title, resource=first.resource,
        person_id=subject.id, booked_by=booker.id, starts_at=first.starts_at, ends_at=first.ends_at,
        hold_expires_at=rules.hold_until(first, now) if amount else None,
        hold_seconds=first.hold_seconds, extensions=0, offered=False, amount_fen=amount,
        payment_id=None, payment_state=None, code=new_code(chance), note=claim.note, terms=first.terms,
        exclusivity_key=exclusivity, queue_no=None, created_at=now, updated_at=now, version=1,
        lines=lines, person_name=subject.name, booked_by_name=booker.name,
    )  # fmt: skip


def new_code(chance: random.Random) -> str:
    """Make a short spoken code: eight digits, unique among the active bookings of a venue."""
    return f"{chance.randrange(10**8):08d}"


def moved(record: BookingRecord, move: Move, page: Page, numbers: dict[UUID, list[int]]) -> BookingRecord:
    """Return the booking after a legal move; a check-in takes the next number of its group."""
    state = states.after(record.state, move.event)
    expires = record.hold_expires_at if state == "held" else None
    extensions = record.extensions
    if move.event == "extend":
        expires = rules.extended_until(
            record.hold_expires_at or page.now, record.hold_seconds, ends_at=record.ends_at, now=page.now
        )
        extensions += 1
    queue_no = numbers[record.group_id].pop() if move.event == "check_in" else record.queue_no
    return replace(
        record, state=state, hold_expires_at=expires, extensions=extensions, queue_no=queue_no,
        updated_at=page.now, version=record.version + 1,
    )  # fmt: skip


def has_happened(record: BookingRecord, move: Move) -> bool:
    """Tell whether a machine's repeated move has happened: repeats of machines change nothing."""
    done = {
        "confirm": {"confirmed", "checked_in", "fulfilled"},
        "expire": {"expired"},
        "no_show": {"no_show"},
    }
    return move.by in {"payment", "system"} and record.state in done.get(move.event, set())
