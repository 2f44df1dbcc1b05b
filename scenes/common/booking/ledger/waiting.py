"""A command in the ledger's queue and the caller who waits for it."""

import asyncio
from typing import Generic, TypeVar

from scenes.common.booking.ledger.claims import Outcome
from scenes.common.kit.refusals import Refusal

T = TypeVar("T")


class Waiting(Generic[T]):
    """One command and the future its caller awaits; a caller may have left meanwhile."""

    __slots__ = ("command", "future")

    def __init__(self, command: T) -> None:
        self.command = command
        self.future: asyncio.Future[Outcome | Refusal] = asyncio.get_running_loop().create_future()

    def settle(self, outcome: Outcome | Refusal) -> None:
        """Answer the caller, once."""
        if not self.future.done():
            self.future.set_result(outcome)

    def fail(self, error: Exception) -> None:
        """Let the caller see a defect."""
        if not self.future.done():
            self.future.set_exception(error)
