"""Signing in and out: sign-ins of apps with rotating refresh tokens, and of pages with a cookie."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Caller, Resident, Staff
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.rate_limit import RateLimiter
from scenes.common.people.errors import ResidentNotFound, SignInEnded
from scenes.common.people.rules import Kind, SignInRules, sign_in_expiry
from scenes.common.people.store import persons as store
from scenes.common.people.tables import PersonRow, SignInRow
from scenes.common.people.tokens import Passwords, Revocations, SignInSecret, TokenSigner
from scenes.common.people.tokens.callers import caller_of, kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInTools:
    """What signing in needs of a process; made once, handed to every route as `tools`."""

    signer: TokenSigner
    revocations: Revocations
    limiter: RateLimiter
    passwords: Passwords
    rules: SignInRules


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What an app gets: an access token, its life in seconds, and the token that buys the next one."""

    access_token: str
    refresh_token: str
    expires_in: int
    sign_in_id: UUID


class PageGrant(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser gets: the cookie's value, kept until the sign-in ends."""

    cookie: str
    sign_in_id: UUID
    expires_at: datetime


async def demo_resident(session: AsyncSession, resident_no: int) -> PersonRow:
    """Find a seeded resident by number; refuses with ResidentNotFound."""
    row = await store.person_by_no(session, resident_no)
    if row is None or row.erased_at is not None:
        raise ResidentNotFound
    return row


async def sign_in(
    session: AsyncSession, owner_id: UUID, *, kind: Kind, now: datetime, tools: SignInTools
) -> Grant:
    """Sign an app in for a person or a member of staff whose identity was proved."""
    row, secret = await _begin(session, owner_id, kind=kind, channel="app", now=now, rules=tools.rules)
    return await _grant(session, row, secret, now=now, tools=tools)


async def sign_in_page(
    session: AsyncSession, owner_id: UUID, *, kind: Kind, now: datetime, rules: SignInRules
) -> PageGrant:
    """Sign a browser in for a person or a member of staff whose identity was proved."""
    row, secret = await _begin(session, owner_id, kind=kind, channel="page", now=now, rules=rules)
    if await caller_of(session, row, now) is None:
        raise SignInEnded
    return PageGrant(cookie=secret.text, sign_in_id=row.id, expires_at=_last(row, kind, rules))


async def refresh(database: Database, token: str, *, now: datetime, tools: SignInTools) -> Grant:
    """Change a refresh token for the next one; an earlier one ends the whole sign-in.

    Opens the transaction itself: ending the sign-in must stay although the answer is SignInEnded.
    """
    secret = SignInSecret.parse(token)
    if secret is None:
        raise SignInEnded
    async with database.transaction() as session:
        row = await store.locked_sign_in(session, secret.sign_in_id)
        if row is not None and row.channel == "app" and secret.is_of(row):
            if secret.is_current(row):
                return await _rotate(session, row, secret, now=now, tools=tools)
            await store.revoke_sign_in(session, row.id, now)
            tools.revocations.add(row.id)
    raise SignInEnded


async def sign_out(session: AsyncSession, caller: Caller, *, now: datetime, tools: SignInTools) -> None:
    """End the caller's sign-in, at once in this process and within seconds in the others."""
    if caller is not None:
        await store.revoke_sign_in(session, caller.sign_in_id, now)
        tools.revocations.add(caller.sign_in_id)


async def forget_ended_sign_ins(session: AsyncSession, before: datetime) -> int:
    """Delete sign-ins that ran out before an instant; return how many."""
    return await store.forget_sign_ins(session, before)


async def _begin(  # noqa: PLR0913 - each is one fact of the sign-in
    session: AsyncSession, owner_id: UUID, *, kind: Kind, channel: str, now: datetime, rules: SignInRules
) -> tuple[SignInRow, SignInSecret]:
    secret = SignInSecret.fresh(new_id())
    row = SignInRow(
        id=secret.sign_in_id,
        person_id=owner_id if kind == "resident" else None,
        staff_id=owner_id if kind == "staff" else None,
        channel=channel,
        family_hash=secret.family_hash,
        secret_hash=secret.secret_hash,
        created_at=now,
        expires_at=sign_in_expiry(kind, now, now=now, rules=rules),
    )
    await store.add_sign_in(session, row)
    return row, secret


async def _rotate(
    session: AsyncSession, row: SignInRow, secret: SignInSecret, *, now: datetime, tools: SignInTools
) -> Grant:
    following = secret.rotated()
    grant = await _grant(session, row, following, now=now, tools=tools)
    row.secret_hash = following.secret_hash
    row.expires_at = sign_in_expiry(kind_of(row), row.created_at, now=now, rules=tools.rules)
    return grant


async def _grant(
    session: AsyncSession, row: SignInRow, secret: SignInSecret, *, now: datetime, tools: SignInTools
) -> Grant:
    """Make the tokens of a sign-in; refuses with SignInEnded when its owner may not come in any more."""
    caller: Resident | Staff | None = await caller_of(session, row, now)
    if caller is None:
        raise SignInEnded
    ends_at = sign_in_expiry(kind_of(row), row.created_at, now=now, rules=tools.rules)
    until = min(now + tools.rules.access_life, ends_at)
    return Grant(
        access_token=tools.signer.sign(caller, now=now, until=until),
        refresh_token=secret.text,
        expires_in=int((until - now).total_seconds()),
        sign_in_id=row.id,
    )


def _last(row: SignInRow, kind: Kind, rules: SignInRules) -> datetime:
    """Say when the cookie may go at the latest; a staff session left idle ends earlier."""
    return row.created_at + (rules.staff_life if kind == "staff" else rules.resident_life)
