"""The nightly cleaning of sign-ins."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from scenes.common.kit.jobs import Works
from scenes.common.people.jobs import forget_sign_ins
from scenes.common.people.tables import PersonRow, SignInRow
from tests.support.people import Desk


async def kept(desk: Desk) -> list[UUID]:
    async with desk.database.read() as session:
        return list(await session.scalars(select(col(SignInRow.id))))


async def test_sign_ins_are_forgotten_thirty_days_after_their_end(desk: Desk, wang: PersonRow) -> None:
    old = await desk.page(wang.id)
    desk.clock.advance(timedelta(days=30))
    new = await desk.page(wang.id)
    works = Works(
        database=desk.database,
        clock=desk.clock,
        cache=None,  # the job needs none of these
        fanout=None,
        cipher=desk.cipher,
        ledger=None,
        directory=None,
        settings={},
    )
    desk.clock.advance(timedelta(days=30))
    await forget_sign_ins(works)
    assert await kept(desk) == [old.sign_in_id, new.sign_in_id]
    desk.clock.advance(timedelta(seconds=1))
    await forget_sign_ins(works)
    assert await kept(desk) == [new.sign_in_id]
