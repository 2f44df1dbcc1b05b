"""The steps of a session: each asks the operator at most for one thing and writes down what it learnt.

A step answers when to look at the session again; none is at once, since its state has changed.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

import msgspec
import structlog

from scenes.charging.rules.messages import ChargeStatus
from scenes.charging.rules.rule import ChargingRule
from scenes.charging.service import hearing
from scenes.charging.service.billing import Biller
from scenes.charging.service.operators import OperatorGate
from scenes.charging.store import sessions as store
from scenes.charging.tables import ChargingSessionRow
from scenes.common.booking.errors import IllegalMove
from scenes.common.booking.ledger import BookingRecord, Ledger, Move
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Busy, Conflict

NOT_PLUGGED: Final = 1
KNOWN_STATES: Final = frozenset({1, 2, 3, 4})
SOON: Final = timedelta(seconds=3)
"""How often an accepted start is asked about until it charges."""

T = TypeVar("T")
log = structlog.stdlib.get_logger(__name__)


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it was found: its row, its prepaid booking, its connector's code, and the rule."""

    row: ChargingSessionRow
    booking: BookingRecord
    code: str
    rule: ChargingRule
    now: datetime

    @property
    def poll(self) -> datetime:
        """When to ask again while nothing happens."""
        return self.now + timedelta(seconds=self.rule.poll_seconds)


class Steps:
    """Takes the steps; safe to repeat each of them after a kill."""

    def __init__(self, database: Database, ledger: Ledger, *, operators: OperatorGate, clock: Clock) -> None:
        self._database = database
        self._ledger = ledger
        self._operators = operators
        self._clock = clock
        self._biller = Biller(database, ledger, clock=clock)

    async def wait(self, look: Look) -> datetime | None:
        """Wait for the payment while the hold lives, or for the next reading."""
        held = look.booking.hold_expires_at if look.row.state == "requested" else None
        return max(held, look.now) + timedelta(seconds=1) if held is not None else look.poll

    async def give_up(self, look: Look) -> datetime | None:
        """End a session nobody paid for."""
        return await self._fail(look.row.id, "unpaid")

    async def limit(self, look: Look) -> datetime | None:
        """Have a charge stopped whose deposit is nearly spent, or whose connector is the next one's."""
        return await self._change(look.row.id, lambda row, now: hearing.ask_stop(row, "system", now=now))

    async def bill(self, look: Look) -> datetime | None:
        """Bill an ended session."""
        return await self._biller.bill(look.row.id, look.rule)

    async def start(self, look: Look) -> datetime | None:
        """Ask for the start; after an unsure try ask first whether it happened, then repeat its number."""
        row = look.row
        if look.booking.state == "confirmed":
            await self._move(look.booking.id, "check_in")
        await self._change(row.id, _note_paid)
        if row.asked_at is not None and (status := await self._status(row)) is not None:
            await self._hear(row, status)
            return await self._change(row.id, _note_accepted)
        client = await self._operators.client(row.operator_id)
        if row.asked_at is None:
            reason = await _sure(client.authenticate(look.code))
            if reason != 0:
                return await self._fail(row.id, "not_plugged" if reason == NOT_PLUGGED else "check_failed")
            await self._change(row.id, _note_asked)
        ack = await _sure(client.start(row.start_seq, look.code))
        if ack is None:
            return await self._fail(row.id, "operator_refused")
        if not ack.accepted:
            return await self._fail(row.id, f"refused_{ack.fail_reason}")
        return await self._change(row.id, _note_accepted)

    async def ask(self, look: Look) -> datetime | None:
        """Ask how a charge stands, and follow the answer."""
        if (status := await self._status(look.row)) is not None:
            await self._hear(look.row, status)
        state = await self._state(look.row.id)
        if state != look.row.state:
            return None
        return look.now + SOON if state == "requested" else look.poll

    async def time_out(self, look: Look) -> datetime | None:
        """Give a start up whose time is over, unless the operator says that it charges after all."""
        with suppress(Busy):
            if (status := await self._status(look.row)) is not None:
                await self._hear(look.row, status)
        return await self._change(look.row.id, _time_out)

    async def stop(self, look: Look) -> datetime | None:
        """Ask to stop, then read how it stands: the final reading ends the charge."""
        client = await self._operators.client(look.row.operator_id)
        ack = await _sure(client.stop(look.row.start_seq, look.code))
        if (status := await self._status(look.row)) is not None:
            await self._hear(look.row, status)
        if ack is not None and await self._state(look.row.id) == "stopping":
            async with self._database.transaction() as session:
                await hearing.hear_stop(session, ack, operator_id=look.row.operator_id, now=self._clock())
        return look.now + SOON if await self._state(look.row.id) == "stopping" else None

    async def close(self, look: Look) -> datetime | None:
        """Give a failed session's money back first, then make sure that nothing was started."""
        row = look.row
        await self._move(row.booking_id, "cancel", reason=row.failure)
        if row.asked_at is not None and row.stop_asked_at is None and not _is_definite(row.failure):
            client = await self._operators.client(row.operator_id)
            if await _sure(client.stop(row.start_seq, look.code)) is None:
                log.info("nothing_to_stop", session=str(row.id))
        return await self._change(row.id, _settle_failed)

    # -- what they are made of -------------------------------------------------------------------

    async def _status(self, row: ChargingSessionRow) -> ChargeStatus | None:
        """Ask how a charge stands; none where the operator does not know it."""
        client = await self._operators.client(row.operator_id)
        status = await _sure(client.charge_status(row.start_seq))
        return status if status is not None and status.state in KNOWN_STATES else None

    async def _hear(self, row: ChargingSessionRow, status: ChargeStatus) -> None:
        async with self._database.transaction() as session:
            await hearing.hear_meter(session, status, operator_id=row.operator_id, now=self._clock())

    async def _state(self, session_id: UUID) -> str | None:
        async with self._database.read() as session:
            row = await store.one(session, session_id)
            return row.state if row is not None else None

    async def _move(self, booking_id: UUID, event: str, *, reason: str | None = None) -> None:
        with suppress(IllegalMove):  # it has happened, or the booking is over by now
            await self._ledger.move(Move(booking_id=booking_id, event=event, by="system", reason=reason))

    async def _fail(self, session_id: UUID, why: str) -> None:
        await self._change(session_id, lambda row, now: hearing.fail(row, why, now=now))

    async def _change(self, session_id: UUID, change: Callable[[ChargingSessionRow, datetime], None]) -> None:
        """Change a session's row as it is now; what came in between may have made it needless."""
        async with self._database.transaction() as session:
            row = await store.one(session, session_id, lock=True)
            if row is not None:
                with suppress(Conflict):
                    change(row, self._clock())


async def _sure(asked: Awaitable[T]) -> T | None:
    """Take an operator's answer, none for its no; Busy passes: what it did is not known."""
    try:
        return await asked
    except Conflict:
        return None


def _is_definite(failure: str | None) -> bool:
    """Tell whether the operator itself said that nothing was started."""
    return failure is not None and failure.startswith(("refused", "operator_refused", "not_", "check_"))


def _note_paid(row: ChargingSessionRow, now: datetime) -> None:
    row.paid_at = row.paid_at or now


def _note_asked(row: ChargingSessionRow, now: datetime) -> None:
    row.asked_at = row.asked_at or now


def _note_accepted(row: ChargingSessionRow, now: datetime) -> None:
    row.accepted_at = row.accepted_at or now


def _time_out(row: ChargingSessionRow, now: datetime) -> None:
    if row.state == "requested":
        hearing.fail(row, "start_timeout", now=now)


def _settle_failed(row: ChargingSessionRow, now: datetime) -> None:
    if row.state == "failed":
        row.stop_asked_at = row.stop_asked_at or now
        row.settled_at = now
