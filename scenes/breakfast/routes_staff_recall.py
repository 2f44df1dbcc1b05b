"""Recalls over HTTP: one query says whom a batch reached, one call tells them all."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.service import kitchen, recall
from scenes.breakfast.wire_recall import RecallRequest, RecallShown, RecallTold
from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.wire import encode, fingerprint

RECALL = "/staff/breakfast/recall"


@get(RECALL, operation_id="getRecall", tags=["staff"])
async def get_recall(
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    *,
    batch_no: Annotated[str, QueryParameter(name="batchNo", min_length=2, max_length=40)],
) -> RecallShown:
    """List everyone who was handed a batch, and everyone whose order would get it; names masked."""
    return RecallShown.of(await recall.recall_of(session, staff, batch_no, now=clock()))


@post(
    RECALL,
    operation_id="recallBatch",
    tags=["staff"],
    status_code=200,
    responses={200: ResponseSpec(RecallTold, description="How many are told")},
)
async def recall_batch(
    data: JSONBody[RecallRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
    key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> Response[bytes]:
    """Tell everyone a batch reached or would reach, and stop selling it; nobody is told twice."""
    now, checked = clock(), checked_key(key)
    stopped: list[tuple[UUID, date]] = []

    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            told = await recall.tell_all(session, staff, data.batch_no, reason=data.reason, now=now)
            stopped.extend(told.stopped)
            return 200, encode(RecallTold.of(told))

        mark = fingerprint(RECALL, data)
        answer = await once(session, staff.staff_id, key=checked, fingerprint=mark, now=now, act=act)
    for place_id, day in stopped:
        await kitchen.tell_stock(database, fanout, place_id, day)
    return respond(answer)


ROUTES: list[Any] = [get_recall, recall_batch]
