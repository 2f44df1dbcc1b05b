"""Comparing each day's orders with each operator, and keeping the differences for staff to settle.

An operator's business is energy: its totals are compared with what our bill has for energy. Standing after
the charge is the platform's own fee, and the deposit's limit our own loss.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.rules.messages import CheckedOrder, OrderCheck
from scenes.charging.rules.reconcile import Difference, Order, differences
from scenes.charging.rules.windows import day_span
from scenes.charging.store import sessions as store
from scenes.charging.tables import ChargingSessionRow, ReconciledDayRow, ReconciliationRow
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Refusal

DAYS_BACK: Final = 3
"""Days looked at again, for operators that were away on the morning after."""

log = structlog.stdlib.get_logger(__name__)


class Checks(Protocol):
    """What reconciliation needs of an operator's client."""

    async def check_orders(
        self, orders: Sequence[CheckedOrder], /, *, since: datetime, until: datetime
    ) -> OrderCheck:
        """Show our orders of a span and learn which the operator disputes."""
        ...


class CheckGate(Protocol):
    """Hands out the client of an operator."""

    async def client(self, operator_id: UUID, /) -> Checks:
        """Return the client of an operator."""
        ...


async def reconcile_days(database: Database, operators: CheckGate, *, clock: Clock) -> int:
    """Compare the days that are over and not compared yet with every operator; return how many were."""
    today, done = local_day(clock()), 0
    async with database.read() as session:
        ids = [row.id for row in await store.operators(session)]
    for operator_id in ids:
        for back in range(DAYS_BACK, 0, -1):
            day = today - timedelta(days=back)
            async with database.read() as session:
                if await store.day_done(session, operator_id, day) is not None:
                    continue
            try:
                await reconcile_day(database, operators, operator_id, day=day, clock=clock)
            except Refusal as refusal:
                log.warning("reconciliation_put_off", operator=str(operator_id), code=refusal.code)
                break
            done += 1
    return done


async def reconcile_day(
    database: Database, operators: CheckGate, operator_id: UUID, *, day: date, clock: Clock
) -> list[Difference]:
    """Compare one day with one operator; done again it finds the same and adds nothing."""
    since, until = day_span(day)
    async with database.read() as session:
        rows = list(await store.ended_between(session, operator_id, since, until))
    ours = [_order(row) for row in rows]
    shown = [CheckedOrder(start_seq=o.start_seq, energy_wh=o.energy_wh, total_fen=o.total_fen) for o in ours]
    client = await operators.client(operator_id)
    check = await client.check_orders(shown, since=since, until=until)
    disputed = {each.start_seq: (Order(each.start_seq, each.energy_wh, each.total_fen), each.reason)
                for each in check.disputes}  # fmt: skip
    told = {row.start_seq: row.operator_total_fen for row in rows if row.operator_total_fen is not None}
    found = differences(ours, told, disputed)
    async with database.transaction() as session:
        await _keep(session, operator_id, day, rows=rows, found=found, clock=clock)
    return found


async def _keep(  # noqa: PLR0913 - the facts of a day
    session: AsyncSession,
    operator_id: UUID,
    day: date,
    *,
    rows: list[ChargingSessionRow],
    found: list[Difference],
    clock: Clock,
) -> None:
    now, of_seq = clock(), {row.start_seq: row.id for row in rows}
    for each in found:
        await store.put_difference(
            session,
            ReconciliationRow(
                id=new_id(), operator_id=operator_id, day=day, start_seq=each.start_seq,
                session_id=of_seq.get(each.start_seq), kind=each.kind, ours=_facts(each.ours),
                theirs=_facts(each.theirs), difference_fen=each.fen, state="open", found_at=now,
            ),
        )  # fmt: skip
    await store.put_day(
        session,
        ReconciledDayRow(
            operator_id=operator_id, day=day, orders=len(rows),
            total_fen=sum(_order(row).total_fen for row in rows), differences=len(found), at=now,
        ),
    )  # fmt: skip


def _order(row: ChargingSessionRow) -> Order:
    """Take a billed session as the order its operator knows: the energy's part of the bill."""
    energy_fen = int(row.bill["energyFen"]) if row.bill is not None else 0
    return Order(row.start_seq, row.energy_wh, energy_fen)


def _facts(order: Order | None) -> dict[str, int]:
    return {} if order is None else {"energyWh": order.energy_wh, "totalFen": order.total_fen}
