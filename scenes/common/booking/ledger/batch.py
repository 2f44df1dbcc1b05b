"""One batch: load the page, decide each command by the rules, write the page.

Deciding is a plain function of the page; a refusal is the decision for one command and touches nothing.
"""

import random
from collections.abc import Sequence
from uuid import UUID

from scenes.common.booking.ledger.claims import Claim, Command, Move, Outcome, Render
from scenes.common.booking.ledger.granting import Granter
from scenes.common.booking.ledger.loading import Loader
from scenes.common.booking.ledger.moving import Mover
from scenes.common.booking.ledger.page import Page
from scenes.common.booking.ledger.showing import Shower
from scenes.common.booking.ledger.soldout import Hint
from scenes.common.kit.refusals import Refusal


class Batch:
    """The commands of one transaction and their outcomes, in the order they came."""

    def __init__(
        self, page: Page, commands: Sequence[Command], *, render: Render, chance: random.Random
    ) -> None:
        shower = Shower(page, render)
        self.page = page
        self.commands = commands
        self._granter = Granter(page, shower, chance=chance)
        self._mover = Mover(page, shower, chance=chance)
        self._loader = Loader(page, commands, self._mover)

    @property
    def full(self) -> dict[UUID, Hint]:
        """Return the windows found without a free unit."""
        return self._granter.full

    async def run(self) -> list[Outcome | Refusal]:
        """Load, decide and write; the caller commits."""
        await self._loader.load()
        outcomes = [self._decide(command) for command in self.commands]
        await self._loader.return_unused_numbers()
        await self.page.write()
        return outcomes

    def _decide(self, command: Command) -> Outcome | Refusal:
        try:
            if isinstance(command, Claim):
                return self._granter.claim(command)
            if isinstance(command, Move):
                return self._mover.move(command)
            return self._mover.relocate(command)
        except Refusal as refusal:
            return refusal.with_traceback(None)  # its frames hold the whole batch
