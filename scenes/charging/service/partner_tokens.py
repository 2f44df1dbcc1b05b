"""Tokens for partners: given for the right secret, kept as digests, asked for with every other call."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import PartnerInputRefused
from scenes.charging.rules import envelope as env
from scenes.charging.rules.codec import TokenRequest
from scenes.charging.service.incidents import About, note_incident
from scenes.charging.store import partners as store
from scenes.charging.tables import PartnerTokenRow

TOKEN_LASTS: Final = timedelta(hours=2)
TOKEN_CALL: Final = "query_token"  # noqa: S105 - the name of a call
WRONG_KEY: Final = 2
"""query_token's FailReason for a wrong OperatorSecret."""


async def check_bearer(
    session: AsyncSession, authorization: str, operator_id: UUID, *, now: datetime
) -> None:
    """Refuse with 4002 a call without a token of this operator's that is still valid."""
    scheme, _, token = authorization.partition(" ")
    row = await store.token(session, _digest(token.strip())) if scheme.lower() == "bearer" else None
    if row is None or row.operator_id != operator_id:
        raise PartnerInputRefused(env.BAD_TOKEN, "token", why="the token is not one of ours")
    if row.valid_until <= now:
        raise PartnerInputRefused(env.BAD_TOKEN, "expired", why="the token has ended")


async def grant(
    session: AsyncSession, asked: TokenRequest, secret: str, *, about: About, now: datetime
) -> Mapping[str, Any]:
    """Give a token for the right secret; a wrong one gets none, and is an incident."""
    if about.operator_id is None or not secrets.compare_digest(asked.secret.encode(), secret.encode()):
        refused = PartnerInputRefused(env.BAD_TOKEN, "secret", why="OperatorSecret: not this partner's")
        await note_incident(session, refused, about, now=now)
        return _answer(asked, "", WRONG_KEY)
    token = secrets.token_urlsafe(32)
    row = PartnerTokenRow(digest=_digest(token), operator_id=about.operator_id, valid_until=now + TOKEN_LASTS)
    await store.add_token(session, row)
    return _answer(asked, token, 0)


def _answer(asked: TokenRequest, token: str, reason: int) -> Mapping[str, Any]:
    return {
        "OperatorID": asked.operator_code,
        "SuccStat": 0 if token else 1,
        "AccessToken": token,
        "TokenAvailableTime": int(TOKEN_LASTS.total_seconds()) if token else 0,
        "FailReason": reason,
    }


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
