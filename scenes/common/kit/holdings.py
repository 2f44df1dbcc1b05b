"""What is held about a person, part by part: to be handed to them, and to be forgotten.

Each desk and room says of its own tables what names a person, what is sealed, what has to be finished
first and what erasing takes away; the web process gathers them. What stays has a reason: trade records
three years, the audit and the log of alarms (docs/family.md).
"""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.clock import shanghai
from scenes.common.kit.crypto import FieldCipher


class Sealed(msgspec.Struct, frozen=True):
    """A sealed column, what its seal is bound to for a row, and the name it is shown by."""

    column: str
    context: Callable[[RowMapping], str]
    shown: str = ""


class Busy(msgspec.Struct, frozen=True):
    """Something that must be finished first: a query that finds it, and words for the person."""

    query: str
    words: str


Forget = Callable[[AsyncSession, UUID, FieldCipher], Awaitable[None]]


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of data about a person; statements take `:person` and `:now`.

    `query` reads it for the person. Bytes are left out unless `sealed` opens them or `files` shows them in
    base64; `hidden` are columns that are no data about them. `forget` runs in order at the erasure.
    """

    name: str
    query: str
    hidden: frozenset[str] = frozenset()
    sealed: tuple[Sealed, ...] = ()
    files: frozenset[str] = frozenset()
    busy: tuple[Busy, ...] = ()
    forget: tuple[str, ...] = ()
    forget_sealed: Forget | None = None


Holdings = Sequence[Holding]


async def gather(
    session: AsyncSession, person_id: UUID, holdings: Holdings, *, cipher: FieldCipher
) -> dict[str, list[dict[str, Any]]]:
    """Read everything that is held about a person, opened, by kind."""
    found: dict[str, list[dict[str, Any]]] = {}
    for holding in holdings:
        rows = (await session.execute(text(holding.query), {"person": person_id})).mappings()
        found[holding.name] = [_plain(row, holding, cipher) for row in rows]
    return found


async def unfinished(
    session: AsyncSession, person_id: UUID, holdings: Holdings, *, now: datetime
) -> list[str]:
    """Say what has to be finished before a person can be forgotten; nothing when they can be."""
    words: list[str] = []
    for busy in (each for holding in holdings for each in holding.busy):
        query = text(f"SELECT EXISTS ({busy.query})")
        if await session.scalar(query, _facts(busy.query, person_id, now)):
            words.append(busy.words)
    return words


async def forget(
    session: AsyncSession, person_id: UUID, holdings: Holdings, *, cipher: FieldCipher, now: datetime
) -> None:
    """Take away what may go, and take the name off what must stay."""
    for holding in holdings:
        for statement in holding.forget:
            await session.execute(text(statement), _facts(statement, person_id, now))
        if holding.forget_sealed is not None:
            await holding.forget_sealed(session, person_id, cipher)


def _facts(statement: str, person_id: UUID, now: datetime) -> dict[str, Any]:
    return {"person": person_id} | ({"now": now} if ":now" in statement else {})


def _plain(row: RowMapping, holding: Holding, cipher: FieldCipher) -> dict[str, Any]:
    sealed: Mapping[str, Sealed] = {each.column: each for each in holding.sealed}
    shown: dict[str, Any] = {}
    for column, value in row.items():
        if column in sealed:
            opened = cipher.open(value, context=sealed[column].context(row)) if value else None
            shown[sealed[column].shown or column.removesuffix("_sealed")] = opened
        elif column in holding.files:
            shown[column] = b64encode(value).decode() if value else None
        elif column not in holding.hidden and not isinstance(value, bytes | memoryview):
            shown[column] = _value(value)
    return shown


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return shanghai(value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
