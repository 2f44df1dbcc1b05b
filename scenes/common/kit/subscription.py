"""One Redis connection that hears topics, until Redis is lost."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from typing import Any, NamedTuple, Self, cast

from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

SILENCE_SECONDS = 5.0
"""After so long without a word the connection is pinged; a second silence means that it is lost."""


class Heard(NamedTuple):
    """What was said on which topic."""

    topic: str
    data: bytes


class Subscription:
    """An async iterator of `Heard`; it ends when Redis is lost, and is not revived: make another."""

    def __init__(self, pubsub: PubSub | None, topics: Iterable[str], *, prefix: str, timeout: float) -> None:
        self._pubsub = pubsub
        self._first = tuple(topics)
        self._prefix = prefix
        self._timeout = timeout
        self._started = False
        self._pinged = False
        self._confirmed: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Heard:
        if self._pubsub is None:
            raise StopAsyncIteration
        try:
            return await self._next(self._pubsub)
        except (RedisError, OSError) as lost:
            await self.close()
            raise StopAsyncIteration from lost

    async def join(self, topic: str) -> None:
        """Ask to hear one more topic."""
        if self._pubsub is not None:
            await self._say(self._pubsub.subscribe(self._prefix + topic))

    async def confirmed(self, topic: str) -> None:
        """Wait until Redis has confirmed a topic, or for the bounded time; needs someone iterating."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timeout):
                await self._confirmed[topic].wait()

    async def leave(self, topic: str) -> None:
        """Stop hearing a topic."""
        self._confirmed.pop(topic, None)
        if self._pubsub is not None:
            leaving = self._pubsub.unsubscribe(self._prefix + topic)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            await self._say(cast("Awaitable[object]", leaving))

    async def close(self) -> None:
        """Give the connection up."""
        pubsub, self._pubsub = self._pubsub, None
        if pubsub is not None:
            await self._say(pubsub.aclose())

    async def start(self) -> bool:
        """Connect and ask for the first topics, once; tells whether Redis took the request."""
        if self._pubsub is None:
            return False
        try:
            await self._start(self._pubsub)
        except (RedisError, OSError):
            await self.close()
            return False
        return True

    async def _say(self, saying: Awaitable[object]) -> None:
        """Send within the bounded time; a failure here is noticed by whoever iterates."""
        with suppress(RedisError, OSError):
            async with asyncio.timeout(self._timeout):
                await saying

    async def _start(self, pubsub: PubSub) -> None:
        if not self._started:
            self._started = True
            await pubsub.connect()
            if self._first:
                await pubsub.subscribe(*(self._prefix + topic for topic in self._first))

    async def _next(self, pubsub: PubSub) -> Heard:
        """Wait for the next word on any topic, noting confirmations on the way."""
        await self._start(pubsub)
        while True:
            message = cast("dict[str, Any] | None", await pubsub.get_message(timeout=SILENCE_SECONDS))
            if message is None:
                await self._break_silence(pubsub)
                continue
            self._pinged = False
            if message["type"] == "pong":
                continue
            topic = message["channel"].decode().removeprefix(self._prefix)
            if message["type"] == "message":
                return Heard(topic, message["data"])
            if message["type"] == "subscribe":
                self._confirmed[topic].set()

    async def _break_silence(self, pubsub: PubSub) -> None:
        """Ping a silent Redis; raise TimeoutError when the last ping was not answered."""
        if self._pinged:
            raise TimeoutError("Redis has not answered a ping")
        await pubsub.ping()  # pyright: ignore[reportUnknownMemberType]
        self._pinged = True
