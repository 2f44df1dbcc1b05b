"""The demo gateway's messenger: tells the sender how each SMS ended, until it is heard."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Final

import httpx
import msgspec
from litestar import Litestar

from scenes.common.notices.sandbox.books import UNDELIVERABLE, Books, Carried
from scenes.common.notices.signing import Call, signed_headers

RETRIES: Final = (1, 5, 15, 60, 300, 900, 3600, 10800, 21600)
AT_ONCE: Final = 8
_log = logging.getLogger(__name__)


class Messenger:
    """Sends signed receipts to `receipt_url`; `delay` is how long an SMS takes, in seconds."""

    def __init__(
        self, books: Books, secret: bytes, *, receipt_url: str, delay: float, time_scale: float
    ) -> None:
        self._books = books
        self._secret = secret
        self._url = receipt_url
        self._delay = delay
        self._time_scale = time_scale
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def open(self, _: Litestar) -> AsyncGenerator[None]:
        """Take up the receipts left over from before, and stop at the end."""
        async with httpx.AsyncClient(timeout=5, trust_env=False) as self._client:
            for message in self._books.carried.values():
                if not message.told:
                    self.tell_of(message)
            yield
            for task in list(self._tasks):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    def tell_of(self, message: Carried) -> None:
        """Tell of a message in a while."""
        task = asyncio.get_running_loop().create_task(self._tell(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, message: Carried) -> None:
        await asyncio.sleep(self._delay)
        message.state = "failed" if message.to.endswith(UNDELIVERABLE) else "delivered"
        facts: dict[str, str] = {"outId": message.out_id, "id": message.id, "state": message.state}
        body = msgspec.json.encode(facts | ({"code": "no_such_number"} if message.state == "failed" else {}))
        for wait in RETRIES:
            if await self._heard(body):
                break
            await asyncio.sleep(wait * self._time_scale)
        if self._books.repeats():
            await self._heard(body)
        message.told = True
        self._books.keep(message)

    async def _heard(self, body: bytes) -> bool:
        call = Call(method="POST", path=httpx.URL(self._url).path, body=body)
        headers = signed_headers(self._secret, call, now=datetime.now(UTC), nonce=secrets.token_hex(16))
        assert self._client is not None  # noqa: S101 - tells only while open
        async with self._turns:
            try:
                answer = await self._client.post(self._url, content=body, headers=headers)
            except httpx.HTTPError as failure:
                _log.info("receipt not heard: %r", failure)
                return False
        return answer.is_success
