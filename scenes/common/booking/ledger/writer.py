"""The writer: one task a process turns many concurrent claims into few durable transactions."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from uuid import UUID

import structlog

from scenes.common.booking import rules
from scenes.common.booking.ledger import soldout, sql
from scenes.common.booking.ledger.claims import Claim, Command, Move, Outcome, Relocation, Render
from scenes.common.booking.ledger.connections import Connections
from scenes.common.booking.ledger.lane import CommitUnknownError, Lane
from scenes.common.booking.ledger.soldout import Hint, Hints
from scenes.common.booking.ledger.tally import EVERY, Tally
from scenes.common.booking.ledger.waiting import Waiting
from scenes.common.kit import metrics
from scenes.common.kit.chance import PooledRandom
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database, is_lost
from scenes.common.kit.refusals import Busy, Refusal

log = structlog.get_logger(__name__)

LANES = 2
"""Batches a process has under way at most: one is decided while the other's commit reaches the disk."""

BESIDE = 40
"""Commands that must wait for a batch to begin beside another: smaller ones cost more than they gain."""

OnCommit = Callable[[set[str]], None]
"""Told after each commit which live topics changed: `booking:{id}`, `group:{id}`, `place:{id}`."""


class Ledger:
    """Grants claims and moves bookings. Start it once a process; several processes share one database."""

    def __init__(  # noqa: PLR0913 - settings of one long-lived object
        self,
        database: Database,
        *,
        clock: Clock,
        render: Render,
        chance: random.Random | None = None,
        on_commit: OnCommit | None = None,
        queue_limit: int = 4096,
        batch_limit: int = 256,
        patience: float = 4.0,
    ) -> None:
        self._clock = clock
        self._on_commit = on_commit
        self._queue_limit = queue_limit
        self._batch_limit = batch_limit
        self._queue: deque[Waiting[Command]] = deque()
        self._asked: deque[Waiting[tuple[Claim, Hint]]] = deque()
        self._wake = asyncio.Event()
        self._ask = asyncio.Event()
        self._hints = Hints()
        self._tally = Tally()
        self._counting = asyncio.Event()
        self._connections = Connections(database)
        self._tasks: list[asyncio.Task[None]] = []
        chance = chance or PooledRandom()
        lane = partial(Lane, self._connections, clock=clock, render=render, chance=chance, patience=patience)
        self._lanes = [lane(f"writer {number}") for number in range(LANES)]
        self._idle = list(reversed(self._lanes))
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def start(self) -> None:
        """Start the writer, the sold-out reader and the counting of refusals."""
        self._stopping = False
        self._counting.clear()
        self._tasks = [asyncio.create_task(run()) for run in (self._write_all, self._look_all)]
        self._counts = asyncio.create_task(self._count_all())

    async def stop(self) -> None:
        """Finish what is queued, then stop."""
        self._stopping = True
        self._wake.set()
        self._ask.set()
        await asyncio.gather(*self._tasks)
        self._counting.set()
        await self._counts
        await self._connections.close()

    # -- what callers use ------------------------------------------------------------------------

    async def claim(self, claim: Claim) -> Outcome:
        """Grant a claim or refuse it; a repeated key gets its first answer.

        Refuses with WantInvalid, WindowNotFound, WindowNotOpen, WindowFull, AlreadyBooked, Suspended,
        IdempotencyKeyReused, or Busy when the queue is full or the database is away.
        """
        for wants in (claim.wants, *claim.alternatives):
            rules.check_wants([(want.window_id, want.units) for want in wants])
        hint = self._hints.of(claim)
        if hint is not None:
            quick = _given(await self._enqueue_question(claim, hint))
            if quick is not None:
                return quick
        return _final(await self._enqueue(claim))

    async def move(self, move: Move) -> Outcome:
        """Move a booking along one edge.

        Refuses with BookingNotFound, IllegalMove, HoldExpired, TooLate, TooEarly, PaymentDue or Busy.
        """
        return _final(await self._enqueue(move))

    async def relocate(self, relocation: Relocation) -> Outcome:
        """Move an active booking to other windows, keeping its price, code and person.

        Refuses with BookingNotFound, IllegalMove once it is over, WindowFull when no set has room, or Busy.
        """
        return _final(await self._enqueue(relocation))

    async def sweep(self, *, limit: int = 200) -> int:
        """Expire lapsed holds, mark the missed, settle due returns; return how many were dealt with."""
        expired = await self._sweep_moves(sql.EXPIRED_HOLDS, "expire", limit)
        missed = await self._sweep_moves(sql.MISSED, "no_show", limit)
        return expired + missed + await self._lanes[0].settle_returns(limit)

    async def write_refusals(self) -> None:
        """Write what refusals were counted; a database that is away leaves them for the next time."""
        try:
            await self._tally.write(await self._connections.get("tally"))
        except Exception as error:  # noqa: BLE001 - figures may come late, bookings may not
            log.warning("refusals_not_written", error=repr(error))
            self._connections.drop("tally")

    # -- the queue -------------------------------------------------------------------------------

    def _enqueue(self, command: Command) -> asyncio.Future[Outcome | Refusal]:
        if len(self._queue) >= self._queue_limit or self._stopping:
            self._tally.count([command], [_BUSY])
            raise Busy
        waiting = Waiting(command)
        self._queue.append(waiting)
        self._wake.set()
        return waiting.future

    def _enqueue_question(self, claim: Claim, hint: Hint) -> asyncio.Future[Outcome | Refusal]:
        if len(self._asked) >= self._queue_limit or self._stopping:
            self._tally.count([claim], [_BUSY])
            raise Busy
        waiting = Waiting((claim, hint))
        self._asked.append(waiting)
        self._ask.set()
        return waiting.future

    async def _write_all(self) -> None:
        while not (self._stopping and not self._queue and not self._running):
            await self._wake.wait()
            self._wake.clear()
            while self._queue and self._may_begin():
                count = min(len(self._queue), self._batch_limit)
                batch = [self._queue.popleft() for _ in range(count)]
                running = asyncio.create_task(self._run(self._idle.pop(), batch))
                self._running.add(running)
                running.add_done_callback(self._ended)

    def _may_begin(self) -> bool:
        return bool(self._idle) and (not self._running or len(self._queue) >= BESIDE)

    def _ended(self, running: asyncio.Task[None]) -> None:
        self._running.discard(running)
        self._wake.set()

    async def _run(self, lane: Lane, batch: Sequence[Waiting[Command]]) -> None:
        try:
            await self._settle(lane, batch)
        except Exception:
            # Nobody may be left waiting for a writer that is gone.
            log.exception("ledger_writer_defect", callers=len(batch))
            for waiting in batch:
                waiting.settle(Busy())
        finally:
            self._idle.append(lane)

    async def _look_all(self) -> None:
        while not (self._stopping and not self._asked):
            await self._ask.wait()
            self._ask.clear()
            while self._asked:
                count = min(len(self._asked), self._batch_limit)
                await self._look([self._asked.popleft() for _ in range(count)])

    async def _count_all(self) -> None:
        """Write the counts every few seconds, and what is left at the end."""
        while not self._counting.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._counting.wait(), EVERY)
            await self.write_refusals()

    # -- one batch -------------------------------------------------------------------------------

    async def _settle(self, lane: Lane, batch: Sequence[Waiting[Command]]) -> None:
        """Decide a batch; what cannot be decided together is decided one by one."""
        try:
            outcomes = await self._decided(lane, [waiting.command for waiting in batch])
        except Exception as error:  # noqa: BLE001 - the callers get it, the writer lives on
            await self._settle_failure(lane, batch, error)
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.settle(outcome)

    async def _settle_failure(self, lane: Lane, batch: Sequence[Waiting[Command]], error: Exception) -> None:
        if is_lost(error) or isinstance(error, CommitUnknownError):
            log.warning("ledger_database_away", error=repr(error), callers=len(batch))
            self._tally.count([waiting.command for waiting in batch], [_BUSY] * len(batch))
            for waiting in batch:
                waiting.settle(Busy())
        elif len(batch) > 1:
            for waiting in batch:
                await self._settle(lane, [waiting])
        else:
            log.error("ledger_command_failed", exc_info=error)
            batch[0].fail(error)

    async def _decided(self, lane: Lane, commands: Sequence[Command]) -> list[Outcome | Refusal]:
        metrics.LEDGER_BATCH_SIZE.observe(len(commands))
        metrics.LEDGER_QUEUE.set(len(self._queue))
        decided = await lane.decide(commands)
        for window_id, hint in decided.full.items():
            self._hints.learn(window_id, hint)
        if self._on_commit is not None and decided.topics:
            self._on_commit(decided.topics)
        self._tally.count(commands, decided.outcomes)
        if decided.due_now:
            await self._try_settle_returns()
        return decided.outcomes

    # -- sweeping --------------------------------------------------------------------------------

    async def _sweep_moves(self, statement: str, event: str, limit: int) -> int:
        found = await self._lanes[0].ids_of(statement, limit)
        moves = [Move(booking_id=booking_id, event=event, by="system") for booking_id in found]
        outcomes = await asyncio.gather(*map(self.move, moves), return_exceptions=True)
        return sum(isinstance(outcome, Outcome) for outcome in outcomes)

    async def _try_settle_returns(self) -> None:
        """Offer what was just given back; the batch is committed already, and the sweeper comes anyway."""
        try:
            await self._lanes[0].settle_returns(limit=200)
        except Exception as error:  # noqa: BLE001 - it must not be told to callers whose wish was granted
            log.warning("ledger_returns_put_off", error=repr(error))

    # -- the sold-out reader ---------------------------------------------------------------------

    async def _look(self, batch: Sequence[Waiting[tuple[Claim, Hint]]]) -> None:
        claims = [waiting.command[0] for waiting in batch]
        hints = [waiting.command[1] for waiting in batch]
        try:
            connection = await self._connections.get("reader")
            outcomes, room = await soldout.look(connection, claims, hints, self._clock())
        except Exception as error:  # noqa: BLE001 - the writer has the patience; the caller goes there
            log.warning("sold_out_reader_failed", error=repr(error))
            self._connections.drop("reader")
            outcomes, room = [None] * len(batch), set[UUID]()
        for window_id in room:
            self._hints.forget(window_id)
        metrics.HINTS_TOTAL.inc(len(batch))
        self._tally.count(claims, outcomes)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.settle(_GO_ON if outcome is None else outcome)


_BUSY = Busy()
"""Stands in the counts for refusals given one by one; it is never raised itself."""

_GO_ON = Busy(0)
"""What the sold-out reader says when the writer should decide after all."""


def _given(outcome: Outcome | Refusal) -> Outcome | None:
    """Return an outcome, raise a refusal; None is for the writer to decide.

    A raised refusal knows this frame. Were it still a local here, or were its future one in the frames
    above, each refusal would be a cycle that only the garbage collector frees: a hundred thousand of them
    in the release minute.
    """
    if outcome is _GO_ON:
        return None
    if isinstance(outcome, Refusal):
        try:
            raise outcome
        finally:
            del outcome
    return outcome


def _final(outcome: Outcome | Refusal) -> Outcome:
    given = _given(outcome)
    assert given is not None  # noqa: S101 - the writer always decides
    return given
