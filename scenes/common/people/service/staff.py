"""Staff: two factors, lockout, the venues where they work, and the end of their sessions."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Throttled
from scenes.common.people.errors import StaffSignInRefused, UsernameTaken
from scenes.common.people.rules import after_failure, canonical_username, is_locked
from scenes.common.people.service.audit import append_audit
from scenes.common.people.service.signing_in import SignInTools
from scenes.common.people.store import persons as store
from scenes.common.people.tables import StaffPlaceRow, StaffRow, totp_context
from scenes.common.people.tokens import Passwords, Revocations, totp_step_of
from scenes.common.people.tokens.factors import new_totp_secret


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a member of staff types in; `address` is the network address it came from."""

    username: str
    password: str
    totp: str
    address: str

    def __repr__(self) -> str:
        return f"Credentials({self.address})"


class NewStaff(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff to be; without `totp_secret` (base32) a fresh one is made."""

    username: str
    password: str
    display_name: str
    role: str
    place_ids: frozenset[UUID] = frozenset()
    totp_secret: str | None = None


class StaffAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A new member of staff, with the secret for their authenticator app, shown this once."""

    id: UUID
    username: str
    totp_secret: str


async def create_staff(
    session: AsyncSession, new: NewStaff, *, passwords: Passwords, cipher: FieldCipher, now: datetime
) -> StaffAccount:
    """Write a member of staff with both factors and venues; refuses with UsernameTaken."""
    username = canonical_username(new.username)
    if await store.staff_by_username(session, username) is not None:
        raise UsernameTaken
    staff_id, secret = new_id(), new.totp_secret or new_totp_secret()
    session.add(
        StaffRow(
            id=staff_id,
            username=username,
            password_hash=await passwords.hash(new.password),
            totp_sealed=cipher.seal(secret, context=totp_context(staff_id)),
            display_name=new.display_name,
            role=new.role,
            created_at=now,
        )
    )
    await session.flush()
    session.add_all(StaffPlaceRow(staff_id=staff_id, place_id=place_id) for place_id in new.place_ids)
    return StaffAccount(id=staff_id, username=username, totp_secret=secret)


async def disable_staff(
    session: AsyncSession, staff_id: UUID, *, now: datetime, revocations: Revocations
) -> None:
    """Keep a member of staff from signing in, and end every session they have."""
    row = await store.locked_staff(session, staff_id)
    if row is not None:
        row.disabled_at = row.disabled_at or now
        revocations.add(*await store.revoke_staff_sign_ins(session, staff_id, now))


async def admit_staff(
    database: Database, given: Credentials, *, now: datetime, cipher: FieldCipher, tools: SignInTools
) -> UUID:
    """Check both factors and say who it is; refuses with Throttled or StaffSignInRefused.

    Opens its transactions itself: the slow password check holds none, and a failure is counted and
    audited although the answer is a refusal. The verdict is made under a lock of the account, so that
    guesses at the same time cannot get past the lockout.
    """
    await _allow_attempt(given, tools, now)
    async with database.transaction() as session:
        row = await store.staff_by_username(session, canonical_username(given.username))
    right = await tools.passwords.matches(given.password, row.password_hash if row else None)
    if row is None:
        raise StaffSignInRefused
    async with database.transaction() as session:
        result = await _verdict(session, row.id, given, right=right, now=now, cipher=cipher, tools=tools)
        await append_audit(session, row.id, action="staff.sign_in", result=result, now=now)
    if result != "ok":
        raise StaffSignInRefused
    return row.id


async def _allow_attempt(given: Credentials, tools: SignInTools, now: datetime) -> None:
    rules = tools.rules
    for key, limit in (
        (f"staff-address:{given.address}", rules.attempts_per_address),
        (f"staff-name:{canonical_username(given.username)}", rules.attempts_per_name),
    ):
        turn = await tools.limiter.allow(key, limit=limit, per_seconds=rules.attempts_seconds, now=now)
        if not turn.allowed:
            raise Throttled(turn.retry_after)


async def _verdict(  # noqa: PLR0913 - each is one fact of the attempt
    session: AsyncSession,
    staff_id: UUID,
    given: Credentials,
    *,
    right: bool,
    now: datetime,
    cipher: FieldCipher,
    tools: SignInTools,
) -> str:
    """Judge an attempt on the locked account and count it: ok, failed, locked or disabled."""
    row = await store.locked_staff(session, staff_id)
    if row is None or row.disabled_at is not None:
        return "disabled"
    if is_locked(row.locked_until, now):
        return "locked"
    secret = cipher.open(row.totp_sealed, context=totp_context(row.id))
    step = totp_step_of(secret, given.totp, now=now, after_step=row.totp_step)
    if not right or step is None:
        failures = after_failure(row.failed_count, now, tools.rules)
        row.failed_count, row.locked_until = failures.count, failures.locked_until
        return "failed"
    row.totp_step, row.failed_count, row.locked_until = step, 0, None
    return "ok"
