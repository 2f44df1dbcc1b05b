"""Statements about how people like to be told, what they allow by WeChat, and the rule; one each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from scenes.common.notices.tables import NoticePreferenceRow, NoticeRuleRow, WechatGrantRow


async def rules(session: AsyncSession) -> Sequence[NoticeRuleRow]:
    """Read every stored rule; there are few."""
    return (await session.scalars(select(NoticeRuleRow))).all()


async def grant(session: AsyncSession, person_id: UUID) -> WechatGrantRow | None:
    """Read what a person allowed by WeChat, afresh."""
    return await session.get(WechatGrantRow, person_id, populate_existing=True)


async def preference(session: AsyncSession, person_id: UUID) -> NoticePreferenceRow | None:
    """Read where a person likes to be told, if they ever said."""
    return await session.get(NoticePreferenceRow, person_id, populate_existing=True)


async def put_preference(session: AsyncSession, row: NoticePreferenceRow) -> None:
    """Write where a person likes to be told over what was there."""
    values = row.model_dump()
    await session.execute(
        insert(NoticePreferenceRow)
        .values(**values)
        .on_conflict_do_update(index_elements=[col(NoticePreferenceRow.person_id)], set_=values)
    )


async def add_grant(
    session: AsyncSession, person_id: UUID, *, openid_sealed: bytes, count: int, now: datetime
) -> None:
    """Add to what a person allows by WeChat; the latest openid counts."""
    fresh = insert(WechatGrantRow).values(
        person_id=person_id, openid_sealed=openid_sealed, granted=count, used=0, updated_at=now
    )
    await session.execute(
        fresh.on_conflict_do_update(
            index_elements=[col(WechatGrantRow.person_id)],
            set_={
                "granted": col(WechatGrantRow.granted) + count,
                "openid_sealed": openid_sealed,
                "updated_at": now,
            },
        )
    )


async def use_grant(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """Count one message as used, never more than were allowed."""
    await session.execute(
        update(WechatGrantRow)
        .where(col(WechatGrantRow.person_id) == person_id)
        .values(used=func.least(col(WechatGrantRow.used) + 1, col(WechatGrantRow.granted)), updated_at=now)
    )


async def use_all_grants(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """Note that WeChat says nothing is allowed any more."""
    await session.execute(
        update(WechatGrantRow)
        .where(col(WechatGrantRow.person_id) == person_id)
        .values(used=col(WechatGrantRow.granted), updated_at=now)
    )
