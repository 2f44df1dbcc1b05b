"""Which sign-ins have ended although their access tokens still run."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Busy
from scenes.common.people.store import persons as store

REMEMBERED = timedelta(minutes=20)
"""Longer than any access token lives, with room for clocks that differ by minutes."""

log = structlog.stdlib.get_logger(__name__)


class Revocations:
    """The sign-ins revoked in the last 20 minutes, known to this process.

    A background task reads them from PostgreSQL every `every` seconds; `add` makes one known at once.
    While the database is away the last known ones stay: nothing once revoked is let in again.
    """

    def __init__(self, database: Database, clock: Clock, *, every: float = 2.0) -> None:
        self._database = database
        self._clock = clock
        self._every = every
        self._known: dict[UUID, datetime] = {}
        self._task: asyncio.Task[None] | None = None
        self._current = True

    def __contains__(self, sign_in_id: object) -> bool:
        return sign_in_id in self._known

    def __len__(self) -> int:
        return len(self._known)

    def add(self, *sign_in_ids: UUID) -> None:
        """Believe these sign-ins ended from now on, in this process."""
        now = self._clock()
        self._known.update(dict.fromkeys(sign_in_ids, now))

    async def start(self) -> None:
        """Read the revocations once and keep reading; a missing database holds nothing up."""
        await self.refresh()
        self._task = asyncio.create_task(self._keep_reading(), name="revocations")

    async def stop(self) -> None:
        """End the background task."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def refresh(self) -> None:
        """Read the revocations now; keep the last known ones when the database is away."""
        since = self._clock() - REMEMBERED
        try:
            async with self._database.transaction() as session:
                found = await store.revoked_since(session, since)
        except Busy:
            self._note(current=False)
            return
        self._note(current=True)
        known = {sign_in_id: at for sign_in_id, at in self._known.items() if at >= since}
        self._known = known | dict(found)

    def _note(self, *, current: bool) -> None:
        """Log the first failure and the recovery, not each try."""
        if current is not self._current:
            self._current = current
            (log.info if current else log.warning)("revocations", current=current)

    async def _keep_reading(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.refresh()
            except Exception:
                log.exception("revocations_unread")
