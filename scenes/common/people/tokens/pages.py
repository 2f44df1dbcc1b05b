"""Page sessions: the cookie of a browser, checked against its sign-in and remembered for a while."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import NamedTuple

from scenes.common.kit.caller import Caller, Resident, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Busy
from scenes.common.people.rules import SignInRules, sign_in_expiry
from scenes.common.people.store import persons as store
from scenes.common.people.tokens.callers import caller_of, kind_of
from scenes.common.people.tokens.revocations import Revocations
from scenes.common.people.tokens.secret import SignInSecret

TRUSTED = timedelta(minutes=5)
"""How long a checked cookie is believed without asking the database; revocations still count at once."""

TRY_AGAIN = timedelta(seconds=10)
"""How long an earlier check is stretched at a time while the database is away."""


class Seen(NamedTuple):
    """A cookie that was checked: whose it is, when its sign-in ends, when to check it again."""

    caller: Resident | Staff
    ends_at: datetime
    check_at: datetime


class PageSessions:
    """Says whose page session a cookie is; one that was checked lately costs no database.

    While the database is away, sessions known here go on until their own end; an unknown one is Busy.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        revocations: Revocations,
        rules: SignInRules,
        most: int = 8192,
    ) -> None:
        self._database = database
        self._clock = clock
        self._revocations = revocations
        self._rules = rules
        self._most = most
        self._seen: OrderedDict[str, Seen] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    async def read(self, cookie: str) -> Caller:
        """Say whose session this cookie is; none if it is nobody's, or not any more."""
        now = self._clock()
        seen = self._seen.get(cookie)
        if seen is None or now >= seen.check_at:
            seen = await self._checked(cookie, seen, now)
        if seen is None or now >= seen.ends_at:
            self._seen.pop(cookie, None)
            return None
        return None if seen.caller.sign_in_id in self._revocations else seen.caller

    async def _checked(self, cookie: str, before: Seen | None, now: datetime) -> Seen | None:
        """Check with the database, or go on with what was known before while it is away."""
        secret = SignInSecret.parse(cookie)
        if secret is None:
            return None
        try:
            seen = await self._ask(secret, now)
        except Busy:
            if before is None:
                raise
            seen = before._replace(check_at=now + TRY_AGAIN)
        if seen is not None:
            self._remember(cookie, seen)
        return seen

    async def _ask(self, secret: SignInSecret, now: datetime) -> Seen | None:
        async with self._database.transaction() as session:
            row = await store.sign_in(session, secret.sign_in_id)
            live = row is not None and row.channel == "page" and secret.is_of(row) and secret.is_current(row)
            caller = await caller_of(session, row, now) if row is not None and live else None
            if row is None or caller is None:
                return None
            ends_at = sign_in_expiry(kind_of(row), row.created_at, now=now, rules=self._rules)
            if ends_at > row.expires_at:
                await store.extend_sign_in(session, row.id, ends_at)
            return Seen(caller, max(ends_at, row.expires_at), now + TRUSTED)

    def _remember(self, cookie: str, seen: Seen) -> None:
        self._seen[cookie] = seen
        self._seen.move_to_end(cookie)
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
