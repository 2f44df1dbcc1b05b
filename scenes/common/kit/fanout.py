"""Live news between processes: a hint that something changed, never the change itself.

A listener hears its own process at once, the others through Redis, and a tick when nothing was said for
a while. News may be lost while Redis is away, so whoever hears a hint or a tick reads the truth again.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Final

import structlog

from scenes.common.kit.cache import Cache
from scenes.common.kit.subscription import Heard, Subscription

ORIGIN_BYTES = 8
MOST_UNHEARD = 64
"""News kept for a slow listener; the oldest goes first, since the latest hint says it all."""

TICK_SECONDS = 15.0

log = structlog.stdlib.get_logger(__name__)

_HANG_UP: Final = b"hang up"
"""The last news a listener hears: this very object, so that nothing published is ever taken for it."""

Ear = asyncio.Queue[bytes | None]


class Fanout:
    """Publishes and hears topics; holds one Redis connection a process, and reconnects by itself.

    `reconnect_seconds` is the wait between two attempts while Redis is away.
    """

    def __init__(self, cache: Cache, *, reconnect_seconds: float = 1.0) -> None:
        self._cache = cache
        self._reconnect_seconds = reconnect_seconds
        self._origin = os.urandom(ORIGIN_BYTES)
        self._ears: defaultdict[str, set[Ear]] = defaultdict(set)
        self._joined: set[str] = set()
        self._subscription: Subscription | None = None
        self._joining = asyncio.Lock()
        self._follower: asyncio.Task[None] | None = None
        self._hung_up = False

    async def publish(self, topic: str, data: bytes) -> None:
        """Tell the listeners of `topic`: here at once, elsewhere if Redis lives; never fails."""
        self._tell(topic, data)
        await self._cache.publish(topic, self._origin + data)

    async def publish_all(self, topics: Collection[str], data: bytes) -> None:
        """Tell the listeners of many topics the same, in one round trip; never fails."""
        for topic in topics:
            self._tell(topic, data)
        await self._cache.publish_all(topics, self._origin + data)

    @asynccontextmanager
    async def listen(
        self, topic: str, *, tick_seconds: float = TICK_SECONDS
    ) -> AsyncGenerator[AsyncIterator[bytes | None]]:
        """Hear `topic` while the context is open; none is a tick: read the truth again.

        Read the truth after entering: what happens from then on is heard. The news end when the process is
        about to (`hang_up`).
        """
        ear: Ear = asyncio.Queue(MOST_UNHEARD)
        self._ears[topic].add(ear)
        if self._hung_up:
            ear.put_nowait(_HANG_UP)
        try:
            self._follow_others()
            await self._join(topic)
            async with aclosing(_hear(ear, tick_seconds)) as events:
                yield events
        finally:
            self._ears[topic].discard(ear)
            if not self._ears[topic]:
                del self._ears[topic]
                await self._reconcile(topic)

    async def close(self) -> None:
        """Stop hearing the other processes; open listeners go on with ticks."""
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.cancel()
            with suppress(asyncio.CancelledError):
                await follower

    def hang_up(self) -> None:
        """End the news of every listener, now and from now on.

        A server that is asked to stop waits for its open answers, and a live page's never ends by itself.
        """
        self._hung_up = True
        for topic in self._ears:
            self._tell(topic, _HANG_UP)

    def _tell(self, topic: str, data: bytes | None) -> None:
        for ear in self._ears.get(topic, ()):
            if ear.full():
                ear.get_nowait()
            ear.put_nowait(data)

    def _follow_others(self) -> None:
        if self._cache.present and (self._follower is None or self._follower.done()):
            self._follower = asyncio.create_task(self._follow(), name="fanout")

    async def _follow(self) -> None:
        """Hear the other processes for ever, reconnecting after each loss."""
        while True:
            joined = set(self._ears)
            subscription = self._cache.subscribe(*joined)
            try:
                if await subscription.start():
                    await self._relay(subscription, joined)
            finally:
                self._subscription = None
                await subscription.close()
            await asyncio.sleep(self._reconnect_seconds)

    async def _relay(self, subscription: Subscription, joined: set[str]) -> None:
        """Pass on what is heard until Redis is lost; first tell all that they may have missed some."""
        log.info("fanout_connected")
        self._subscription, self._joined = subscription, joined
        for topic in joined | set(self._ears):
            await self._reconcile(topic)
            self._tell(topic, None)
        async for heard in subscription:
            self._pass_on(heard)
        log.warning("fanout_lost")

    def _pass_on(self, heard: Heard) -> None:
        """Tell what another process said; what this one said was told already."""
        if heard.data[:ORIGIN_BYTES] != self._origin:
            self._tell(heard.topic, heard.data[ORIGIN_BYTES:])

    async def _join(self, topic: str) -> None:
        """Hear a topic from the other processes too, as soon as Redis confirms it."""
        await self._reconcile(topic)
        if self._subscription is not None:
            await self._subscription.confirmed(topic)

    async def _reconcile(self, topic: str) -> None:
        """Make Redis's list of topics agree with the listeners here, one change at a time."""
        async with self._joining:
            subscription = self._subscription
            if subscription is None:
                return
            if topic in self._ears and topic not in self._joined:
                self._joined.add(topic)
                await subscription.join(topic)
            elif topic not in self._ears and topic in self._joined:
                self._joined.discard(topic)
                await subscription.leave(topic)


async def _hear(ear: Ear, tick_seconds: float) -> AsyncGenerator[bytes | None]:
    while True:
        data: bytes | None = None
        with suppress(TimeoutError):
            async with asyncio.timeout(tick_seconds):
                data = await ear.get()
        if data is _HANG_UP:
            return
        yield data
