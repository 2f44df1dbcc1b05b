"""The front of the house: what every request passes before Litestar, and the two ways past it.

Ways past, for the minute when everybody comes at once: answers marked `Cache-Control: public, max-age=…`
are kept that long in this process and given out again as they were (RFC 9111, a shared cache), and the
busiest write is decoded and handed to the ledger without the framework in between. A test holds both to
the same bytes as the long way.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final
from uuid import uuid4

import msgspec
import structlog
from litestar.status_codes import HTTP_200_OK, HTTP_500_INTERNAL_SERVER_ERROR
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from api.auth import Authentication
from api.errors import FAILED, PROBLEM_TYPE, Problems, status_of
from scenes.common.kit import metrics
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import is_lost
from scenes.common.kit.idempotency import Answer
from scenes.common.kit.refusals import Busy, Refusal, Throttled

log = structlog.get_logger(__name__)

Quick = Callable[[Resident, str | None, bytes], Awaitable[Answer]]
"""Answers a write from the caller, the Idempotency-Key and the raw body; raises refusals."""

QuickRead = Callable[[bytes], bytes | None]
"""Answers a public read from the query string; none where it has to take the long way."""

Headers = list[tuple[bytes, bytes]]

Key = tuple[str, bytes]
"""What an answer is kept under: the path and the query."""

MOST_BODY: Final = 4096
"""Bytes; a larger body takes the long way, which refuses it properly."""

MOST_KEPT: Final = 16 * 2**20
"""Bytes of answers kept in one process."""

WHILE_RENEWED: Final = 0.25
"""Seconds for which everybody else still gets the old answer while one request fetches the new one."""

MOST_SHAPES: Final = 256
LONGEST_ID: Final = 64
LONGEST_KEEPING: Final = 5.0
"""Seconds; no answer is given out older than this, whatever it says."""

_IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LONG_WAY_HEADERS: Final = frozenset({b"accept-language", b"on-behalf-of", b"transfer-encoding"})
_JSON: Final[tuple[bytes, bytes]] = (b"content-type", b"application/json")
_SHARED_JSON: Final[Headers] = [_JSON, (b"cache-control", b"public, max-age=1")]
_REPLAYED: Final[tuple[bytes, bytes]] = (b"idempotency-replayed", b"true")
_PROBLEM: Final[tuple[bytes, bytes]] = (b"content-type", PROBLEM_TYPE.encode())


class Kept(msgspec.Struct):
    """An answer that may be given again until a monotonic second, and not at all after `at_last`."""

    until: float
    at_last: float
    headers: Headers
    body: bytes


class Front:
    """The outermost ASGI application of a process."""

    def __init__(  # noqa: PLR0913 - each is one way through
        self,
        app: ASGIApp,
        *,
        authentication: Authentication,
        problems: Problems,
        quick: Mapping[str, Quick],
        reads: Mapping[str, QuickRead],
        most_kept: int = MOST_KEPT,
    ) -> None:
        self.app = app
        self._authentication = authentication
        self._problems = problems
        self._quick = quick
        self._reads = reads
        self._kept: dict[Key, Kept] = {}
        self._fetching: dict[Key, asyncio.Future[None]] = {}
        self._shared: set[str] = set()
        self._kept_bytes = 0
        self._most_kept = most_kept
        self._problem_bodies: dict[tuple[type[Refusal], str], bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, by the quickest way that is right for it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        path = scope["path"]
        if scope["method"] == "GET":
            read = self._reads.get(path)
            if read is not None and (content := read(scope["query_string"])) is not None:
                await _send(send, HTTP_200_OK, _SHARED_JSON, content)
                metrics.count_request(path, HTTP_200_OK, time.perf_counter() - started)
                return
            kept = self._kept.get((path, scope["query_string"]))
            if kept is not None or shape_of(path) in self._shared:
                await self._kept_way(kept, scope, receive, send, started)
                return
        elif scope["method"] == "POST" and (quick := self._quick.get(path)) is not None:
            status = await self._quickly(quick, scope, receive, send)
            if status is not None:
                metrics.count_request(path, status, time.perf_counter() - started)
                return
        await self._long_way(scope, receive, send, started)

    async def _kept_way(
        self, kept: Kept | None, scope: HTTPScope, receive: Receive, send: Send, started: float
    ) -> None:
        """Give a kept answer out, or fetch it: once, however many miss it or find it too old together."""
        key = scope["path"], scope["query_string"]
        if kept is None or not _may_give(kept, time.monotonic()):
            fetching = self._fetching.get(key)
            if fetching is None:
                await self._fetch(key, self._long_way(scope, receive, send, started))
                return
            await asyncio.shield(fetching)
            fetched = self._kept.get(key)
            if fetched is None or time.monotonic() >= fetched.until:
                await self._long_way(scope, receive, send, started)
                return
            kept = fetched
        await _send(send, HTTP_200_OK, kept.headers, kept.body)
        metrics.count_request("(kept)", HTTP_200_OK, time.perf_counter() - started)

    async def _fetch(self, key: Key, answering: Awaitable[None]) -> None:
        """Answer one request while the others who ask for the same wait for what it brings."""
        fetching = self._fetching[key] = asyncio.get_running_loop().create_future()
        try:
            await answering
        finally:
            del self._fetching[key]
            fetching.set_result(None)

    # -- the busiest write -----------------------------------------------------------------------

    async def _quickly(self, quick: Quick, scope: HTTPScope, receive: Receive, send: Send) -> int | None:
        """Hand a plain bearer request to its room; None means that it has to take the long way."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        authorization = headers.get(b"authorization")
        if authorization is None or not headers.keys().isdisjoint(_LONG_WAY_HEADERS):
            return None
        if not 0 < int(headers.get(b"content-length", b"0")) <= MOST_BODY:
            return None
        caller = self._authentication.reader.read(authorization, self._authentication.clock())
        if not isinstance(caller, Resident):
            return None
        body = await _whole_body(receive)
        key = headers.get(b"idempotency-key")
        status, sent, content = await self._answered(
            quick(caller, key.decode("latin-1") if key else None, body)
        )
        await _send(send, status, sent, content)
        return status

    async def _answered(self, answering: Awaitable[Answer]) -> tuple[int, Headers, bytes]:
        try:
            answer = await answering
        except Refusal as refusal:
            return self._refused(refusal)
        except Exception as error:
            if is_lost(error):
                return self._refused(Busy())
            log.exception("quick_way_failed")
            problem = self._problems.make(500, "internal", FAILED, english=False)
            return HTTP_500_INTERNAL_SERVER_ERROR, [_PROBLEM], msgspec.json.encode(problem)
        return answer.status, [_JSON, _REPLAYED] if answer.replayed else [_JSON], answer.body

    def _refused(self, refusal: Refusal) -> tuple[int, Headers, bytes]:
        status = status_of(refusal)
        headers: Headers = [_PROBLEM]
        if isinstance(refusal, Throttled | Busy):
            headers.append((b"retry-after", str(max(1, refusal.retry_after)).encode()))
        if getattr(refusal, "errors", ()):
            return status, headers, msgspec.json.encode(self._problems.of_refusal(refusal, english=False))
        known = (type(refusal), refusal.detail)
        body = self._problem_bodies.get(known)
        if body is None:
            body = msgspec.json.encode(self._problems.of_refusal(refusal, english=False))
            self._problem_bodies[known] = body
        return status, headers, body

    async def _long_way(self, scope: HTTPScope, receive: Receive, send: Send, started: float) -> None:
        """Go through Litestar: name the request for the logs, keep what may be kept, count it."""
        request_id = _request_id(scope["headers"])
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        keeping = _Keeping(send, request_id)
        try:
            await self.app(scope, receive, keeping.send)
        finally:
            template = scope.get("path_template") or "(none)"
            metrics.count_request(str(template), keeping.status, time.perf_counter() - started)
        if keeping.seconds:
            self._keep((scope["path"], scope["query_string"]), keeping)

    def _keep(self, key: Key, keeping: "_Keeping") -> None:
        if len(self._shared) < MOST_SHAPES:
            self._shared.add(shape_of(key[0]))
        until = time.monotonic() + keeping.seconds
        body = bytes(keeping.body)
        self._forget(key)
        self._kept[key] = Kept(until, until + LONGEST_KEEPING, keeping.headers, body)
        self._kept_bytes += len(body)
        while self._kept_bytes > self._most_kept:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Key) -> None:
        known = self._kept.pop(key, None)
        if known is not None:
            self._kept_bytes -= len(known.body)


def shape_of(path: str) -> str:
    """Return a path without its identifiers: what one list may share, others of its shape may too."""
    return _IDENTIFIER.sub("*", path)


def _may_give(kept: Kept, now: float) -> bool:
    """Tell whether a kept answer is good; the first to find it old fetches anew while others go on.

    Without that, a thousand residents who find the list a second old would all ask the database at once.
    """
    if now < kept.until:
        return True
    if now < kept.at_last:
        kept.until = now + WHILE_RENEWED
    return False


class _Keeping:
    """Passes an answer on, adds the request id, and remembers it when it may be kept."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 500
        self.seconds = 0.0
        self.headers: Headers = []
        self.body = bytearray()

    async def send(self, message: Message) -> None:
        """Forward one ASGI message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers: Headers = list(message["headers"])
            if self.status == HTTP_200_OK:
                self.seconds = _public_seconds(headers)
            self.headers = headers
            message = {**message, "headers": [*headers, (b"x-request-id", self._request_id.encode())]}
        elif message["type"] == "http.response.body" and self.seconds:
            self.body += message["body"]
        await self._send(message)


def _public_seconds(headers: Iterable[tuple[bytes, bytes]]) -> float:
    """Return for how long an answer says it may be shared; 0 for not at all."""
    for name, value in headers:
        if name == b"set-cookie":
            return 0.0
        if name == b"cache-control" and value.startswith(b"public, max-age="):
            return min(float(value[16:].split(b",")[0]), LONGEST_KEEPING)
    return 0.0


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    for name, value in headers:
        if name == b"x-request-id" and len(value) <= LONGEST_ID and value.isalnum():
            return value.decode()
    return uuid4().hex


async def _whole_body(receive: Receive) -> bytes:
    message: Any = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    with_length = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": with_length})
    await send({"type": "http.response.body", "body": body, "more_body": False})
