"""The real ledger, twice, on a real PostgreSQL against a plain model of it, driven by hypothesis.

`LIFECIRCLE_MACHINE_EXAMPLES` and `LIFECIRCLE_MACHINE_STEPS` make the search deeper than the suite's.
"""

import asyncio
import os
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from scenes.common.booking import service
from scenes.common.booking.ledger import Claim, Ledger, Want
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Refusal
from tests.support.booking import World, step
from tests.support.booking_model import ACTIVE, Booking, Model
from tests.support.clock import MONDAY_NINE, AdjustableClock

EXAMPLES = int(os.environ.get("LIFECIRCLE_MACHINE_EXAMPLES", "60"))
STEPS = int(os.environ.get("LIFECIRCLE_MACHINE_STEPS", "40"))

EMPTY = """
TRUNCATE booking, booking_line, booking_window, booking_queue, waitlist_entry, unit_return,
  idempotency, outbox
"""
TERMS = {"graceMinutes": 10, "maxExtensions": 2, "offerMinutes": 30}

numbers = st.integers(0, 10**6)
ledgers = st.integers(0, 1)
groups = st.integers(0, 1)
persons = st.integers(0, 3)


class LedgerMachine(RuleBasedStateMachine):
    """Each rule does one thing to the ledger and the same to the model; then rows and model must agree."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    database: ClassVar[Database]
    people: ClassVar[list[UUID]]

    def __init__(self) -> None:
        super().__init__()
        self.clock = AdjustableClock(MONDAY_NINE)
        self.world = World(self.database, self.clock)
        self.model = Model(self.world)
        self.groups = [uuid4() for _ in range(2)]
        self.asked: list[tuple[Claim, bytes]] = []
        self.ledgers: list[Ledger] = self.run(self.begin())

    async def begin(self) -> list[Ledger]:
        await self.world.run(EMPTY)
        return [await self.world.ledger(), await self.world.ledger()]

    def teardown(self) -> None:
        self.run(self.world.stop())

    def run(self, act: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(act)

    def ask(self, act: Coroutine[Any, Any, Any]) -> Any:
        """Return what an act gives, or the code of its refusal."""
        try:
            return self.run(act)
        except Refusal as refusal:
            return refusal.code

    def agree(self, *, swept: bool = False) -> None:
        self.run(self.model.agree(swept=swept))

    # -- windows ---------------------------------------------------------------------------------

    @initialize(delayed=st.booleans())
    def a_sold_out_session_and_who_waits(self, *, delayed: bool) -> None:
        """Begin where it is crowded: one free and one priced window, both taken, and somebody waiting."""
        for priced in (False, True):
            self.publish(0, 1, priced=priced, delayed=delayed)
        for which in (0, 1):
            self.claim([(which, 1)], which, 0, exclusive=True)
        self.publish(1, 1, priced=True, delayed=delayed)
        if not delayed:
            self.join_waitlist(0, 2)
            self.join_waitlist(0, 3)

    @precondition(lambda self: len(self.model.windows) < 6)
    @rule(group=groups, capacity=st.integers(0, 3), priced=st.booleans(), delayed=st.booleans())
    def publish(self, group: int, capacity: int, *, priced: bool, delayed: bool) -> None:
        window = self.world.window(
            group_id=self.groups[group],
            capacity=capacity,
            price_fen=100 if priced else 0,
            opens_at=MONDAY_NINE - timedelta(days=1),
            closes_at=MONDAY_NINE + timedelta(hours=20),
            starts_at=MONDAY_NINE + timedelta(days=1),
            ends_at=MONDAY_NINE + timedelta(days=1, minutes=30),
            terms={**TERMS, "resaleDelay": [30, 60]} if delayed else TERMS,
        )
        self.run(self.world.publish(window))
        self.model.windows[window.id] = window

    @rule(which=numbers, capacity=st.integers(0, 4))
    def change_capacity(self, which: int, capacity: int) -> None:
        window = self.pick(list(self.model.windows.values()), which)
        below = capacity < self.model.taken(window, lapsed_too=True)
        changed = self.ask(self.changed(window, capacity))
        assert changed == ("capacity_below_booked" if below else None)
        self.agree()

    async def changed(self, window: BookingWindowRow, capacity: int) -> None:
        async with self.database.transaction() as session:
            await service.change_capacity(session, window.id, capacity, now=self.clock())
        window.capacity = capacity

    # -- claims ----------------------------------------------------------------------------------

    @rule(
        wanted=st.lists(st.tuples(numbers, st.integers(1, 2)), min_size=1, max_size=3),
        person=persons,
        ledger=ledgers,
        exclusive=st.booleans(),
    )
    def claim(self, wanted: list[tuple[int, int]], person: int, ledger: int, *, exclusive: bool) -> None:
        windows = list(self.model.windows.values())
        wants = list(
            {self.pick(windows, which).id: (self.pick(windows, which), n) for which, n in wanted}.values()
        )
        claim = self.world.claim(
            self.people[person], *[Want(window.id, units) for window, units in wants], exclusive=exclusive
        )
        key = f"{wants[0][0].group_id}:{claim.subject_id}" if exclusive else None
        possible = self.model.claim(wants, key)
        outcome = self.ask(self.ledgers[ledger].claim(claim))
        assert (outcome if isinstance(outcome, str) else outcome.answer.status) in possible
        if not isinstance(outcome, str):
            made = outcome.booking
            booking = Booking(made.id, made.person_id, wants, made.state, made.hold_expires_at, exclusive)
            assert made.state == ("held" if booking.amount else "confirmed")
            self.model.bookings[made.id] = booking
            self.asked.append((claim, outcome.answer.body))
        self.agree()

    @precondition(lambda self: self.model.bookings)
    @rule(which=numbers, ledger=ledgers)
    def book_again(self, which: int, ledger: int) -> None:
        """Let somebody who booked ask for the same window once more, perhaps after the hold lapsed."""
        booking = self.pick(self.lively(), which)
        window = list(self.model.windows).index(booking.wants[0][0].id)
        self.claim([(window, 1)], self.people.index(booking.person), ledger, exclusive=True)

    @precondition(lambda self: self.asked)
    @rule(which=numbers, ledger=ledgers, same=st.booleans())
    def replay(self, which: int, ledger: int, *, same: bool) -> None:
        """Ask again under a key already used, for the same or for something else."""
        claim, body = self.pick(self.asked, which)
        if not same:
            other = msgspec.structs.replace(claim, fingerprint=b"other")
            assert self.ask(self.ledgers[ledger].claim(other)) == "idempotency_key_reused"
        else:
            answer = self.ask(self.ledgers[ledger].claim(claim)).answer
            assert (answer.status, answer.body, answer.replayed) == (201, body, True)
        self.agree()

    # -- moves -----------------------------------------------------------------------------------

    @precondition(lambda self: self.model.bookings)
    @rule(
        which=numbers,
        ledger=ledgers,
        move=st.sampled_from([
            ("confirm", "resident"), ("confirm", "payment"), ("cancel", "resident"), ("cancel", "staff"),
            ("extend", "resident"), ("check_in", "resident"), ("fulfil", "staff"), ("expire", "system"),
        ]),
    )  # fmt: skip
    def move(self, which: int, ledger: int, move: tuple[str, str]) -> None:
        event, by = move
        booking = self.pick(self.lively(), which)
        expected = self.model.move(booking, event, by)
        actor = booking.person if by == "resident" else None
        outcome = self.ask(self.ledgers[ledger].move(step(booking.id, event, by, actor_id=actor)))
        assert expected == (outcome if isinstance(outcome, str) else outcome.answer.status)
        if not isinstance(outcome, str):
            self.model.moved(booking, event)
            assert outcome.booking.state == booking.state
        self.agree()

    def lively(self) -> list[Booking]:
        """List bookings, those that can still move more than once, so that they are picked more often."""
        bookings = list(self.model.bookings.values())
        return bookings + 4 * [b for b in bookings if b.state in ACTIVE]

    # -- time ------------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 14, 16, 16, 31, 31, 61, 600]))
    def wait_some_time(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))
        self.agree()

    @rule(ledger=ledgers)
    def sweep(self, ledger: int) -> None:
        self.run(self.ledgers[ledger].sweep())
        self.agree(swept=True)

    # -- the waitlist ----------------------------------------------------------------------------

    @rule(group=groups, person=persons)
    def join_waitlist(self, group: int, person: int) -> None:
        expected = self.model.wait(self.groups[group], self.people[person])
        outcome = self.ask(self.joined(self.groups[group], self.people[person]))
        assert (outcome if isinstance(outcome, str) else expected) == expected
        assert (expected in {"joined", "waiting"}) == (not isinstance(outcome, str))
        if expected == "joined":
            self.model.waiting.append((self.groups[group], self.people[person]))
        self.agree()

    async def joined(self, group: UUID, person: UUID) -> object:
        async with self.database.transaction() as session:
            return await service.wait_for(
                session, group, scene="clinic", person_id=person, booked_by=person,
                clears_at=MONDAY_NINE + timedelta(days=30), now=self.clock(),
            )  # fmt: skip

    @precondition(lambda self: self.model.waiting)
    @rule(which=numbers)
    def leave_waitlist(self, which: int) -> None:
        group, person = self.pick(self.model.waiting, which)
        self.run(self.left(group, person))
        self.model.waiting.remove((group, person))
        self.agree()

    async def left(self, group: UUID, person: UUID) -> None:
        async with self.database.transaction() as session:
            entry = await service.store.open_entry(session, group, person)
            assert entry is not None
            await service.stop_waiting(session, entry.id, person, now=self.clock())

    @staticmethod
    def pick(things: list[Any], which: int) -> Any:
        return things[which % len(things)]


def test_the_ledger_does_what_the_model_does(database_url: str) -> None:
    with asyncio.Runner() as runner:
        LedgerMachine.loop = runner.get_loop()
        LedgerMachine.database = Database(database_url, pool_size=4)
        world = World(LedgerMachine.database, AdjustableClock())
        LedgerMachine.people = runner.run(world.people(4))
        run_state_machine_as_test(
            LedgerMachine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        runner.run(LedgerMachine.database.close())
