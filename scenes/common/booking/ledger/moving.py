"""Deciding a move or a relocation: from the page's booking to its next state, or a refusal."""

import random
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from scenes.common.booking import rules, states
from scenes.common.booking.errors import BookingNotFound, IllegalMove, WindowFull
from scenes.common.booking.ledger.claims import BookingRecord, Line, Move, Outcome, Relocation, Want
from scenes.common.booking.ledger.lives import has_happened, moved, relocated
from scenes.common.booking.ledger.page import Page
from scenes.common.booking.ledger.showing import Shower
from scenes.common.kit.idempotency import Answer
from scenes.common.kit.refusals import Refusal

_TOPICS: Final = {
    "confirm": "booking.confirmed",
    "cancel": "booking.cancelled",
    "expire": "booking.expired",
    "check_in": "booking.checked_in",
    "fulfil": "booking.fulfilled",
    "no_show": "booking.no_show",
}
_FREEING: Final = frozenset({"cancel", "expire", "no_show", "fulfil"})
_OFFER_ENDS: Final = {"confirm": "taken", "cancel": "lapsed", "expire": "lapsed"}


def frees(move: Move) -> bool:
    """Tell whether a move may give units back, for which somebody may be waiting."""
    return move.event in _FREEING


class Mover:
    """Decides moves and relocations on one page; `numbers` are those taken for its check-ins."""

    def __init__(self, page: Page, shower: Shower, *, chance: random.Random) -> None:
        self.page = page
        self.shower = shower
        self.chance = chance
        self.numbers: dict[UUID, list[int]] = {}

    def move(self, move: Move) -> Outcome:
        """Move a booking along one edge, or say that it has happened already."""
        record = self.page.bookings.get(move.booking_id)
        if record is None:
            raise BookingNotFound
        owners = (record.person_id, record.booked_by)
        rules.check_owner(move.by, move.actor_id, owners, move.place_ids, record.place_id)
        repeated = self.shower.repeated(move.actor_id, move.key, move.fingerprint)
        if repeated is not None:
            return repeated
        if not has_happened(record, move):
            self._check(record, move)
            record = self.apply(record, move)
        answer = Answer(200, self.shower.shown(record))
        if move.actor_id is not None and move.key is not None:
            self.page.keep_answer(move.actor_id, move.key, move.fingerprint, answer)
        return Outcome(record, answer)

    def _check(self, record: BookingRecord, move: Move) -> None:
        now = self.page.now
        if move.event in {"confirm", "extend"}:
            rules.check_hold_alive(record.state, record.hold_expires_at, now)
        states.after(record.state, move.event)
        if move.event == "confirm":
            rules.check_paid(record.amount_fen, record.payment_state, move.by)
        elif move.event == "extend":
            rules.check_extensions(record.extensions, record.terms)
        elif move.event == "cancel":
            rules.check_cancel_time(record.state, record.terms, move.by, now)
        elif move.event == "check_in":
            rules.check_check_in_time(record.terms, now)
        elif move.event == "expire":
            rules.check_lapsed(record.hold_expires_at, now)
        elif move.event == "no_show" and move.by == "system":
            rules.check_missed(record.no_show_at, now)

    def apply(self, record: BookingRecord, move: Move) -> BookingRecord:
        """Put a legal move on the page: the next state, its units, its offer, its event."""
        page = self.page
        after = moved(record, move, page, self.numbers)
        if states.releases(record.state, after.state, frees_unused=record.terms.frees_unused):
            for line in record.lines:
                self._release(line, move.event)
        elif after.state == "fulfilled" and record.terms.frees_unused:
            self._release_unbegun(record)
        if record.offered and (ended := _OFFER_ENDS.get(move.event)) is not None:
            page.settle_offer(record.id, ended)
        page.change(after)
        if (topic := _TOPICS.get(move.event)) is not None:
            page.tell(topic, after, by=move.by, reason=move.reason, was=record.state)
        return after

    def _release_unbegun(self, record: BookingRecord) -> None:
        """Give back, at an early end, the windows that had not begun."""
        for line in record.lines:
            if self.page.windows[line.window_id].starts_at >= self.page.now:
                self._release(line, "fulfil")

    def _release(self, line: Line, event: str) -> None:
        window = self.page.windows[line.window_id]
        if window.state != "open":
            self.page.give_back(line, None)
            return
        waiting = window.group_id in self.page.waiting_groups
        due = rules.return_due(window, event, waiting=waiting, now=self.page.now, chance=self.chance)
        self.page.give_back(line, due)

    def relocate(self, command: Relocation) -> Outcome:
        """Move an active booking to other windows; a set it cannot have leaves it where it is."""
        page = self.page
        record = page.bookings.get(command.booking_id)
        if record is None:
            raise BookingNotFound
        owners = (record.person_id, record.booked_by)
        rules.check_owner(command.by, command.actor_id, owners, command.place_ids, record.place_id)
        if record.state not in states.ACTIVE:
            raise IllegalMove
        for line in record.lines:
            page.windows[line.window_id].taken -= line.units
        try:
            wants, windows = self._first_room(command.alternatives, record.scene)
        except Refusal:
            page.take(record.lines)
            raise
        after = relocated(record, command, wants=wants, windows=windows, now=page.now)
        page.take(after.lines)
        page.relocate(after)
        page.tell("booking.moved", after, by=command.by, reason=command.why, wasAt=record.place_id)
        return Outcome(after, Answer(200, self.shower.shown(after)))

    def _first_room(
        self, sets: Sequence[Sequence[Want]], scene: str
    ) -> tuple[Sequence[Want], list[rules.Window]]:
        """Choose the first set with room: who is moved by staff may enter windows closed for booking."""
        refusal: Refusal = WindowFull()
        for wants in sets:
            try:
                return wants, self._with_room(wants, scene)
            except Refusal as refused:
                refusal = refused.with_traceback(None)
        raise refusal

    def _with_room(self, wants: Sequence[Want], scene: str) -> list[rules.Window]:
        rules.check_wants([(want.window_id, want.units) for want in wants])
        windows = [rules.check_scene(self.page.windows.get(w.window_id), scene) for w in wants]
        for window, want in zip(windows, wants, strict=True):
            rules.check_not_stopped(window)
            rules.check_room(window, want.units)
        return windows
