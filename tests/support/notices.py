"""People to be told, and what became of it, for tests of the notices desk."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.notices import service
from scenes.common.people.tables import make_person_row
from tests.support.clock import MONDAY_NINE


async def move_in(
    session: AsyncSession, cipher: FieldCipher, *, phone: str | None = "13812345678", account: bool = True
) -> UUID:
    """Let somebody move in, with or without a phone and the app."""
    row = make_person_row(
        cipher, new_id(), name="王秀芳", birth_date=date(1948, 5, 1), sex="f", now=MONDAY_NINE,
        phone=phone, has_account=account,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row.id


async def became(session: AsyncSession, dedupe_prefix: str) -> list[tuple[str, str]]:
    """Read what became of notices: channel and state of each receipt."""
    found: Any = await service.receipts(session, dedupe_prefix=dedupe_prefix)
    return [(each.channel, each.state) for each in found]
