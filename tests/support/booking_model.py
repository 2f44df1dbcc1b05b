"""A plain model of the ledger: what was granted, who waits, and what the answer to each wish must be."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from scenes.common.booking.tables import BookingWindowRow
from tests.support.booking import World

TAKING = ("held", "confirmed", "checked_in", "fulfilled", "no_show")
ACTIVE = ("held", "confirmed", "checked_in")
GRACE = timedelta(minutes=10)
MOST_EXTENSIONS = 2

BOOKINGS = """
SELECT b.id, b.person_id, b.state, b.hold_expires_at, b.exclusivity_key, b.extensions, b.offered, b.queue_no,
  array_agg(l.window_id ORDER BY l.window_id) AS windows, array_agg(l.units ORDER BY l.window_id) AS units
FROM booking b JOIN booking_line l ON l.booking_id = b.id GROUP BY b.id ORDER BY b.id
"""
RETURNS = "SELECT window_id, sum(units)::int FROM unit_return GROUP BY window_id"
DUE = "SELECT count(*) FROM unit_return WHERE due_at <= :now"
WAITING = "SELECT group_id, person_id FROM waitlist_entry WHERE state = 'waiting' ORDER BY created_at, id"
OFFERED = "SELECT booking_id FROM waitlist_entry WHERE state = 'offered' ORDER BY booking_id"


@dataclass(eq=False)
class Booking:
    """What the model knows of a booking; `wants` are (window, units)."""

    id: UUID
    person: UUID
    wants: list[tuple[BookingWindowRow, int]]
    state: str
    expires: datetime | None
    exclusive: bool
    extensions: int = 0
    offered: bool = False
    number: int | None = None

    @property
    def key(self) -> str | None:
        """The exclusivity key an active booking holds."""
        return f"{self.wants[0][0].group_id}:{self.person}" if self.exclusive else None

    @property
    def amount(self) -> int:
        """The price in fen."""
        return sum(window.price_fen * units for window, units in self.wants)

    def as_row(self) -> tuple[Any, ...]:
        """Show the booking as its row and lines should be."""
        lines = sorted((window.id, units) for window, units in self.wants)
        windows, units = [w for w, _ in lines], [n for _, n in lines]
        facts = (self.id, self.person, self.state, self.expires, self.key, self.extensions)
        return (*facts, self.offered, self.number, windows, units)


@dataclass
class Model:
    """Everything the model knows; `returning` alone is read from the rows, since its delays are random."""

    world: World
    windows: dict[UUID, BookingWindowRow] = field(default_factory=dict)
    bookings: dict[UUID, Booking] = field(default_factory=dict)
    waiting: list[tuple[UUID, UUID]] = field(default_factory=list)
    numbers: dict[UUID, int] = field(default_factory=dict)
    returning: dict[UUID, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.world.clock()

    # -- questions -------------------------------------------------------------------------------

    def lapsed(self, booking: Booking) -> bool:
        """Tell whether a hold's time is up."""
        return booking.state == "held" and booking.expires is not None and booking.expires <= self.now

    def waits(self, group: UUID) -> bool:
        """Tell whether anybody waits for a group."""
        return any(waited == group for waited, _ in self.waiting)

    def active(self, key: str | None, *, lapsed_too: bool = False) -> Booking | None:
        """Find the active booking that holds a key."""
        found = (b for b in self.bookings.values() if key is not None and b.key == key and b.state in ACTIVE)
        return next((b for b in found if lapsed_too or not self.lapsed(b)), None)

    def taken(self, window: BookingWindowRow, *, lapsed_too: bool) -> int:
        """Count units of a window that are not free."""
        taking = (b for b in self.bookings.values() if b.state in TAKING)
        held = sum(
            units
            for b in taking
            if lapsed_too or not self.lapsed(b)
            for wanted, units in b.wants
            if wanted is window
        )
        return held + self.returning.get(window.id, 0)

    def claim(self, wants: list[tuple[BookingWindowRow, int]], key: str | None) -> set[str | int]:
        """Return the answers a claim may get."""
        if any(self.now >= window.closes_at for window, _ in wants):
            # A window that sold out says so first; otherwise it says that it is closed.
            return {"window_not_open", "window_full", "already_booked"}
        if self.active(key) is not None:
            return {"already_booked"}
        for window, units in wants:
            taken = self.taken(window, lapsed_too=self.waits(window.group_id))
            if window.capacity - taken < units:
                return {"window_full"}
        return {201}

    def move(self, booking: Booking, event: str, by: str) -> str | int:  # noqa: PLR0911 - the book of rules
        """Return the answer a move must get."""
        state = booking.state
        if event in {"confirm", "extend"} and (state == "expired" or self.lapsed(booking)):
            return "hold_expired"
        if event == "confirm":
            if by == "payment" and state in {"confirmed", "checked_in", "fulfilled"}:
                return 200
            if state != "held":
                return "illegal_move"
            return 200 if by == "payment" or booking.amount == 0 else "payment_due"
        if event == "extend":
            return 200 if state == "held" and booking.extensions < MOST_EXTENSIONS else "illegal_move"
        if event == "expire":
            return 200 if self.lapsed(booking) or state == "expired" else "illegal_move"
        from_states = {"cancel": ACTIVE, "check_in": ("confirmed",), "fulfil": ("checked_in",)}[event]
        return 200 if state in from_states else "illegal_move"

    def wait(self, group: UUID, person: UUID) -> str:
        """Return how joining a waitlist must end."""
        offered = any(
            b.offered and b.state == "held" and b.key == f"{group}:{person}" for b in self.bookings.values()
        )
        if (group, person) in self.waiting or offered:
            return "waiting"
        if self.active(f"{group}:{person}") is not None:
            return "already_booked"
        bookable = [w for w in self.windows.values() if w.group_id == group and w.closes_at > self.now]
        if not bookable:
            return "not_found"
        if any(w.capacity > self.taken(w, lapsed_too=False) for w in bookable):
            return "waitlist_not_needed"
        return "joined"

    # -- changes ---------------------------------------------------------------------------------

    def moved(self, booking: Booking, event: str) -> None:
        """Change a booking as a granted move does."""
        if event == "confirm" and booking.state == "held":
            booking.state, booking.expires = "confirmed", None
        elif event == "extend":
            window = booking.wants[0][0]
            until = min(self.now + timedelta(seconds=window.hold_seconds), window.ends_at)
            booking.expires = max(booking.expires or until, until)
            booking.extensions += 1
        elif event == "check_in":
            group = booking.wants[0][0].group_id
            self.numbers[group] = booking.number = self.numbers.get(group, 0) + 1
            booking.state = "checked_in"
        elif event in {"cancel", "fulfil", "expire"}:
            booking.state = {"cancel": "cancelled", "fulfil": "fulfilled", "expire": "expired"}[event]
            booking.expires = None

    # -- holding the rows against the model -----------------------------------------------------

    async def agree(self, *, swept: bool = False) -> None:
        """Let happen what may happen by itself, then demand that rows and model are the same."""
        await self.world.check()
        rows = await self.world.rows(BOOKINGS)
        busy = {b.key for b in self.bookings.values() if b.state in ACTIVE}
        for row in rows:
            if row[0] in self.bookings:
                self._by_itself(self.bookings[row[0]], row[2], swept=swept)
        busy &= {b.key for b in self.bookings.values() if b.state in ACTIVE} if swept else busy
        for row in rows:
            if row[0] not in self.bookings:
                self._offer(row, busy)
        assert rows == [booking.as_row() for _, booking in sorted(self.bookings.items())]
        assert await self.world.rows(WAITING) == self.waiting
        offers = sorted(b.id for b in self.bookings.values() if b.offered and b.state == "held")
        assert [row[0] for row in await self.world.rows(OFFERED)] == offers
        self.returning = dict(await self.world.rows(RETURNS))  # pyright: ignore[reportArgumentType]
        if swept:
            await self._swept()

    def _by_itself(self, booking: Booking, state: str, *, swept: bool) -> None:
        """Accept that a hold expired after its time, and that a sweep marked the missed."""
        if state == "expired" and self.lapsed(booking):
            booking.state, booking.expires = "expired", None
        ended = booking.wants[0][0].ends_at + GRACE <= self.now
        if state == "no_show" and swept and booking.state == "confirmed" and ended:
            booking.state = "no_show"

    def _offer(self, row: tuple[Any, ...], busy: set[str | None]) -> None:
        """Accept a booking nobody asked for only as an offer to the first who may have it."""
        booking_id, person, state, expires, _, _, offered, _, [window_id], [units] = row
        window = self.windows[window_id]
        queue = [waiter for group, waiter in self.waiting if group == window.group_id]
        first = next(w for w in queue if f"{window.group_id}:{w}" not in busy)
        assert (person, state, offered, units) == (first, "held", True, 1)
        assert expires == min(self.now + timedelta(minutes=30), window.closes_at) > self.now
        self.waiting.remove((window.group_id, person))
        self.bookings[booking_id] = Booking(
            booking_id, person, [(window, 1)], "held", expires, exclusive=True, offered=True
        )

    async def _swept(self) -> None:
        """After a sweep nothing is left that was due."""
        assert not [b for b in self.bookings.values() if self.lapsed(b)]
        assert not [
            b
            for b in self.bookings.values()
            if b.state == "confirmed" and b.wants[0][0].ends_at + GRACE <= self.now
        ]
        assert await self.world.rows(DUE, now=self.now) == [(0,)]
