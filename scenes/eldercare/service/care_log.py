"""Moving a request along its machine: the row, the log, and who is told."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.ids import new_id
from scenes.common.notices import service as notices
from scenes.common.notices.rules import Facts
from scenes.eldercare.rules.care import due_at, terms_of
from scenes.eldercare.rules.later import ring_by
from scenes.eldercare.states import WITH_CARER, after
from scenes.eldercare.store import requests as store
from scenes.eldercare.tables.requests import CareRequestRow, CareStepRow

TOLD = {
    "assigned": "care_assigned",
    "accepted": "care_accepted",
    "arrived": "care_arrived",
    "done": "care_done",
    "declined": "care_declined",
    "cancelled": "care_cancelled",
}
"""Which notice the person gets when a request comes to a state."""

FOLLOWED = frozenset({"arrived", "done", "cancelled", "declined"})
"""States that the booking of a request has to follow."""


async def move(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    row: CareRequestRow,
    event: str,
    *,
    actor_id: UUID | None,
    now: datetime,
    carer_id: UUID | None = None,
) -> None:
    """Take one step (RequestMoveIllegal), write it down, and tell the person what it means."""
    row.state = after(row.state, event)
    row.since = now
    if row.state not in WITH_CARER:
        row.carer_id = None
    elif carer_id is not None:
        row.carer_id = carer_id
    row.due_at = _due(row)
    row.settled = row.settled and not (row.booked and row.state in FOLLOWED)
    step = CareStepRow(
        id=new_id(), request_id=row.id, kind=event, actor_id=actor_id, carer_id=row.carer_id, at=now
    )
    session.add(step)
    await _tell(session, row, step)


def _due(row: CareRequestRow) -> datetime | None:
    terms = terms_of(row.terms)
    if row.state == "requested" and row.wished_at is not None:
        return ring_by(terms, since=row.since, promised_at=row.promised_at, agreed_at=row.agreed_at)
    return due_at(row.state, since=row.since, promised_at=row.promised_at, terms=terms)


async def _tell(session: AsyncSession, row: CareRequestRow, step: CareStepRow) -> None:
    template = "care_agreed" if step.kind == "agree" else TOLD.get(row.state)
    if template is None or (row.booked and row.state == "cancelled"):
        return  # the booking's own notice tells of its cancel and of the money
    service = await store.service(session, row.service_id)
    facts = Facts(title=service.name if service else None, starts_at=row.promised_at)
    for person_id in dict.fromkeys((row.person_id, row.requested_by)):
        told = facts if person_id == row.person_id else msgspec.structs.replace(facts, for_family=True)
        await notices.tell(
            session, person_id, dedupe=f"care:{step.id}", template=template, facts=told, now=step.at
        )
