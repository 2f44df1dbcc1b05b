"""Who is asking: reads the bearer token or the page cookie of every request, and guards pages' forms.

A bad token makes a visitor, not an error: public reads go on, and what needs a person refuses by itself.
"""

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Final
from uuid import UUID

from litestar.di import Provide
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send
from litestar.types.asgi_types import HTTPReceiveMessage, WebSocketReceiveMessage

from api.acting import STAFF_PATHS, Acting, acting_in, behalf_of, chosen_in
from scenes.common.kit.caller import Caller, Resident, Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.refusals import Forbidden, Unauthenticated
from scenes.common.people.errors import CsrfMissing
from scenes.common.people.tokens import PageSessions, TokenReader, TokenSigner
from scenes.common.people.wire import PAGE_COOKIE
from scenes.common.people.wire_family import ACTING_COOKIE

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = b"x-csrf-token"
CSRF_WITHIN: Final = 65_536
"""How many bytes of a form are searched for its `csrf` field: it is the first field of ours."""

Incoming = HTTPReceiveMessage | WebSocketReceiveMessage

_COOKIE_MARK: Final = PAGE_COOKIE.encode() + b"="
_ACTING_MARK: Final = ACTING_COOKIE.encode() + b"="
_BEARER: Final = b"bearer "


class Authentication:
    """What authentication needs of a process; one for all requests."""

    def __init__(
        self,
        reader: TokenReader,
        pages: PageSessions,
        *,
        signer: TokenSigner,
        clock: Clock,
        acting: Acting,
    ) -> None:
        self.reader = reader
        self.pages = pages
        self.signer = signer
        self.clock = clock
        self.acting = acting


class AuthenticationMiddleware:
    """Puts the Caller into `scope["auth"]`; raises CsrfMissing for a page's change without its token.

    A request with a bearer token is judged by that alone; its cookie does not count. Web sockets have no
    form to carry a CSRF token, so a cookie does not sign them in.
    """

    def __init__(self, app: ASGIApp, means: Callable[[], Authentication]) -> None:
        self.app = app
        self._now = means

    @property
    def _means(self) -> Authentication:
        return self._now()

    async def __call__(  # noqa: C901 - the hot path: one pass over the headers, no further call
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Find out who is asking, then go on."""
        authorization = cookie = behalf = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorization = value
            elif name == b"cookie":
                cookie = value if cookie is None else cookie + b"; " + value
            elif name == b"on-behalf-of":
                behalf = value
        if authorization is not None:
            means = self._now()
            caller = means.reader.read(authorization, means.clock())
            scope["auth"] = caller
            if caller is not None or authorization[:7].lower() == _BEARER:
                if behalf is not None and caller is not None and scope["type"] == "http":
                    await self._for_another(scope, receive, send, caller=caller, behalf=behalf_of(behalf))
                    return
                await self.app(scope, receive, send)
                return
        scope["auth"] = None
        if cookie is not None and _COOKIE_MARK in cookie and scope["type"] == "http":
            await self._by_cookie(scope, receive, send, cookie=cookie, behalf=behalf)
            return
        await self.app(scope, receive, send)

    async def _for_another(
        self, scope: HTTPScope, receive: Receive, send: Send, *, caller: Resident | Staff, behalf: UUID
    ) -> None:
        await self._means.acting.go_on(self.app, scope, receive, send=send, caller=caller, behalf=behalf)

    async def _by_cookie(
        self, scope: HTTPScope, receive: Receive, send: Send, *, cookie: bytes, behalf: bytes | None
    ) -> None:
        """Read the page session and for whom it acts; a form must carry the token of just that."""
        caller = await self._means.pages.read(_page_cookie(cookie))
        scope["auth"] = caller
        chosen = chosen_in(cookie) if _ACTING_MARK in cookie else None
        if behalf is not None:
            chosen = behalf_of(behalf)
        if isinstance(caller, Staff) and scope["path"].startswith(STAFF_PATHS):
            chosen = None
        if caller is not None and scope["method"] not in SAFE_METHODS:
            receive = await self._guarded(scope, receive, caller.sign_in_id, chosen)
        if caller is not None and chosen is not None:
            scope["acting_csrf"] = self._means.signer.csrf_for(caller.sign_in_id, chosen)  # pyright: ignore[reportGeneralTypeIssues] - a key of ours, for the banner
        if caller is not None and chosen is not None:
            await self._for_another(scope, receive, send, caller=caller, behalf=chosen)
            return
        await self.app(scope, receive, send)

    async def _guarded(
        self, scope: HTTPScope, receive: Receive, sign_in_id: UUID, chosen: UUID | None
    ) -> Receive:
        """Hold a change to its token; return a `receive` that still gives the whole body."""
        token = self._means.signer.csrf_for
        expected = [token(sign_in_id, chosen).encode()]
        if chosen is not None and self._means.acting.is_own(scope):
            expected.append(token(sign_in_id).encode())
        if _header(scope, CSRF_HEADER) in expected:
            return receive
        return await _with_csrf_field(_header(scope, b"content-type"), expected, receive)


def _page_cookie(cookie: bytes) -> str:
    try:
        morsel = SimpleCookie(cookie.decode("latin-1")).get(PAGE_COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel is not None else ""


def _header(scope: HTTPScope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")


async def _with_csrf_field(content_type: bytes, expected: list[bytes], receive: Receive) -> Receive:
    """Search the start of a form for its `csrf` field; refuse with CsrfMissing when it is not there.

    The token cannot be guessed, so it is enough that it stands where the field's value stands.
    """
    kind = content_type.split(b";", 1)[0].strip().lower()
    if kind not in {b"application/x-www-form-urlencoded", b"multipart/form-data"}:
        raise CsrfMissing
    taken: list[Incoming] = []
    body, more = b"", True
    while more and len(body) < CSRF_WITHIN:
        message = await receive()
        taken.append(message)
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
    urlencoded = kind == b"application/x-www-form-urlencoded"
    if not any(_has_field(body, each, urlencoded=urlencoded) for each in expected):
        raise CsrfMissing
    return _again(taken, receive)


def _has_field(body: bytes, expected: bytes, *, urlencoded: bool) -> bool:
    if urlencoded:
        return CSRF_FIELD.encode() + b"=" + expected in body.split(b"&")
    return b'name="' + CSRF_FIELD.encode() + b'"\r\n\r\n' + expected + b"\r\n" in body


def _again(taken: list[Incoming], receive: Receive) -> Receive:
    """Give the messages that were read once more, then go on with the rest."""
    waiting = iter(taken)

    async def replayed() -> Incoming:
        message = next(waiting, None)
        return message if message is not None else await receive()

    return replayed


def provide_caller(scope: Scope) -> Caller:
    """Hand out who is asking: a resident, a member of staff, or nobody."""
    return scope["auth"]


def provide_resident(scope: Scope) -> Resident:
    """Hand out the signed-in resident; refuses with Unauthenticated, or Forbidden for staff."""
    caller = scope["auth"]
    if isinstance(caller, Resident):
        return caller
    raise Forbidden if isinstance(caller, Staff) else Unauthenticated


def provide_staff(scope: Scope) -> Staff:
    """Hand out the signed-in member of staff; refuses with Unauthenticated, or Forbidden for residents."""
    caller = scope["auth"]
    if isinstance(caller, Staff):
        return caller
    raise Forbidden if isinstance(caller, Resident) else Unauthenticated


def _csrf_of(scope: Scope, signer: TokenSigner) -> str:
    """Derive the token that the caller's forms carry in the hidden field `csrf`; empty for visitors."""
    if (acting := acting_in(scope)) is not None:
        return signer.csrf_for(acting.resident.sign_in_id, acting.resident.acting_for)
    caller: Caller = scope["auth"]
    return signer.csrf_for(caller.sign_in_id) if caller is not None else ""


def dependencies(means: Callable[[], Authentication]) -> dict[str, Provide]:
    """Name what authentication provides app-wide: caller, resident, staff, csrf."""

    def csrf(scope: Scope) -> str:
        return _csrf_of(scope, means().signer)

    return {
        "caller": Provide(provide_caller, sync_to_thread=False),
        "resident": Provide(provide_resident, sync_to_thread=False),
        "staff": Provide(provide_staff, sync_to_thread=False),
        "csrf": Provide(csrf, sync_to_thread=False),
    }
