"""How a booking begins and goes on: new records of granted claims, and records after a move."""

import random
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from scenes.common.booking import rules, states
from scenes.common.booking.ledger.claims import (
    Adjustment,
    BookingRecord,
    Claim,
    Line,
    Move,
    Relocation,
    Want,
)
from scenes.common.booking.ledger.page import Page
from scenes.common.kit.ids import new_id


def new_booking(  # noqa: PLR0913 - each is one fact of the booking
    claim: Claim,
    wants: Sequence[Want],
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
    lines = lines_of(wants, windows)
    amount = amount_of(lines, claim.adjustments)
    starts_at, ends_at = span_of(windows)
    held_until = claim.held_until or (rules.hold_until(first, now) if amount else None)
    return BookingRecord(
        id=new_id(), scene=claim.scene, state="held" if held_until else "confirmed",
        place_id=first.place_id, group_id=first.group_id, title=claim.title or first.title,
        resource=first.resource,
        person_id=subject.id, booked_by=booker.id, starts_at=starts_at, ends_at=ends_at,
        hold_expires_at=held_until,
        hold_seconds=first.hold_seconds, extensions=0, offered=False, amount_fen=amount,
        payment_id=None, payment_state=None, code=new_code(chance), note=claim.note, terms=first.terms,
        exclusivity_key=exclusivity, queue_no=None, created_at=now, updated_at=now, version=1,
        no_show_at=rules.no_show_time(starts_at, ends_at, first.terms),
        adjustments=claim.adjustments, details=claim.details, lines=lines,
        person_name=subject.name, booked_by_name=booker.name,
    )  # fmt: skip


def lines_of(wants: Sequence[Want], windows: Sequence[rules.Window]) -> tuple[Line, ...]:
    """Write down what is taken of each window, at its price of the moment."""
    return tuple(
        [
            Line(window.id, window.resource, want.units, window.price_fen)
            for window, want in zip(windows, wants, strict=True)
        ]
    )


def amount_of(lines: Sequence[Line], adjustments: Sequence[Adjustment]) -> int:
    """Return what is to be paid, in fen; price rules never lead below nothing."""
    gross = sum([line.units * line.unit_fen for line in lines])
    return max(0, gross + sum([each.fen for each in adjustments])) if adjustments else gross


def span_of(windows: Sequence[rules.Window]) -> tuple[datetime, datetime]:
    """Return when a booking begins and ends: as the windows of the first one's group do together."""
    if len(windows) == 1:
        return windows[0].starts_at, windows[0].ends_at
    own = [window for window in windows if window.group_id == windows[0].group_id]
    return min(window.starts_at for window in own), max(window.ends_at for window in own)


def relocated(
    record: BookingRecord,
    relocation: Relocation,
    *,
    wants: Sequence[Want],
    windows: Sequence[rules.Window],
    now: datetime,
) -> BookingRecord:
    """Return the booking at its new windows: what was promised of price, code and person stays."""
    first = windows[0]
    starts_at, ends_at = span_of(windows)
    own_key = f"{record.group_id}:{record.person_id}"
    key = (
        f"{first.group_id}:{record.person_id}"
        if record.exclusivity_key == own_key
        else record.exclusivity_key
    )
    return replace(
        record, place_id=first.place_id, group_id=first.group_id, resource=first.resource,
        starts_at=starts_at, ends_at=ends_at, terms=first.terms,
        no_show_at=rules.no_show_time(starts_at, ends_at, first.terms), exclusivity_key=key,
        lines=lines_of(wants, windows), details=record.details | relocation.details,
        relocations=record.relocations + 1, updated_at=now, version=record.version + 1,
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
        last = min(record.ends_at, record.terms.extend_until or record.ends_at)
        expires = rules.extended_until(
            record.hold_expires_at or page.now, record.hold_seconds, ends_at=last, now=page.now
        )
        extensions += 1
    arrives = move.event == "check_in"
    return replace(
        record, state=state, hold_expires_at=expires, extensions=extensions,
        queue_no=numbers[record.group_id].pop() if arrives else record.queue_no,
        arrived_at=page.now if arrives else record.arrived_at,
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
