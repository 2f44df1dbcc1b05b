"""Redis, which may die: every call gives up within a bounded time and answers as if it held nothing.

Redis is never the truth here. After a failure the circuit stays open for a second, so that a dead Redis
costs one request a short wait each second and the others nothing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, TypeVar

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError

from scenes.common.kit.subscription import Subscription

Answer = TypeVar("Answer")

LOST: Final = (RedisError, OSError, TimeoutError)
"""What redis-py raises when Redis is away, slow, full, or still loading."""

MOST_CONNECTIONS = 64

log = structlog.stdlib.get_logger(__name__)


class Cache:
    """A Redis that is allowed to be absent; `url` is redis://, rediss:// or unix://, none for no Redis.

    `timeout` (seconds) bounds connecting and each answer, `open_seconds` how long a failure is believed.
    Keys and topics get `prefix`, so that one Redis can serve several districts.
    """

    def __init__(
        self,
        url: str | None,
        *,
        prefix: str = "lifecircle:",
        timeout: float = 0.2,
        open_seconds: float = 1.0,
    ) -> None:
        self.prefix = prefix
        self._timeout = timeout
        self._open_seconds = open_seconds
        self._redis = _connect(url, timeout, retries=1) if url else None
        self._listening = _connect(url, timeout, retries=0) if url else None
        self._healthy = self._redis is not None
        self._try_again_at = 0.0

    @property
    def present(self) -> bool:
        """Tell whether a Redis is configured at all."""
        return self._redis is not None

    @property
    def healthy(self) -> bool:
        """Tell whether the last call was answered; without a configured Redis, never."""
        return self._healthy

    async def answers(self) -> bool:
        """Ask whether Redis is there now, also while a failure is still believed."""

        async def ping(redis: Redis) -> bool:
            return bool(await redis.ping())  # pyright: ignore[reportUnknownMemberType, reportGeneralTypeIssues]

        return self._redis is not None and await self._ask(self._redis, ping, otherwise=False)

    async def get(self, key: str) -> bytes | None:
        """Read a value; none when it is absent, expired, or Redis is away."""
        name = self.prefix + key
        return await self.attempt(lambda redis: redis.get(name), None)

    async def set(self, key: str, value: bytes, ttl_seconds: float) -> None:
        """Keep a value for `ttl_seconds`; a failure loses it silently, as any cache may."""
        name, ttl = self.prefix + key, max(1, round(ttl_seconds * 1000))
        await self.attempt(lambda redis: redis.set(name, value, px=ttl), None)

    async def delete(self, key: str) -> None:
        """Forget a value. A dead Redis may still hold it when it returns: choose short lives."""
        name = self.prefix + key
        await self.attempt(lambda redis: redis.delete(name), None)

    async def publish(self, topic: str, data: bytes) -> None:
        """Tell every process that has subscribed to `topic`; nobody hears it while Redis is away."""
        channel = self.prefix + topic
        await self.attempt(lambda redis: redis.publish(channel, data), None)  # pyright: ignore[reportUnknownMemberType]

    async def publish_all(self, topics: Iterable[str], data: bytes) -> None:
        """Tell the same about many topics in one round trip."""
        channels = [self.prefix + topic for topic in topics]

        async def tell(redis: Redis) -> None:
            async with redis.pipeline(transaction=False) as pipeline:
                for channel in channels:
                    pipeline.publish(channel, data)  # pyright: ignore[reportUnknownMemberType]
                await pipeline.execute()

        await self.attempt(tell, None)

    def subscribe(self, *topics: str) -> Subscription:
        """Hear topics over one connection of its own; iteration ends when Redis is lost."""
        pubsub = self._listening.pubsub() if self._listening else None  # pyright: ignore[reportUnknownMemberType]
        return Subscription(pubsub, topics, prefix=self.prefix, timeout=self._timeout)

    async def attempt(self, call: Callable[[Redis], Awaitable[Any]], otherwise: Answer) -> Answer:
        """Ask Redis, or answer `otherwise` when it is away; never raises for Redis's sake.

        `call` must give an `Answer`; redis-py's own types are too wide to check it.
        """
        if self._redis is None or not self._may_try():
            return otherwise
        return await self._ask(self._redis, call, otherwise)

    async def _ask(self, redis: Redis, call: Callable[[Redis], Awaitable[Any]], otherwise: Answer) -> Answer:
        try:
            async with asyncio.timeout(self._timeout * 2):
                answer = await call(redis)
        except LOST as error:
            self._lost(error)
            return otherwise
        self._back()
        return answer

    async def close(self) -> None:
        """Close all connections; later calls open new ones."""
        for client in (self._redis, self._listening):
            if client is not None:
                await client.aclose()

    def _may_try(self) -> bool:
        """Let everyone through while Redis answers, and one caller a period while it does not."""
        if self._healthy:
            return True
        now = time.monotonic()
        if now < self._try_again_at:
            return False
        self._try_again_at = now + self._open_seconds
        return True

    def _lost(self, error: BaseException) -> None:
        self._try_again_at = time.monotonic() + self._open_seconds
        if self._healthy:
            self._healthy = False
            log.warning("redis_lost", error=type(error).__name__)

    def _back(self) -> None:
        if not self._healthy:
            self._healthy = True
            log.info("redis_back")


def _connect(url: str, timeout: float, *, retries: int) -> Redis:
    """Set up a client that connects when first asked; every wait in it is bounded by `timeout`.

    One retry gets over a connection that died in the pool. A listener has none: redis-py would
    reconnect unseen, and nobody would learn that words were missed.
    """
    pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]
        url,
        max_connections=MOST_CONNECTIONS,
        timeout=timeout,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), retries, supported_errors=(ConnectionLost,)),
        protocol=2,
    )
    return Redis.from_pool(pool)
