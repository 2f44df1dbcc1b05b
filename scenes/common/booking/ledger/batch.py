"""One batch: load the page, decide each claim and move by the rules, write the page.

Deciding is a plain function of the page; a refusal is the decision for one command and touches nothing.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from scenes.common.booking import rules, states
from scenes.common.booking.errors import AlreadyBooked, BookingNotFound, IllegalMove, WindowFull
from scenes.common.booking.ledger import sql
from scenes.common.booking.ledger.claims import (
    BookingRecord,
    Claim,
    Line,
    Move,
    Outcome,
    Relocation,
    Render,
    Want,
)
from scenes.common.booking.ledger.lives import (
    amount_of,
    has_happened,
    lines_of,
    moved,
    new_booking,
    relocated,
)
from scenes.common.booking.ledger.page import Page
from scenes.common.booking.ledger.soldout import Hint
from scenes.common.kit.idempotency import Answer
from scenes.common.kit.refusals import IdempotencyKeyReused, Refusal

Command = Claim | Move | Relocation

_TOPICS = {
    "confirm": "booking.confirmed",
    "cancel": "booking.cancelled",
    "expire": "booking.expired",
    "check_in": "booking.checked_in",
    "fulfil": "booking.fulfilled",
    "no_show": "booking.no_show",
}
_FREEING = frozenset({"cancel", "expire", "no_show", "fulfil"})
"""Moves that may give units back, for which somebody may be waiting."""

_OFFER_ENDS = {"confirm": "taken", "cancel": "lapsed", "expire": "lapsed"}


class UnshownError(Exception):
    """A booking that was decided could not be shown, so its batch must not be committed."""


class Batch:
    """The commands of one transaction and their outcomes, in the order they came."""

    def __init__(
        self, page: Page, commands: Sequence[Command], *, render: Render, chance: random.Random
    ) -> None:
        self.page = page
        self.claims = [c for c in commands if isinstance(c, Claim)]
        self.moves = [c for c in commands if isinstance(c, Move)]
        self.relocations = [c for c in commands if isinstance(c, Relocation)]
        self.commands = commands
        self.render = render
        self.chance = chance
        self.full: dict[UUID, Hint] = {}
        self._numbers: dict[UUID, list[int]] = {}

    async def run(self) -> list[Outcome | Refusal]:
        """Load, decide and write; the caller commits."""
        await self._load()
        outcomes = [self._decide(command) for command in self.commands]
        await self._return_unused_numbers()
        await self.page.write()
        return outcomes

    # -- loading ---------------------------------------------------------------------------------

    async def _load(self) -> None:
        page = self.page
        keys = [(c.booker_id, c.key) for c in self.claims]
        keys += [(m.actor_id, m.key) for m in self.moves if m.actor_id is not None and m.key is not None]
        touched = [c.booking_id for c in (*self.moves, *self.relocations)]
        lines = await page.lines_of(touched) if touched else {}
        wanted = {want.window_id for several in self._asked() for want in several}
        await page.lock_windows(wanted | _windows_of(lines))
        if lines:
            await page.lock_bookings(lines)
            await self._load_for_moves()
        # Read after the locks: whoever wrote before us under the same window has committed by now.
        if keys or self.relocations:
            exclusivities = [key for claim in self.claims if (key := self._exclusivity(claim)) is not None]
            lapsed = await page.load(keys, _people_of(self.claims), exclusivities)
            await self._expire_in_the_way(lapsed)

    async def _load_for_moves(self) -> None:
        page = self.page
        groups = {window.group_id for window in page.windows.values()}
        if self.relocations or any(move.event in _FREEING for move in self.moves):
            await page.load_waiting(groups)
        await self._number_check_ins()

    async def _number_check_ins(self) -> None:
        """Take a number for every check-in asked for; those not given out go back before the commit."""
        bookings = self.page.bookings
        asked = [m.booking_id for m in self.moves if m.event == "check_in" and m.booking_id in bookings]
        counts = Counter(bookings[booking_id].group_id for booking_id in asked)
        if not counts:
            return
        rows = await self.page.connection.fetch(sql.NEXT_NUMBERS, list(counts), list(counts.values()))
        for row in rows:
            count = counts[row["group_id"]]
            self._numbers[row["group_id"]] = list(range(row["last_no"], row["last_no"] - count, -1))

    async def _return_unused_numbers(self) -> None:
        unused = {group_id: len(numbers) for group_id, numbers in self._numbers.items() if numbers}
        if unused:
            await self.page.connection.execute(sql.UNUSED_NUMBERS, list(unused), list(unused.values()))

    async def _expire_in_the_way(self, lapsed: list[UUID]) -> None:
        """Expire lapsed holds that stand in a claim's way: expiry counts now, not when the sweeper comes.

        In the way are the claimer's own holds of the same group, and all on windows short of room.
        """
        page = self.page
        if short := self._short_of_room():
            rows = await page.connection.fetch(sql.LAPSED_ON, short, page.now)
            lapsed = list({*lapsed, *(row["id"] for row in rows)})
        if not lapsed:
            return
        lines = await page.lines_of(lapsed)
        await page.lock_windows(_windows_of(lines), wait=False)
        within = {b: some for b, some in lines.items() if _windows_of({b: some}) <= page.windows.keys()}
        if not within:
            return
        await page.lock_bookings(within)
        await page.load_waiting({page.windows[window_id].group_id for window_id in _windows_of(within)})
        for booking_id in within:
            record = page.bookings[booking_id]
            event = rules.lapse(
                record.state, record.hold_expires_at, no_show_at=record.no_show_at, terms=record.terms,
                now=page.now,
            )  # fmt: skip
            if event is not None:
                self._apply(record, Move(booking_id=booking_id, event=event, by="system"))

    def _asked(self) -> Iterable[Sequence[Want]]:
        """List every set of windows that any command might take."""
        for claim in self.claims:
            yield claim.wants
            yield from claim.alternatives
        for relocation in self.relocations:
            yield from relocation.alternatives

    def _short_of_room(self) -> list[UUID]:
        wanted = Counter[UUID]()
        for several in self._asked():
            for want in several:
                wanted[want.window_id] += want.units
        return [w.id for w in self.page.windows.values() if w.free < wanted[w.id]]

    # -- deciding --------------------------------------------------------------------------------

    def _decide(self, command: Command) -> Outcome | Refusal:
        try:
            if isinstance(command, Claim):
                return self._claim(command)
            return self._move(command) if isinstance(command, Move) else self._relocate(command)
        except Refusal as refusal:
            return refusal.with_traceback(None)  # its frames hold the whole batch

    def _repeated(self, owner: UUID | None, key: str | None, fingerprint: bytes) -> Outcome | None:
        if owner is None or key is None:
            return None
        stored = self.page.answers.get((owner, key))
        if stored is None:
            return None
        if stored.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return Outcome(None, stored.answer)

    def _exclusivity(self, claim: Claim) -> str | None:
        window = self.page.windows.get(claim.wants[0].window_id)
        if window is None or not claim.exclusive:
            return None
        return claim.exclusivity or f"{window.group_id}:{claim.subject_id}"

    def _claim(self, claim: Claim) -> Outcome:
        repeated = self._repeated(claim.booker_id, claim.key, claim.fingerprint)
        if repeated is not None:
            return repeated
        page, now = self.page, self.page.now
        subject, booker = page.people.get(claim.subject_id), page.people.get(claim.booker_id)
        if subject is None or booker is None:
            raise BookingNotFound
        for person in {subject.id: subject, booker.id: booker}.values():
            rules.check_not_suspended(person, claim.scene, now)
        if (exclusivity := self._exclusivity(claim)) in page.active_keys:
            raise AlreadyBooked
        wants, windows = self._first_free((claim.wants, *claim.alternatives), claim.scene, subject)
        rules.check_price(amount_of(lines_of(wants, windows), claim.adjustments), claim.expected_fen)
        record = new_booking(
            claim, wants, windows, people=(subject, booker), page=page, exclusivity=exclusivity,
            chance=self.chance,
        )  # fmt: skip
        page.take(record.lines)
        page.add(record)
        page.tell("booking.held" if record.state == "held" else "booking.confirmed", record, by="resident")
        answer = Answer(201, self._shown(record))
        page.keep_answer(claim.booker_id, claim.key, claim.fingerprint, answer)
        return Outcome(record, answer)

    def _first_free(
        self, sets: Sequence[Sequence[Want]], scene: str, subject: rules.Person
    ) -> tuple[Sequence[Want], list[rules.Window]]:
        """Choose the first set of windows that is to be had; refuse as the last one does when none is."""
        for wants in sets[:-1]:
            try:
                return wants, self._free(wants, scene, subject)
            except Refusal:
                continue
        return sets[-1], self._free(sets[-1], scene, subject)

    def _free(self, wants: Sequence[Want], scene: str, subject: rules.Person) -> list[rules.Window]:
        windows = [rules.check_scene(self.page.windows.get(want.window_id), scene) for want in wants]
        for window in windows:
            rules.check_open(window, subject, self.page.now)
        self._check_room(wants, windows)
        return windows

    def _check_room(self, wants: Sequence[Want], windows: Sequence[rules.Window]) -> None:
        for window, want in zip(windows, wants, strict=True):
            try:
                rules.check_room(window, want.units)
            except WindowFull as full:
                full.window_id = window.id
                if window.free <= 0:
                    self.full[window.id] = Hint(window.scene, window.group_id)
                raise

    def _move(self, move: Move) -> Outcome:
        record = self.page.bookings.get(move.booking_id)
        if record is None:
            raise BookingNotFound
        owners = (record.person_id, record.booked_by)
        rules.check_owner(move.by, move.actor_id, owners, move.place_ids, record.place_id)
        repeated = self._repeated(move.actor_id, move.key, move.fingerprint)
        if repeated is not None:
            return repeated
        if not has_happened(record, move):
            self._check_move(record, move)
            record = self._apply(record, move)
        answer = Answer(200, self._shown(record))
        if move.actor_id is not None and move.key is not None:
            self.page.keep_answer(move.actor_id, move.key, move.fingerprint, answer)
        return Outcome(record, answer)

    def _shown(self, record: BookingRecord) -> bytes:
        """Encode the answer; a failure here comes after the page was changed, so it is no refusal."""
        try:
            return self.render(record, self.page.now)
        except Refusal as refusal:
            raise UnshownError(record.id) from refusal

    def _check_move(self, record: BookingRecord, move: Move) -> None:
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

    def _apply(self, record: BookingRecord, move: Move) -> BookingRecord:
        page = self.page
        after = moved(record, move, page, self._numbers)
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

    def _relocate(self, command: Relocation) -> Outcome:
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
        return Outcome(after, Answer(200, self._shown(after)))

    def _first_room(
        self, sets: Sequence[Sequence[Want]], scene: str
    ) -> tuple[Sequence[Want], list[rules.Window]]:
        """Choose the first set with room: who is moved by staff may enter windows closed for booking."""
        refusal: Refusal = WindowFull()
        for wants in sets:
            try:
                rules.check_wants([(want.window_id, want.units) for want in wants])
                windows = [rules.check_scene(self.page.windows.get(w.window_id), scene) for w in wants]
                for window, want in zip(windows, wants, strict=True):
                    rules.check_not_stopped(window)
                    rules.check_room(window, want.units)
            except Refusal as refused:
                refusal = refused.with_traceback(None)
            else:
                return wants, windows
        raise refusal

    def _release(self, line: Line, event: str) -> None:
        window = self.page.windows[line.window_id]
        if window.state != "open":
            self.page.give_back(line, None)
            return
        waiting = window.group_id in self.page.waiting_groups
        due = rules.return_due(window, event, waiting=waiting, now=self.page.now, chance=self.chance)
        self.page.give_back(line, due)


def _windows_of(lines: dict[UUID, tuple[Line, ...]]) -> set[UUID]:
    return {line.window_id for several in lines.values() for line in several}


def _people_of(claims: Iterable[Claim]) -> set[UUID]:
    return {person for claim in claims for person in (claim.subject_id, claim.booker_id)}
