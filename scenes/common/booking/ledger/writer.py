"""The writer: one task a process turns many concurrent claims into few durable transactions."""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable, Sequence
from uuid import UUID

import asyncpg
import msgspec
import structlog
from asyncpg.transaction import Transaction

from scenes.common.booking import rules
from scenes.common.booking.ledger import soldout, sql
from scenes.common.booking.ledger.batch import Batch, Command
from scenes.common.booking.ledger.claims import Claim, Move, Outcome, Render
from scenes.common.booking.ledger.connections import Connections
from scenes.common.booking.ledger.page import Page
from scenes.common.booking.ledger.returns import Returns
from scenes.common.booking.ledger.soldout import Hint, Hints
from scenes.common.booking.ledger.waiting import Waiting
from scenes.common.kit import metrics
from scenes.common.kit.chance import PooledRandom
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database, is_lost
from scenes.common.kit.refusals import Busy, Refusal

log = structlog.get_logger(__name__)

COLLISIONS = (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""Another process wrote the same key between our look and our write: looking again settles it."""

RETRIES = 6
PAUSE = 0.1
"""Seconds between attempts to reach a restarting database."""


OnCommit = Callable[[set[str]], None]
"""Told after each commit which live topics changed: `booking:{id}`, `group:{id}`, `place:{id}`."""


class Decided(msgspec.Struct, frozen=True):
    """A committed batch: its outcomes, the windows found full, and whether somebody waits for a unit."""

    outcomes: list[Outcome | Refusal]
    full: dict[UUID, Hint]
    due_now: bool
    topics: set[str]


class CommitUnknownError(Exception):
    """The connection was lost while committing: the outcome is only known by asking again."""


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
        self._render = render
        self._chance = chance or PooledRandom()
        self._on_commit = on_commit
        self._queue_limit = queue_limit
        self._batch_limit = batch_limit
        self._patience = patience
        self._queue: deque[Waiting[Command]] = deque()
        self._asked: deque[Waiting[tuple[Claim, Hint]]] = deque()
        self._wake = asyncio.Event()
        self._ask = asyncio.Event()
        self._hints = Hints()
        self._connections = Connections(database)
        self._tasks: list[asyncio.Task[None]] = []
        self._committing = asyncio.Lock()
        self._stopping = False

    async def start(self) -> None:
        """Start the writer and the sold-out reader."""
        self._stopping = False
        self._tasks = [asyncio.create_task(self._write_all()), asyncio.create_task(self._look_all())]

    async def stop(self) -> None:
        """Finish what is queued, then stop."""
        self._stopping = True
        self._wake.set()
        self._ask.set()
        await asyncio.gather(*self._tasks)
        await self._connections.close()

    # -- what callers use ------------------------------------------------------------------------

    async def claim(self, claim: Claim) -> Outcome:
        """Grant a claim or refuse it; a repeated key gets its first answer.

        Refuses with WantInvalid, WindowNotFound, WindowNotOpen, WindowFull, AlreadyBooked, Suspended,
        IdempotencyKeyReused, or Busy when the queue is full or the database is away.
        """
        rules.check_wants([(want.window_id, want.units) for want in claim.wants])
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

    async def sweep(self, *, limit: int = 200) -> int:
        """Expire lapsed holds, mark the missed, settle due returns; return how many were dealt with."""
        expired = await self._sweep_moves(sql.EXPIRED_HOLDS, "expire", limit)
        missed = await self._sweep_moves(sql.MISSED, "no_show", limit)
        return expired + missed + await self._settle_returns(limit)

    # -- the queue -------------------------------------------------------------------------------

    def _enqueue(self, command: Command) -> asyncio.Future[Outcome | Refusal]:
        if len(self._queue) >= self._queue_limit or self._stopping:
            raise Busy
        waiting = Waiting(command)
        self._queue.append(waiting)
        self._wake.set()
        return waiting.future

    def _enqueue_question(self, claim: Claim, hint: Hint) -> asyncio.Future[Outcome | Refusal]:
        if len(self._asked) >= self._queue_limit or self._stopping:
            raise Busy
        waiting = Waiting((claim, hint))
        self._asked.append(waiting)
        self._ask.set()
        return waiting.future

    async def _write_all(self) -> None:
        while not (self._stopping and not self._queue):
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                count = min(len(self._queue), self._batch_limit)
                batch = [self._queue.popleft() for _ in range(count)]
                try:
                    await self._settle(batch)
                except Exception:
                    # Nobody may be left waiting for a writer that is gone.
                    log.exception("ledger_writer_defect", callers=len(batch))
                    for waiting in batch:
                        waiting.settle(Busy())

    async def _look_all(self) -> None:
        while not (self._stopping and not self._asked):
            await self._ask.wait()
            self._ask.clear()
            while self._asked:
                count = min(len(self._asked), self._batch_limit)
                await self._look([self._asked.popleft() for _ in range(count)])

    # -- one batch -------------------------------------------------------------------------------

    async def _settle(self, batch: Sequence[Waiting[Command]]) -> None:
        """Decide a batch; what cannot be decided together is decided one by one."""
        try:
            outcomes = await self._decided([waiting.command for waiting in batch])
        except Exception as error:  # noqa: BLE001 - the callers get it, the writer lives on
            await self._settle_failure(batch, error)
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.settle(outcome)

    async def _settle_failure(self, batch: Sequence[Waiting[Command]], error: Exception) -> None:
        if is_lost(error) or isinstance(error, CommitUnknownError):
            log.warning("ledger_database_away", error=repr(error), callers=len(batch))
            for waiting in batch:
                waiting.settle(Busy())
        elif len(batch) > 1:
            for waiting in batch:
                await self._settle([waiting])
        else:
            log.error("ledger_command_failed", exc_info=error)
            batch[0].fail(error)

    async def _decided(self, commands: Sequence[Command]) -> list[Outcome | Refusal]:
        metrics.LEDGER_BATCH_SIZE.observe(len(commands))
        metrics.LEDGER_QUEUE.set(len(self._queue))
        decided = await self._within_patience(commands)
        for window_id, hint in decided.full.items():
            self._hints.learn(window_id, hint)
        if self._on_commit is not None and decided.topics:
            self._on_commit(decided.topics)
        _count(commands, decided.outcomes)
        if decided.due_now:
            await self._try_settle_returns()
        return decided.outcomes

    async def _within_patience(self, commands: Sequence[Command]) -> Decided:
        """Try until the database answers: a lost connection before the commit changed nothing."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        collisions = 0
        while True:
            try:
                return await self._transact(commands)
            except COLLISIONS:
                collisions += 1
                if collisions > RETRIES:
                    raise
            except Exception as error:
                if not is_lost(error) or loop.time() > deadline:
                    raise
                self._connections.drop("writer")
                await asyncio.sleep(PAUSE)

    async def _transact(self, commands: Sequence[Command]) -> Decided:
        async with self._committing:
            connection = await self._connections.get("writer")
            transaction = connection.transaction()
            await transaction.start()
            page = Page(connection, self._clock())
            try:
                batch = Batch(page, commands, render=self._render, chance=self._chance)
                outcomes = await batch.run()
            except BaseException:
                await self._roll_back(transaction)
                raise
            await self._commit(transaction)
            return Decided(outcomes, batch.full, page.returns_due_now, page.topics)

    async def _commit(self, transaction: Transaction) -> None:
        with metrics.LEDGER_COMMIT_SECONDS.time():
            try:
                await transaction.commit()
            except Exception as error:
                if is_lost(error):
                    self._connections.drop("writer")
                    raise CommitUnknownError from error
                raise

    async def _roll_back(self, transaction: Transaction) -> None:
        """Undo; where even that fails the connection is given up, which undoes as well."""
        try:
            await transaction.rollback()
        except Exception:  # noqa: BLE001 - the reason for the roll-back is what the callers need
            self._connections.drop("writer")

    # -- sweeping --------------------------------------------------------------------------------

    async def _sweep_moves(self, statement: str, event: str, limit: int) -> int:
        async with self._committing:
            connection = await self._connections.get("writer")
            rows = await connection.fetch(statement, self._clock(), limit)
        moves = [Move(booking_id=row["id"], event=event, by="system") for row in rows]
        outcomes = await asyncio.gather(*map(self.move, moves), return_exceptions=True)
        return sum(isinstance(outcome, Outcome) for outcome in outcomes)

    async def _settle_returns(self, limit: int) -> int:
        async with self._committing:
            connection = await self._connections.get("writer")
            async with connection.transaction():
                page = Page(connection, self._clock())
                return await Returns(page, chance=self._chance).run(limit)

    async def _try_settle_returns(self) -> None:
        """Offer what was just given back; the batch is committed already, and the sweeper comes anyway."""
        try:
            await self._settle_returns(limit=200)
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
        _count(claims, outcomes)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.settle(_GO_ON if outcome is None else outcome)


def _count(commands: Sequence[Command], outcomes: Sequence[Outcome | Refusal | None]) -> None:
    """Count how claims ended, once for each way in the batch."""
    ended = Counter(
        (command.scene, outcome.code if isinstance(outcome, Refusal) else "granted")
        for command, outcome in zip(commands, outcomes, strict=True)
        if isinstance(command, Claim) and outcome is not None
    )
    for (scene, name), number in ended.items():
        metrics.CLAIMS_TOTAL.labels(scene, name).inc(number)


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
