"""Loading a batch's page: locks first, in id order; then what the commands are judged by."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from scenes.common.booking import rules
from scenes.common.booking.ledger import sql
from scenes.common.booking.ledger.claims import Claim, Command, Line, Move, Relocation, Want
from scenes.common.booking.ledger.moving import Mover, frees
from scenes.common.booking.ledger.page import Page


class Loader:
    """Reads and locks all that some commands touch."""

    def __init__(self, page: Page, commands: Sequence[Command], mover: Mover) -> None:
        self.page = page
        self.claims = [c for c in commands if isinstance(c, Claim)]
        self.moves = [c for c in commands if isinstance(c, Move)]
        self.relocations = [c for c in commands if isinstance(c, Relocation)]
        self.mover = mover

    async def load(self) -> None:
        """Lock the windows and bookings, then read what claims are judged by.

        The reading comes after the locks: whoever wrote before us under the same window has committed by now.
        """
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
        if keys or self.relocations:
            exclusivities = [key for claim in self.claims if (key := page.exclusivity(claim)) is not None]
            lapsed = await page.load(keys, _people_of(self.claims), exclusivities)
            await self._expire_in_the_way(lapsed)

    async def _load_for_moves(self) -> None:
        page = self.page
        if self.relocations or any(frees(move) for move in self.moves):
            await page.load_waiting({window.group_id for window in page.windows.values()})
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
            self.mover.numbers[row["group_id"]] = list(range(row["last_no"], row["last_no"] - count, -1))

    async def return_unused_numbers(self) -> None:
        """Give back the numbers of check-ins that were refused."""
        unused = {group_id: len(numbers) for group_id, numbers in self.mover.numbers.items() if numbers}
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
        if within:
            await page.lock_bookings(within)
            await page.load_waiting({page.windows[window_id].group_id for window_id in _windows_of(within)})
            self._expire(within)

    def _expire(self, booking_ids: Iterable[UUID]) -> None:
        for booking_id in booking_ids:
            record = self.page.bookings[booking_id]
            event = rules.lapse(
                record.state, record.hold_expires_at, no_show_at=record.no_show_at, terms=record.terms,
                now=self.page.now,
            )  # fmt: skip
            if event is not None:
                self.mover.apply(record, Move(booking_id=booking_id, event=event, by="system"))

    def _asked(self) -> Iterator[Sequence[Want]]:
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


def _windows_of(lines: dict[UUID, tuple[Line, ...]]) -> set[UUID]:
    return {line.window_id for several in lines.values() for line in several}


def _people_of(claims: Iterable[Claim]) -> set[UUID]:
    return {person for claim in claims for person in (claim.subject_id, claim.booker_id)}
