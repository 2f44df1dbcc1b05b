"""Missed days as they go on by themselves: the elder is reminded, kin are told, a visit is put on the desk.

Each step is one transaction with its row and its notices: killed at any instant, either all of a step has
happened or nothing, and whoever runs next takes it. Several processes may run at once.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.clock import Clock, local_day, shanghai
from scenes.common.kit.database import Database
from scenes.common.kit.dated_rules import DatedRule
from scenes.common.kit.ids import new_id
from scenes.common.notices import service as notices
from scenes.common.notices.rules import Facts
from scenes.eldercare.rules import wellbeing as rules
from scenes.eldercare.service.wellbeing import plan_of, tell_kin
from scenes.eldercare.store import wellbeing as store
from scenes.eldercare.tables.wellbeing import WellbeingMissRow, WellbeingPlanRow

log: Final = structlog.stdlib.get_logger(__name__)


async def rule_at(session: AsyncSession, now: datetime) -> rules.WellbeingRule:
    """Read the district's minutes in force."""
    rows = [DatedRule(None, r.since, r.until, r.values) for r in await store.rules(session)]
    return rules.rule_on(local_day(now), rows)


async def follow_up(database: Database, *, clock: Clock) -> int:
    """Take every step that is due; return how many."""
    taken = 0
    while True:
        async with database.transaction() as session:
            if not await _one(session, clock()):
                return taken
        taken += 1


async def _one(session: AsyncSession, now: datetime) -> bool:
    """Take the step of one missed day that has waited the longest; tell whether there was one."""
    day = local_day(now)
    row = await store.due_plan(session, now, day=day, hour=shanghai(now).time())
    plan = plan_of(row)
    if row is None or plan is None:
        return False
    if await store.signs(session, row.person_id, since=day, until=day):
        return True  # the sign came while we waited for the row; the next look does not find it again
    missed = await store.miss_on(session, row.person_id, day, lock=True)
    rule = await rule_at(session, now)
    step = rules.due_step(plan, day, missed.step if missed else 0, rule=rule, now=now)
    if step is None:  # whom to tell was changed since: nothing more is to come today
        if missed is not None:
            missed.due_at = _after(plan, missed, rule)
        return missed is not None
    if missed is None:
        missed = WellbeingMissRow(id=new_id(), person_id=row.person_id, day=day, step=step, reminded_at=now)
        session.add(missed)
    await _take(session, missed, row, step=step, rule=rule, now=now)
    missed.due_at = _after(plan, missed, rule)
    await session.flush()
    log.info("wellbeing_step", miss=str(missed.id), step=step)
    return True


def _after(plan: rules.Plan, missed: WellbeingMissRow, rule: rules.WellbeingRule) -> datetime | None:
    step = rules.next_step(plan, missed.step)
    return None if step is None else rules.step_at(plan, missed.day, step, rule=rule)


async def _take(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    missed: WellbeingMissRow,
    plan: WellbeingPlanRow,
    *,
    step: int,
    rule: rules.WellbeingRule,
    now: datetime,
) -> None:
    missed.step = step
    if step == rules.REMIND:
        await notices.tell(
            session, plan.person_id, dedupe=f"wellbeing:{missed.id}:remind", template="wellbeing_remind",
            facts=Facts(), now=now,
        )  # fmt: skip
    elif step == rules.KIN:
        missed.kin_at = now
        await tell_kin(session, missed, "wellbeing_kin", now=now)
    else:
        missed.visit_at, missed.visit_due = now, now + timedelta(minutes=rule.visit_within)
