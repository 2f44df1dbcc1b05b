"""The guided flows' statements, one a function."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from accessibility.flows.tables import CallbackRequestRow, ElderRunRow

OPEN_CALLS = ("waiting", "taken")


async def add_run(session: AsyncSession, row: ElderRunRow) -> None:
    """Keep a new run."""
    session.add(row)
    await session.flush()


async def run(session: AsyncSession, run_id: UUID, *, lock: bool = False) -> ElderRunRow | None:
    """Read a run, keeping other changes to it waiting if asked."""
    return await session.get(ElderRunRow, run_id, with_for_update=lock, populate_existing=lock)


async def unfinished(session: AsyncSession, person_id: UUID, flows: Sequence[str]) -> ElderRunRow | None:
    """Read the run of a person that was changed last among those of some flows begun and not finished."""
    begun = func.jsonb_array_length(col(ElderRunRow.draft)["answers"]) > 0
    wanted = (
        select(ElderRunRow)
        .where(
            col(ElderRunRow.person_id) == person_id,
            col(ElderRunRow.state).in_(("asking", "acting")),
            col(ElderRunRow.flow).in_(flows),
            begun,
        )
        .order_by(col(ElderRunRow.changed_at).desc(), col(ElderRunRow.id).desc())
    )
    return (await session.scalars(wanted.limit(1))).first()


async def helped(session: AsyncSession, person_id: UUID, *, since: datetime) -> ElderRunRow | None:
    """Read the latest run that somebody else has been going through for a person since an instant."""
    wanted = (
        select(ElderRunRow)
        .where(
            col(ElderRunRow.person_id) == person_id,
            or_(col(ElderRunRow.acted_by) != person_id, col(ElderRunRow.staff_id).is_not(None)),
            col(ElderRunRow.state).in_(("asking", "acting")),
            col(ElderRunRow.changed_at) >= since,
        )
        .order_by(col(ElderRunRow.changed_at).desc())
    )
    return (await session.scalars(wanted.limit(1))).first()


async def sweep_runs(session: AsyncSession, before: datetime) -> int:
    """Let go of runs that nobody touched since an instant; answers how many."""
    gone = delete(ElderRunRow).where(col(ElderRunRow.changed_at) < before).returning(col(ElderRunRow.id))
    return len((await session.scalars(gone)).all())


async def sweep_calls(session: AsyncSession, before: datetime) -> None:
    """Let go of call-backs that were settled before an instant."""
    await session.execute(delete(CallbackRequestRow).where(col(CallbackRequestRow.done_at) < before))


async def open_call(session: AsyncSession, person_id: UUID) -> CallbackRequestRow | None:
    """Read the call-back a person waits for."""
    wanted = select(CallbackRequestRow).where(
        col(CallbackRequestRow.person_id) == person_id, col(CallbackRequestRow.state).in_(OPEN_CALLS)
    )
    return (await session.scalars(wanted.execution_options(populate_existing=True))).first()


async def call(session: AsyncSession, call_id: UUID) -> CallbackRequestRow | None:
    """Read a call-back afresh, keeping other changes to it waiting."""
    return await session.get(CallbackRequestRow, call_id, with_for_update=True, populate_existing=True)


async def open_calls(session: AsyncSession, *, limit: int) -> Sequence[CallbackRequestRow]:
    """Read who wants to be called, the longest waiting first."""
    wanted = select(CallbackRequestRow).where(col(CallbackRequestRow.state).in_(OPEN_CALLS))
    ordered = wanted.order_by(col(CallbackRequestRow.asked_at), col(CallbackRequestRow.id))
    return (await session.scalars(ordered.limit(limit).execution_options(populate_existing=True))).all()


async def count_open_calls(session: AsyncSession) -> int:
    """Count who wants to be called."""
    counted = select(func.count()).where(col(CallbackRequestRow.state).in_(OPEN_CALLS))
    return (await session.execute(counted)).scalar_one()
