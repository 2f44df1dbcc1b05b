"""A small booking world on a real database: people, windows, ledgers, and the truth read from rows."""

import random
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from scenes.common.booking import service
from scenes.common.booking.ledger import Claim, Ledger, Move, Outcome, Want
from scenes.common.booking.offering import NewWindow
from scenes.common.booking.tables import TAKES, BookingWindowRow
from scenes.common.booking.wire import BookingPlace, renderer
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Refusal
from scenes.common.people.tables import PersonRow
from tests.support.clock import AdjustableClock

ASKED = b"a" * 16
"""The fingerprint of a request whose content does not matter."""

_TAKEN_AND_HELD = f"""
SELECT w.id, w.capacity, w.taken,
  COALESCE((SELECT sum(l.units) FROM booking_line l JOIN booking b ON b.id = l.booking_id
    WHERE l.window_id = w.id AND {TAKES}), 0)
  + COALESCE((SELECT sum(r.units) FROM unit_return r WHERE r.window_id = w.id), 0) AS held
FROM booking_window w ORDER BY w.id
"""  # noqa: S608 - constants


def place_named(place_id: UUID) -> BookingPlace:
    """Name every place alike."""
    return BookingPlace(id=place_id, name="曹杨社区卫生服务中心", address="花溪路100号", phone="02152660000")


class World:
    """People, windows and ledgers of one test."""

    def __init__(self, database: Database, clock: AdjustableClock) -> None:
        self.database = database
        self.clock = clock
        self.place = new_id()
        self.ledgers: list[Ledger] = []

    async def ledger(self, **settings: Any) -> Ledger:
        """Start another ledger, as another process would."""
        chance = random.Random(len(self.ledgers))  # noqa: S311 - a test repeats itself
        facts = {"clock": self.clock, "render": renderer(place_named), "chance": chance, **settings}
        ledger = Ledger(self.database, **facts)
        await ledger.start()
        self.ledgers.append(ledger)
        return ledger

    async def stop(self) -> None:
        """Stop every ledger."""
        for ledger in self.ledgers:
            await ledger.stop()

    async def people(self, count: int, birth_date: date = date(1990, 5, 1)) -> list[UUID]:
        """Let people move in."""
        ids = [new_id() for _ in range(count)]
        async with self.database.transaction() as session:
            session.add_all(
                PersonRow(
                    id=person, name="王芳", birth_date=birth_date, sex="f", area="曹杨新村街道",
                    hukou=True, has_account=True, synthetic=True, created_at=self.clock(),
                )
                for person in ids
            )  # fmt: skip
        return ids

    def window(self, **facts: Any) -> BookingWindowRow:
        """Make a window of tomorrow's, open now, free of charge unless told otherwise."""
        now = self.clock()
        values = {
            "id": new_id(), "scene": "clinic", "place_id": self.place, "group_id": new_id(),
            "title": "全科门诊", "resource": "李敏", "capacity": 1, "opens_at": now - timedelta(days=1),
            "starts_at": now + timedelta(days=1), "ends_at": now + timedelta(days=1, minutes=30),
            "closes_at": now + timedelta(hours=20), "price_fen": 0, "hold_seconds": 900,
            "terms": {"graceMinutes": 10}, **facts,
        }  # fmt: skip
        return BookingWindowRow(**values)

    async def publish(self, *windows: BookingWindowRow) -> None:
        """Put windows on offer."""
        async with self.database.transaction() as session:
            await service.publish_windows(session, [NewWindow(**row.model_dump()) for row in windows])

    async def offer(self, **facts: Any) -> BookingWindowRow:
        """Publish one window."""
        window = self.window(**facts)
        await self.publish(window)
        return window

    def claim(self, person: UUID, *windows: BookingWindowRow | Want, **facts: Any) -> Claim:
        """Ask for one unit of each window."""
        wants = tuple(w if isinstance(w, Want) else Want(w.id) for w in windows)
        scene = next((w.scene for w in windows if isinstance(w, BookingWindowRow)), "clinic")
        values = {
            "scene": scene, "booker_id": person, "subject_id": person, "wants": wants,
            "key": str(uuid4()), "fingerprint": ASKED, **facts,
        }  # fmt: skip
        return Claim(**values)

    async def rows(self, statement: str, **facts: Any) -> list[tuple[Any, ...]]:
        """Read rows as plain tuples."""
        async with self.database.read() as session:
            return [tuple(row) for row in (await session.execute(text(statement), facts)).all()]

    async def run(self, statement: str, **facts: Any) -> None:
        """Change something behind the ledger's back."""
        async with self.database.transaction() as session:
            await session.execute(text(statement), facts)

    async def states(self) -> dict[str, int]:
        """Count bookings by state."""
        return dict(await self.rows("SELECT state, count(*) FROM booking GROUP BY state"))  # pyright: ignore[reportArgumentType]

    async def taken(self, window: BookingWindowRow) -> int:
        """Read how many units of a window are taken."""
        return (await self.rows("SELECT taken FROM booking_window WHERE id = :id", id=window.id))[0][0]

    async def check(self) -> None:
        """Hold the rows against each other: taken is what bookings and pending returns hold."""
        for window_id, capacity, taken, held in await self.rows(_TAKEN_AND_HELD):
            assert (window_id, taken) == (window_id, held)
            assert 0 <= taken <= capacity


async def answer(act: Any) -> str | int:
    """Name how an act ended: its status, or the code of its refusal."""
    try:
        outcome: Outcome = await act
    except Refusal as refusal:
        return refusal.code
    return outcome.answer.status


def step(outcome: Outcome | UUID, event: str, by: str = "resident", **facts: Any) -> Move:
    """Make a move of a booking just granted, by its person where a resident acts."""
    booking = outcome.booking if isinstance(outcome, Outcome) else None
    booking_id = booking.id if booking is not None else outcome
    actor = booking.booked_by if booking is not None and by == "resident" else None
    return Move(**{"booking_id": booking_id, "event": event, "by": by, "actor_id": actor, **facts})


def later(at: datetime, **span: float) -> datetime:
    """Return an instant some time after another."""
    return at + timedelta(**span)
