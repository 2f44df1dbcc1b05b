"""Acting for another: on whose behalf a request is, whether that is allowed, and what is kept of it.

Only requests that name somebody come here. Each is checked against the database, so that an end counts at
once; a live stream is checked again before every event. The policy is api/delegable.py.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from uuid import UUID

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

from api.delegable import Need, name_of, need_of
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import sm3
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import KEY
from scenes.common.kit.refusals import Invalid
from scenes.common.people import service
from scenes.common.people.errors import ConsentMissing, NotDelegated, ScopeMissing
from scenes.common.people.service import OnBehalf
from scenes.common.people.wire_family import ACTING_COOKIE

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
STAFF_PATHS: Final = ("/staff", "/api/v1/staff")
KEY_HEADER: Final = b"idempotency-key"

Signed = Resident | Staff
Record = Callable[[int], Awaitable[None]]


class Acting:
    """Turns a signed-in caller into one who acts for somebody, where that is allowed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def need(self, scope: HTTPScope, caller: Signed) -> Need | None:
        """Say what this request takes of who acts for another; none where that makes no difference."""
        if isinstance(caller, Staff) and scope["path"].startswith(STAFF_PATHS):
            return None
        need = need_of(scope["route_handler"], scope["method"], scope["path_template"])
        return None if need is None or need.own else need

    def is_own(self, scope: HTTPScope) -> bool:
        """Tell whether a request is one's own whoever one acts for: leaving off, signing out."""
        need = need_of(scope["route_handler"], scope["method"], scope["path_template"])
        return need is not None and need.own

    async def go_on(  # noqa: PLR0913 - the three of ASGI, and who for whom
        self, app: ASGIApp, scope: HTTPScope, receive: Receive, *, send: Send, caller: Signed, behalf: UUID
    ) -> None:
        """Answer a request on somebody's behalf.

        Refuses with NotDelegated, ScopeMissing or ConsentMissing.
        """
        need = self.need(scope, caller)
        if need is None or (isinstance(caller, Resident) and behalf == caller.person_id):
            await app(scope, receive, send)
            return
        acting = await self._allowed(scope, caller, behalf=behalf, need=need)
        shown = not need.open or "view" in (acting.scopes or ())
        scope["auth"] = acting if shown else None
        _own_keys(scope, acting)
        await app(scope, receive, await self._watched(scope, send, acting, need))

    async def _allowed(self, scope: HTTPScope, caller: Signed, *, behalf: UUID, need: Need) -> Resident:
        now = self._clock()
        async with self._database.transaction() as session:
            found = await service.acting_as(session, caller, behalf, now=now)
            scope["acting"] = found  # pyright: ignore[reportGeneralTypeIssues] - a key of ours, for the banner
            acting = found.resident
            if not need.open and need.scopes.isdisjoint(acting.scopes or ()):
                raise ScopeMissing
            asked = need.consent if acting.is_delegate else None
            if asked is not None and not await service.consented(session, behalf, asked):
                raise ConsentMissing
        return acting

    async def _watched(self, scope: HTTPScope, send: Send, acting: Resident, need: Need) -> Send:
        """Keep what is done: each change, whatever staff do, and looks at what takes a consent."""
        safe = scope["method"] in SAFE_METHODS
        action = name_of(scope["route_handler"], scope["method"], scope["path_template"])
        if acting.staff_id is not None and not safe:
            async with self._database.transaction() as session:
                await service.note_asked(session, acting, action=action, now=self._clock())
        kept = not safe or need.consent is not None or acting.staff_id is not None

        async def record(status: int) -> None:
            if kept:
                async with self._database.transaction() as session:
                    now = self._clock()
                    await service.note_done(session, acting, action=action, status=status, now=now)

        return Watched(send, record=record, still=lambda: self._still(acting)).send

    async def _still(self, acting: Resident) -> bool:
        """Tell whether the caller may go on listening."""
        caller: Signed = acting
        if acting.staff_id is not None:
            caller = Staff(acting.staff_id, acting.sign_in_id, "", frozenset())
        async with self._database.transaction() as session:
            with suppress(NotDelegated):
                await service.acting_as(session, caller, acting.subject_id, now=self._clock())
                return True
        return False


class Watched:
    """Passes an answer on; writes down what came of it before it begins; ends a stream that may not go on."""

    def __init__(self, send: Send, *, record: Record, still: Callable[[], Awaitable[bool]]) -> None:
        self._send = send
        self._record = record
        self._still = still
        self._streams = False
        self._ended = False

    async def send(self, message: Message) -> None:
        """Forward one ASGI message, unless the stream was ended."""
        if message["type"] == "http.response.start":
            self._streams = any(
                name == b"content-type" and value.startswith(b"text/event-stream")
                for name, value in message["headers"]
            )
            await self._record(message["status"])
        elif self._streams and not self._ended and not await self._still():
            self._ended = True
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        if not self._ended:
            await self._send(message)


def behalf_of(value: bytes) -> UUID:
    """Read whom a header or cookie names; refuses with Invalid what is no id."""
    try:
        return UUID(value.decode("ascii"))
    except ValueError:
        raise Invalid(errors=(("On-Behalf-Of", "不是有效的编号"),)) from None


def chosen_in(cookie: bytes) -> UUID | None:
    """Read for whom a page session acts, as chosen by its owner; none for themselves."""
    with suppress(CookieError, ValueError):
        morsel = SimpleCookie(cookie.decode("latin-1")).get(ACTING_COOKIE)
        return UUID(morsel.value) if morsel is not None and morsel.value else None
    return None


def _own_keys(scope: HTTPScope, acting: Resident) -> None:
    """Keep keys apart by whom an act is for: the same key for another person is another key.

    Else a delegate's repeat for themselves would answer with what was done for somebody else.
    """
    headers: list[tuple[bytes, bytes]] = []
    for name, value in scope["headers"]:
        if name == KEY_HEADER and KEY.match(value.decode("latin-1")):
            mine = (acting.staff_id or acting.person_id).bytes + acting.subject_id.bytes
            value = sm3(mine + value).hex().encode()  # noqa: PLW2901 - the header's other value
        headers.append((name, value))
    scope["headers"] = headers


def acting_in(scope: Any) -> OnBehalf | None:
    """Return who acts for whom in this request; none where everybody acts for themselves."""
    return scope.get("acting")
