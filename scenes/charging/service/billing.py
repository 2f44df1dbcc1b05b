"""Billing an ended session: from its own readings and snapshot, charged once, the rest given back."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.bill import Bill, bill_of, energy_lines, idle_is_known, idle_lines
from scenes.charging.rules.rule import ChargingRule
from scenes.charging.rules.session import STANDS, Seen, left_at, may_bill, standing_of
from scenes.charging.rules.tariff import Tariff
from scenes.charging.service.hearing import compare
from scenes.charging.store import live as live_store
from scenes.charging.store import sessions as store
from scenes.charging.store import stations as station_store
from scenes.charging.tables import ChargingSessionRow
from scenes.common.booking.errors import IllegalMove
from scenes.common.booking.ledger import Ledger, Move
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.payments.capture import capture

LOOK_AGAIN: Final = timedelta(seconds=15)


class Biller:
    """Brings ended sessions to their bill, each step of which may be done again."""

    def __init__(self, database: Database, ledger: Ledger, *, clock: Clock) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock

    async def bill(self, session_id: UUID, rule: ChargingRule) -> datetime | None:
        """Bill, charge and close a session; say when to look again where that is not possible yet.

        The bill and its final charge are one transaction; the bookings follow, and only then is it settled.
        """
        now = self._clock()
        async with self._database.transaction() as session:
            row = await store.one(session, session_id, lock=True)
            if row is None or row.state != "ended" or row.ended_at is None:
                return now
            if row.bill is None and not await self._billed(session, row, rule, now=now):
                return now + LOOK_AGAIN
            booking_id, reservation_id = row.booking_id, row.reservation_id
        await self._fulfil(booking_id)
        if reservation_id is not None:
            await self._fulfil(reservation_id)
        async with self._database.transaction() as session:
            row = await store.one(session, session_id, lock=True)
            if row is not None:
                row.settled_at = row.settled_at or self._clock()
        return None

    async def _billed(
        self, session: AsyncSession, row: ChargingSessionRow, rule: ChargingRule, *, now: datetime
    ) -> bool:
        """Make the bill if all it needs is known; tell whether it is made."""
        ended_at, tariff = row.ended_at or now, Tariff.of(row.tariff)
        heard = row.operator_total_fen is not None
        if not may_bill(ended_at, order_heard=heard, rule=rule, now=now):
            return False
        own, others = await _seen(session, row)
        patience = timedelta(minutes=max(rule.stale_minutes, tariff.idle_fee.free_minutes))
        gone_at = await live_store.first_change(
            session, row.connector_id, station_id=row.station_id, since=ended_at, besides=STANDS
        )
        left = left_at(ended_at, own, gone_at=gone_at, patience=patience, now=now)
        if not idle_is_known(ended_at, tariff.idle_fee, left_at=left, now=now):
            return False
        readings = await store.readings(session, row.id)
        started_at = row.started_at or ended_at
        bill = bill_of(
            energy_lines(started_at, ended_at, readings, tariff=tariff),
            idle_lines(standing_of(ended_at, left or now, others), tariff.idle_fee),
            authorised_fen=row.authorised_fen,
        )
        await self._charge(session, row, bill, left=left, now=now)
        return True

    async def _charge(
        self, session: AsyncSession, row: ChargingSessionRow, bill: Bill, *, left: datetime | None,
        now: datetime,
    ) -> None:  # fmt: skip
        row.bill, row.total_fen, row.energy_wh = bill.plain(), bill.total_fen, bill.energy_wh
        row.unplugged_at = left
        row.version += 1
        await capture(session, row.booking_id, bill.total_fen, now=now)
        await compare(session, row, energy_wh=bill.energy_wh, now=now)

    async def _fulfil(self, booking_id: UUID) -> None:
        with suppress(IllegalMove):  # it has happened, or staff ended the booking
            await self._ledger.move(Move(booking_id=booking_id, event="fulfil", by="system"))


async def _seen(session: AsyncSession, row: ChargingSessionRow) -> tuple[Seen | None, list[Seen]]:
    """Read the last words of the session's connector and of the station's others."""
    ids = [
        each.id
        for each in await station_store.connectors(session, [row.station_id])
        if each.gone_at is None and each.out_of_service_at is None
    ]
    told = await live_store.statuses(session, ids)
    seen = {key: Seen(each.status, each.since, each.received_at) for key, each in told.items()}
    own = seen.pop(row.connector_id, None)
    known = len(seen) == len([each for each in ids if each != row.connector_id])
    return own, list(seen.values()) if known else []
