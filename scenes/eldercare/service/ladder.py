"""The ladder as it climbs by itself: each rung that is due begins, once, in a transaction of its own.

The step, whom it called and their notices are one transaction: killed at any instant, either all of a
rung has happened or nothing, and whoever runs next begins it. Several processes may run at once.
"""

from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.refusals import Busy
from scenes.eldercare.rules import sos
from scenes.eldercare.service.alarm_log import publish, record, standing
from scenes.eldercare.service.on_ladder import call_rung
from scenes.eldercare.store import sos as store
from scenes.eldercare.tables.sos import SosAlarmRow

log: Final = structlog.stdlib.get_logger(__name__)


async def climb_due(database: Database, fanout: Fanout, *, clock: Clock) -> int:
    """Begin every rung that is due; return how many. An alarm that fails holds up no other."""
    failed: set[UUID] = set()
    begun = 0
    while True:
        alarm_id: UUID | None = None
        try:
            async with database.transaction() as session:
                row = await store.due_alarm(session, clock(), but=failed)
                if row is None:
                    return begun
                alarm_id = row.id
                await _begin(session, row, clock)
        except Busy:
            raise
        except Exception as error:
            if alarm_id is None:
                raise
            log.exception("sos_rung_failed", alarm=str(alarm_id), error=repr(error))
            failed.add(alarm_id)
            continue
        begun += 1
        await publish(fanout, alarm_id)


async def _begin(session: AsyncSession, row: SosAlarmRow, clock: Clock) -> None:
    now = max(clock(), row.last_at)
    if sos.due(standing(row), now) is None:  # pragma: no cover - the row says that it is due
        raise RuntimeError("an alarm that is due has no rung to begin")
    await record(session, row, "rung", actor="time", now=now)
    await call_rung(session, row, now=now)
    log.info("sos_rung", alarm=str(row.id), round=row.round, rung=row.rung, drill=row.drill)
