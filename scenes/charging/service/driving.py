"""Driving each session on: ask the operator, believe its answers, bill, give the rest back.

Nothing is held while an operator is asked: a session is leased, the operator is asked outside of any
transaction, and its answer is taken as if it had told us by itself. A kill leaves a lease that runs out,
after which whoever comes next asks before it repeats. A start always has the same number.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from scenes.charging.rules.session import Known, next_step, retry_after
from scenes.charging.service.charges import until_of
from scenes.charging.service.operators import OperatorGate
from scenes.charging.service.rules import rule_at
from scenes.charging.service.steps import Look, Steps
from scenes.charging.store import sessions as store
from scenes.charging.store import windows as window_store
from scenes.common.booking import service as booking
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Refusal

LEASE: Final = timedelta(seconds=30)
BATCH: Final = 50
MOST_STEPS: Final = 8
"""Steps taken at once for a session whose state changes at each; the next look takes the others."""

Publish = Callable[[str, bytes], Awaitable[None]]
log = structlog.stdlib.get_logger(__name__)


def topic(session_id: UUID) -> str:
    """Name the fan-out topic of a session."""
    return f"session:{session_id}"


class Driver:
    """Drives sessions; safe to run in several processes and to be killed at any line."""

    def __init__(  # noqa: PLR0913 - settings of one long-lived object
        self,
        database: Database,
        ledger: Ledger,
        *,
        operators: OperatorGate,
        clock: Clock,
        publish: Publish | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._clock = clock
        self._publish = publish
        self._lease = lease
        self._steps = Steps(database, ledger, operators=operators, clock=clock)

    async def drive_due(self) -> int:
        """Take the sessions that need something now as far as they go; return how many."""
        async with self._database.read() as session:
            due = await store.due(session, self._clock(), limit=BATCH)
        for session_id in due:
            await self.drive(session_id)
        return len(due)

    async def drive(self, session_id: UUID) -> None:
        """Take one session as far as it goes now; whatever goes wrong is tried again later."""
        for _ in range(MOST_STEPS):
            if not await self._leased(session_id):
                return
            try:
                again_at = await self._step(session_id)
            except Refusal as refusal:
                log.warning("charge_put_off", session=str(session_id), code=refusal.code)
                await self._put_off(session_id)
                return
            await self._release(session_id, again_at)
            if self._publish is not None:
                await self._publish(topic(session_id), b"changed")
            if again_at is not None:
                return

    async def _step(self, session_id: UUID) -> datetime | None:
        now = self._clock()
        async with self._database.read() as session:
            row = await store.one(session, session_id)
            if row is None or row.settled_at is not None:
                return now
            record = await booking.any_booking(session, row.booking_id)
            rule = await rule_at(session, row.station_id, row.created_at)
            connector = await window_store.connector(session, row.connector_id)
        known = Known(
            state=row.state, booking_state=record.state, paid_at=row.paid_at, asked_at=row.asked_at,
            accepted_at=row.accepted_at, heard_at=row.heard_at, running_fen=row.running_fen,
            authorised_fen=row.authorised_fen, until=until_of(record),
        )  # fmt: skip
        code = connector.code if connector is not None else ""
        look = Look(row=row, booking=record, code=code, rule=rule, now=now)
        step: Callable[[Look], Awaitable[datetime | None]] = getattr(
            self._steps, next_step(known, rule=rule, now=now)
        )
        return await step(look)

    async def _leased(self, session_id: UUID) -> bool:
        """Take a due session for ourselves, so that nobody else asks its operator meanwhile."""
        now = self._clock()
        async with self._database.transaction() as session:
            return await store.lease(session, session_id, now=now, until=now + self._lease)

    async def _release(self, session_id: UUID, again_at: datetime | None) -> None:
        """Say when to look again; news that came in between stands."""
        async with self._database.transaction() as session:
            row = await store.one(session, session_id, lock=True)
            if row is not None and row.settled_at is None:
                now = self._clock()
                row.tries = 0
                row.next_try_at = now if row.next_try_at <= now else again_at or now

    async def _put_off(self, session_id: UUID) -> None:
        """Leave an operator alone for ever longer that does not answer."""
        async with self._database.transaction() as session:
            row = await store.one(session, session_id, lock=True)
            if row is not None:
                row.tries += 1
                row.next_try_at = self._clock() + retry_after(row.tries)
