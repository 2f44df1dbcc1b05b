"""A lane of the writer: one connection on which one batch after another is decided and committed."""

import asyncio
import random
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.transaction import Transaction

from scenes.common.booking.ledger.batch import Batch
from scenes.common.booking.ledger.claims import Command, Outcome, Render
from scenes.common.booking.ledger.connections import Connections
from scenes.common.booking.ledger.page import Page, RelocatedMeanwhileError
from scenes.common.booking.ledger.returns import Returns
from scenes.common.booking.ledger.soldout import Hint
from scenes.common.kit import metrics
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import is_lost
from scenes.common.kit.refusals import Refusal

COLLISIONS: Final = (
    asyncpg.UniqueViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    RelocatedMeanwhileError,
)
"""Another lane or process wrote the same between our look and our write: looking again settles it."""

RETRIES: Final = 6
PAUSE: Final = 0.1
"""Seconds between attempts to reach a restarting database."""


class Decided(msgspec.Struct, frozen=True):
    """A committed batch: its outcomes, the windows found full, and whether somebody waits for a unit."""

    outcomes: list[Outcome | Refusal]
    full: dict[UUID, Hint]
    due_now: bool
    topics: set[str]


class CommitUnknownError(Exception):
    """The connection was lost while committing: the outcome is only known by asking again."""


class Lane:
    """One connection's worth of writing; the lanes of all processes agree through the database's locks."""

    def __init__(  # noqa: PLR0913 - what the ledger hands its lanes
        self,
        connections: Connections,
        name: str,
        *,
        clock: Clock,
        render: Render,
        chance: random.Random,
        patience: float,
    ) -> None:
        self.name = name
        self._connections = connections
        self._clock = clock
        self._render = render
        self._chance = chance
        self._patience = patience
        self._committing = asyncio.Lock()

    async def decide(self, commands: Sequence[Command]) -> Decided:
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
                self._connections.drop(self.name)
                await asyncio.sleep(PAUSE)

    async def _transact(self, commands: Sequence[Command]) -> Decided:
        async with self._committing:
            connection = await self._connections.get(self.name)
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
                    self._connections.drop(self.name)
                    raise CommitUnknownError from error
                raise

    async def _roll_back(self, transaction: Transaction) -> None:
        """Undo; where even that fails the connection is given up, which undoes as well."""
        try:
            await transaction.rollback()
        except Exception:  # noqa: BLE001 - the reason for the roll-back is what the callers need
            self._connections.drop(self.name)

    async def ids_of(self, statement: str, limit: int) -> list[UUID]:
        """Find bookings that are due for something now."""
        async with self._committing:
            connection = await self._connections.get(self.name)
            return [row["id"] for row in await connection.fetch(statement, self._clock(), limit)]

    async def settle_returns(self, limit: int) -> int:
        """Offer or free units whose return is due; return how many returns were settled."""
        async with self._committing:
            connection = await self._connections.get(self.name)
            async with connection.transaction():
                page = Page(connection, self._clock())
                return await Returns(page, chance=self._chance).run(limit)
