"""Separate consents (PIPL articles 14, 15 and 29): given one by one, dated, withdrawn at any time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, get_args
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.ids import new_id
from scenes.common.people.store import consents as store
from scenes.common.people.tables import ConsentRow

Subject = Literal["health", "location"]
SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)


class Consented(msgspec.Struct, frozen=True, kw_only=True):
    """How a person stands to one subject; `since` dates the present state, none if they never said."""

    subject: Subject
    given: bool
    since: datetime | None


async def consented(session: AsyncSession, person_id: UUID, subject: Subject) -> bool:
    """Tell whether a person's consent for a subject stands now; silence is no consent."""
    return await store.stands(session, person_id, subject)


async def consents_of(session: AsyncSession, person_id: UUID) -> list[Consented]:
    """Say how a person stands to every subject."""
    rows = await store.consents(session, person_id)
    return [_standing(subject, rows) for subject in SUBJECTS]


async def set_consents(
    session: AsyncSession, person_id: UUID, *, wanted: Mapping[Subject, bool], now: datetime
) -> list[Consented]:
    """Give or withdraw what is named and leave the rest; giving again changes no date."""
    for subject, give in wanted.items():
        if give:
            row = ConsentRow(id=new_id(), person_id=person_id, subject=subject, given_at=now)
            await store.give(session, row)
        else:
            await store.withdraw(session, person_id, subject, now=now)
    return await consents_of(session, person_id)


def _standing(subject: Subject, rows: Sequence[ConsentRow]) -> Consented:
    last = next((row for row in rows if row.subject == subject), None)
    if last is None:
        return Consented(subject=subject, given=False, since=None)
    return Consented(
        subject=subject, given=last.withdrawn_at is None, since=last.withdrawn_at or last.given_at
    )
