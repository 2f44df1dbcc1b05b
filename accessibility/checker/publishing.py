"""Keeping a check's score for `/accessibility`: what is published names no person and no booking."""

import re
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from accessibility.checker.report import Score
from accessibility.checker.tables import AccessibilityCheckRow
from scenes.common.kit.ids import new_id

SPLIT: Final = " · "
"""Stands between a gap's address and its criterion (report.scored)."""

_LONG: Final = re.compile(r"/[^/]*\d[^/]{11,}|/[^/]{25,}")
"""An identifier or a token in a path."""


def fit_to_print(score: Score) -> Score:
    """Take from the gaps which host was looked at, what was asked for, and whose things they were."""
    return msgspec.structs.replace(score, gaps=list(dict.fromkeys(map(_plain, score.gaps))))


def _plain(gap: str) -> str:
    address, _, criterion = gap.rpartition(SPLIT)
    return SPLIT.join((_LONG.sub("/…", urlsplit(address).path) or "/", criterion))


async def publish(session: AsyncSession, score: Score) -> None:
    """Keep a check's score as the one to show, as long as no later check is published."""
    printed = fit_to_print(score)
    row = AccessibilityCheckRow(
        id=new_id(), checked_at=datetime.fromisoformat(score.at), score=msgspec.to_builtins(printed)
    )
    session.add(row)
    await session.flush()


async def last_published(session: AsyncSession) -> Score | None:
    """Read the score of the latest check, None before the first."""
    latest = select(AccessibilityCheckRow).order_by(col(AccessibilityCheckRow.checked_at).desc()).limit(1)
    row = (await session.scalars(latest)).first()
    return msgspec.convert(row.score, Score) if row is not None else None
