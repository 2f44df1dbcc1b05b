"""How this system calls a partner: bounded in time and size, and asked twice only when that is safe.

The care sits in the client's transport, so a partner's own module uses plain httpx; both failures are
`httpx.TransportError`, for those who need no difference.
"""

import asyncio
import random
from collections.abc import Mapping
from typing import cast

import httpx

SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods that may be sent again (RFC 9110, 9.2.2)."""

IDEMPOTENT: dict[str, bool] = {"idempotent": True}
"""Pass as `extensions=` with a POST the partner recognises when it comes again."""

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
TOO_MANY = 429
BUSY = frozenset({TOO_MANY, 503})
TROUBLE = 500
LONGEST_WAIT = 2.0
MOST_BYTES = 1 << 20


class UpstreamFailed(httpx.TransportError):
    """The partner gave no usable answer; `maybe_done` tells whether it may have acted all the same."""

    def __init__(self, why: str, *, maybe_done: bool) -> None:
        super().__init__(why)
        self.maybe_done = maybe_done


class UpstreamBusy(UpstreamFailed):
    """The partner asks to come back later (429 or 503), after `retry_after` seconds.

    A 503 may come from a gateway that had already passed the call on, so it counts as `maybe_done`.
    """

    def __init__(self, why: str, *, retry_after: float, maybe_done: bool) -> None:
        super().__init__(why, maybe_done=maybe_done)
        self.retry_after = retry_after


def partner_client(
    *,
    seconds: float = 5.0,
    attempts: int = 3,
    backoff_seconds: float = 0.1,
    most_bytes: int = MOST_BYTES,
    inner: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """Make a client whose every attempt ends within `seconds` and whose answers fit `most_bytes`.

    Calls that are safe to repeat get up to `attempts`, with a random wait that doubles. Redirects are
    not followed and the environment's proxies not used: a partner has one address.
    """
    transport = CarefulTransport(
        inner or httpx.AsyncHTTPTransport(),
        seconds=seconds,
        attempts=attempts,
        backoff_seconds=backoff_seconds,
        most_bytes=most_bytes,
    )
    headers = {"Accept-Encoding": "identity"}
    return httpx.AsyncClient(transport=transport, timeout=seconds, headers=headers, trust_env=False)


class CarefulTransport(httpx.AsyncBaseTransport):
    """Carries one request, again if that is safe, and brings back a whole small answer or a failure."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        *,
        seconds: float,
        attempts: int,
        backoff_seconds: float,
        most_bytes: int,
    ) -> None:
        self._inner = inner
        self._seconds = seconds
        self._attempts = attempts
        self._backoff_seconds = backoff_seconds
        self._most_bytes = most_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; raises `UpstreamBusy` or `UpstreamFailed`, and for 5xx too."""
        await request.aread()
        last = self._attempts if _may_repeat(request) else 1
        for attempt in range(1, last):
            try:
                return await self._once(request)
            except UpstreamFailed as failure:
                wait = self._wait(attempt, failure)
                if wait > LONGEST_WAIT:
                    raise
                await asyncio.sleep(wait)
        return await self._once(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    def _wait(self, attempt: int, failure: UpstreamFailed) -> float:
        """Choose a random wait that doubles, but never less than the partner asked for."""
        most = self._backoff_seconds * 2 ** (attempt - 1)
        wait = random.uniform(most / 2, most)  # noqa: S311 - spreads callers, hides nothing
        return max(wait, failure.retry_after) if isinstance(failure, UpstreamBusy) else wait

    async def _once(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._whole(request)
        except UpstreamFailed:
            raise
        except NEVER_SENT as failure:
            raise UpstreamFailed(f"{host} cannot be reached", maybe_done=False) from failure
        except (httpx.TransportError, TimeoutError) as failure:
            raise UpstreamFailed(f"{host} gave no whole answer in time", maybe_done=True) from failure
        if answer.status_code in BUSY:
            passed_on = answer.status_code != TOO_MANY
            raise UpstreamBusy(f"{host} is busy", retry_after=_retry_after(answer), maybe_done=passed_on)
        if answer.status_code >= TROUBLE:
            raise UpstreamFailed(f"{host} answered {answer.status_code}", maybe_done=True)
        return answer

    async def _whole(self, request: httpx.Request) -> httpx.Response:
        """Read an answer to its end, giving up as soon as it is too large.

        Compressed answers are refused, for they were not asked for and their size is hidden.
        """
        answer = await self._inner.handle_async_request(request)
        try:
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise UpstreamFailed("the answer is compressed", maybe_done=True)
            body = bytearray()
            async for part in answer.aiter_raw():
                body += part
                if len(body) > self._most_bytes:
                    raise UpstreamFailed(f"the answer is larger than {self._most_bytes} B", maybe_done=True)
        finally:
            await answer.aclose()
        return httpx.Response(answer.status_code, headers=answer.headers, content=bytes(body))


def _may_repeat(request: httpx.Request) -> bool:
    extensions = cast("Mapping[str, object]", request.extensions)
    return request.method in SAFE_TO_REPEAT or extensions.get("idempotent") is True


def _retry_after(answer: httpx.Response) -> float:
    """Read Retry-After in seconds; its date form and nonsense count as one second."""
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else 1.0
