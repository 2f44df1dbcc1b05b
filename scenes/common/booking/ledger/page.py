"""The page of the ledger that one batch reads, changes in memory, and writes back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from scenes.common.booking import states
from scenes.common.booking.ledger import sql
from scenes.common.booking.ledger.claims import Adjustment, BookingRecord, Claim, Line
from scenes.common.booking.rules import Person, Standing, Terms, Window
from scenes.common.kit.idempotency import Answer
from scenes.common.kit.ids import new_id

if TYPE_CHECKING:
    from asyncpg import Connection, Record

_terms = msgspec.json.Decoder(Terms)
_standings = msgspec.json.Decoder(tuple[Standing, ...])
_adjustments = msgspec.json.Decoder(tuple[Adjustment, ...])
_json = msgspec.json.Encoder()


class RelocatedMeanwhileError(Exception):
    """A booking was moved to other windows between the reading of its lines and the lock; decide again."""


class StoredAnswer(msgspec.Struct, frozen=True):
    """An answer kept earlier under a key, with the digest of what was asked then."""

    fingerprint: bytes
    answer: Answer


class Page:
    """What the batch knows and what it will write; nothing here does I/O but `load_*` and `write`."""

    def __init__(self, connection: "Connection[Record]", now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.windows: dict[UUID, Window] = {}
        self.bookings: dict[UUID, BookingRecord] = {}
        self.people: dict[UUID, Person] = {}
        self.answers: dict[tuple[UUID, str], StoredAnswer] = {}
        self.active_keys: set[str] = set()
        self.waiting_groups: set[UUID] = set()
        self.topics: set[str] = set()
        self._taken_before: dict[UUID, int] = {}
        self._exclusivities: dict[tuple[UUID, UUID], str] = {}
        self._relocations: dict[UUID, int] = {}
        self._relocated: set[UUID] = set()
        self._new: list[BookingRecord] = []
        self._changed: dict[UUID, BookingRecord] = {}
        self._events: list[dict[str, Any]] = []
        self._answers: list[tuple[UUID, str, bytes, int, bytes]] = []
        self._returns: list[tuple[UUID, UUID, UUID, int, datetime]] = []
        self._settled_offers: list[tuple[UUID, str]] = []

    # -- reading ---------------------------------------------------------------------------------

    async def lock_windows(self, ids: Iterable[UUID], *, wait: bool = True) -> None:
        """Lock windows in id order, which is the order every writer keeps, so none waits in a circle.

        Windows wanted later than the first are out of order, and are only taken when nobody has them.
        """
        wanted = list(set(ids) - self.windows.keys())
        if not wanted:
            return
        for row in await self.connection.fetch(sql.LOCK_WINDOWS if wait else sql.LOCK_FREE_WINDOWS, wanted):
            window = Window(*row.values())
            window.terms = _terms.decode(row["terms"])
            self.windows[window.id] = window
            self._taken_before[window.id] = window.taken

    async def lines_of(self, booking_ids: Sequence[UUID]) -> dict[UUID, tuple[Line, ...]]:
        """Read the lines of bookings without a lock; `lock_bookings` sees whether they changed since."""
        lines: dict[UUID, list[Line]] = {}
        for row in await self.connection.fetch(sql.LINES, booking_ids):
            line = Line(row["window_id"], row["label"], row["units"], row["unit_fen"])
            lines.setdefault(row["booking_id"], []).append(line)
            self._relocations[row["booking_id"]] = row["relocations"]
        return {booking_id: tuple(several) for booking_id, several in lines.items()}

    async def lock_bookings(self, lines: dict[UUID, tuple[Line, ...]]) -> None:
        """Lock bookings in id order, after their windows.

        Raises RelocatedMeanwhileError when another writer moved one between the reading and the lock: the
        windows locked are not its own any more.
        """
        for row in await self.connection.fetch(sql.LOCK_BOOKINGS, list(lines)):
            record = as_record(row, lines.get(row["id"], ()))
            if record.relocations != self._relocations.get(record.id, 0):
                raise RelocatedMeanwhileError(record.id)
            self.bookings[record.id] = record

    async def load(
        self, keys: Sequence[tuple[UUID, str]], people: Iterable[UUID], exclusivities: Sequence[str]
    ) -> list[UUID]:
        """Read kept answers, people with their standings, and held exclusivity keys.

        Return the lapsed holds among those that hold a key.
        """
        owners, names = zip(*keys, strict=True) if keys else ((), ())
        lapsed: list[UUID] = []
        for row in await self.connection.fetch(
            sql.FOR_CLAIMS, owners, names, self.now, exclusivities, list(set(people))
        ):
            kind, row_id, text = row["kind"], row["id"], row["text"]
            if kind == "answer":
                answer = Answer(row["status"], row["body"], replayed=True)
                self.answers[row_id, text] = StoredAnswer(row["fingerprint"], answer)
            elif kind == "person":
                standings = _standings.decode(row["standings"]) if row["standings"] else ()
                self.people[row_id] = Person(row_id, text, row["birth_date"], standings)
            else:
                self.active_keys.add(text)
                if kind == "lapsed":
                    lapsed.append(row_id)
        return lapsed

    async def load_waiting(self, group_ids: Iterable[UUID]) -> None:
        """Read which groups have somebody waiting."""
        rows = await self.connection.fetch(sql.WAITING_GROUPS, list(set(group_ids)))
        self.waiting_groups.update(row["group_id"] for row in rows)

    def exclusivity(self, claim: Claim) -> str | None:
        """Name what a claim lets nobody have twice; none when it does not ask for that."""
        window = self.windows.get(claim.wants[0].window_id)
        if window is None or not claim.exclusive or claim.exclusivity is not None:
            return claim.exclusivity if window is not None and claim.exclusive else None
        known = window.group_id, claim.subject_id
        key = self._exclusivities.get(known)
        if key is None:
            key = self._exclusivities[known] = f"{window.group_id}:{claim.subject_id}"
        return key

    # -- changing in memory ----------------------------------------------------------------------

    def add(self, record: BookingRecord) -> None:
        """Grant a booking: it takes its units and its exclusivity key."""
        self._new.append(record)
        self.bookings[record.id] = record
        self.topics |= {f"group:{record.group_id}", f"place:{record.place_id}"}
        if record.exclusivity_key is not None:
            self.active_keys.add(record.exclusivity_key)

    def take(self, lines: Iterable[Line]) -> None:
        """Count units as taken."""
        for line in lines:
            self.windows[line.window_id].taken += line.units

    def change(self, record: BookingRecord) -> None:
        """Keep a booking's next state."""
        self.bookings[record.id] = record
        self._changed[record.id] = record
        if record.exclusivity_key is not None and record.state not in states.ACTIVE:
            self.active_keys.discard(record.exclusivity_key)
        self.topics |= {f"booking:{record.id}", f"group:{record.group_id}", f"place:{record.place_id}"}

    def relocate(self, record: BookingRecord) -> None:
        """Keep a booking with other lines."""
        self._relocated.add(record.id)
        self.change(record)

    def give_back(self, line: Line, due: datetime | None) -> None:
        """Free units at once, or keep them counted until they are due."""
        window = self.windows[line.window_id]
        if due is None:
            window.taken -= line.units
        else:
            self._returns.append((new_id(), window.id, window.group_id, line.units, due))

    def settle_offer(self, booking_id: UUID, state: str) -> None:
        """Say how a waitlist offer ended: taken or lapsed."""
        self._settled_offers.append((booking_id, state))

    def tell(self, topic: str, record: BookingRecord, **more: object) -> None:
        """Put an event of a booking into the outbox."""
        payload = {
            "bookingId": record.id,
            "scene": record.scene,
            "placeId": record.place_id,
            "groupId": record.group_id,
            "windowIds": [line.window_id for line in record.lines],
            "amountFen": record.amount_fen,
            "startsAt": record.starts_at,
            "title": record.title,
            "resource": record.resource,
            "bookedBy": record.booked_by,
            "offered": record.offered,
            **more,
        }
        self.tell_of(topic, record.person_id, payload)

    def tell_of(self, topic: str, subject_id: UUID, payload: dict[str, object]) -> None:
        """Put any event into the outbox."""
        self._events.append({
            "id": new_id(), "topic": topic, "subject_id": subject_id, "payload": payload,
            "at": self.now, "next_try_at": self.now, "tries": 0,
        })  # fmt: skip

    def keep_answer(self, owner: UUID, key: str, fingerprint: bytes, answer: Answer) -> None:
        """Keep an answer under the caller's key, for this transaction's commit and for this batch."""
        self._answers.append((owner, key, fingerprint, answer.status, answer.body))
        repeat = Answer(answer.status, answer.body, replayed=True)
        self.answers[owner, key] = StoredAnswer(fingerprint, repeat)

    @property
    def returns_due_now(self) -> bool:
        """Tell whether units were given back that somebody is waiting for."""
        return any(due <= self.now for *_, due in self._returns)

    # -- writing ---------------------------------------------------------------------------------

    async def write(self) -> None:
        """Write what changed; keys are given up before they are taken, in the order of the keys."""
        run = self.connection.execute
        if self._changed:
            await run(sql.UPDATE_BOOKINGS, _json.encode(list(self._changed.values())).decode())
        if self._relocated:
            await run(sql.DELETE_LINES, list(self._relocated))
            lines = _line_rows(self.bookings[booking_id] for booking_id in self._relocated)
            await run(sql.INSERT_LINES, _json.encode(lines).decode())
        moved = [w for w in self.windows.values() if w.taken != self._taken_before[w.id]]
        if self._new or self._answers or self._events or moved:
            await run(sql.WRITE, *self._added(), [w.id for w in moved], [w.taken for w in moved])
        if self._returns:
            await run(sql.INSERT_RETURNS, *zip(*self._returns, strict=True))
        if self._settled_offers:
            await run(sql.SETTLE_OFFERS, *zip(*self._settled_offers, strict=True), self.now)

    def _added(self) -> tuple[object, ...]:
        """Put new rows into the parameters of the one writing statement."""
        new = sorted(self._new, key=lambda record: record.exclusivity_key or "")
        lines = _line_rows(new)
        answers = zip(*sorted(self._answers), strict=True) if self._answers else ((),) * 5
        rows = (_json.encode(several).decode() for several in (new, lines, self._events))
        return (*rows, *answers, self.now)


def _line_rows(records: Iterable[BookingRecord]) -> list[dict[str, Any]]:
    return [
        {"booking_id": record.id, **msgspec.structs.asdict(line)}
        for record in records
        for line in record.lines
    ]


def as_record(row: "Record", lines: tuple[Line, ...]) -> BookingRecord:
    """Make a booking record from its row (with the names joined in) and its lines."""
    values = dict(row)
    values["terms"] = _terms.decode(values["terms"])
    values["adjustments"] = _adjustments.decode(values["adjustments"])
    values["details"] = msgspec.json.decode(values["details"])
    return BookingRecord(**values, lines=lines)
