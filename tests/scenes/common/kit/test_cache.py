import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from scenes.common.kit.cache import Cache
from tests.support.redis_server import RedisServer


@pytest.fixture
async def cache(redis_server: RedisServer) -> AsyncIterator[Cache]:
    cache = Cache(redis_server.url, open_seconds=0.3)
    yield cache
    await cache.close()


async def test_a_value_is_kept_forgotten_and_expires(cache: Cache) -> None:
    await cache.set("a", b"1", 60)
    await cache.set("b", b"2", 0.05)
    assert (await cache.get("a"), await cache.get("b")) == (b"1", b"2")
    await cache.delete("a")
    await asyncio.sleep(0.1)
    assert (await cache.get("a"), await cache.get("b")) == (None, None)
    assert cache.healthy


async def test_without_a_url_everything_is_a_miss() -> None:
    cache = Cache(None)
    await cache.set("a", b"1", 60)
    await cache.publish("t", b"1")
    await cache.delete("a")
    assert await cache.get("a") is None
    assert [heard async for heard in cache.subscribe("t")] == []
    assert (cache.present, cache.healthy) == (False, False)


async def test_a_killed_redis_is_a_miss_and_comes_back(cache: Cache, redis_server: RedisServer) -> None:
    await cache.set("a", b"1", 60)
    with capture_logs() as logs:
        redis_server.kill()
        assert [await cache.get("a") for _ in range(50)] == [None] * 50
        assert not cache.healthy
        redis_server.start()
        await asyncio.sleep(0.35)
        await cache.set("a", b"2", 60)
        assert (await cache.get("a"), cache.healthy) == (b"2", True)
    assert [line["event"] for line in logs] == ["redis_lost", "redis_back"]


async def test_asking_whether_it_is_there_does_not_wait_until_a_failure_is_no_longer_believed(
    redis_server: RedisServer,
) -> None:
    cache = Cache(redis_server.url, open_seconds=3600.0)
    try:
        assert await cache.answers()
        redis_server.kill()
        assert (await cache.answers(), cache.healthy) == (False, False)
        redis_server.start()
        assert await cache.get("a") is None
        assert (await cache.answers(), cache.healthy) == (True, True)
    finally:
        await cache.close()
    assert not await Cache(None).answers()


async def test_connections_that_died_with_redis_do_not_hurt_the_new_one(
    cache: Cache, redis_server: RedisServer
) -> None:
    await asyncio.gather(*(cache.set(str(n), b"1", 60) for n in range(40)))
    redis_server.kill()
    redis_server.start()
    await asyncio.gather(*(cache.set(str(n), b"2", 60) for n in range(40)))
    assert await asyncio.gather(*(cache.get(str(n)) for n in range(40))) == [b"2"] * 40


async def test_a_frozen_redis_costs_one_short_wait_and_then_nothing(
    cache: Cache, redis_server: RedisServer
) -> None:
    await cache.set("a", b"1", 60)
    redis_server.freeze()
    try:
        began = time.monotonic()
        assert await cache.get("a") is None
        assert time.monotonic() - began < 0.5
        began = time.monotonic()
        assert [await cache.get("a") for _ in range(200)] == [None] * 200
        assert time.monotonic() - began < 0.05
    finally:
        redis_server.thaw()
    await asyncio.sleep(0.35)
    assert await cache.get("a") == b"1"


async def test_while_redis_is_away_one_caller_a_period_tries_it(
    cache: Cache, redis_server: RedisServer
) -> None:
    redis_server.freeze()
    try:
        await cache.get("a")
        await asyncio.sleep(0.35)
        began = time.monotonic()
        waits = await asyncio.gather(*(_timed_get(cache) for _ in range(20)))
    finally:
        redis_server.thaw()
    assert time.monotonic() - began < 0.5
    assert sum(wait > 0.1 for wait in waits) == 1


async def _timed_get(cache: Cache) -> float:
    began = time.monotonic()
    await cache.get("a")
    return time.monotonic() - began


async def test_a_subscription_hears_until_redis_is_lost(cache: Cache, redis_server: RedisServer) -> None:
    subscription = cache.subscribe("one", "two")
    assert await subscription.start()
    listening = asyncio.create_task(_all(subscription))
    await asyncio.gather(subscription.confirmed("one"), subscription.confirmed("two"))
    await cache.publish("one", b"1")
    await cache.publish("other", b"-")
    await cache.publish("two", b"2")
    await asyncio.sleep(0.05)
    redis_server.kill()
    assert await asyncio.wait_for(listening, 2) == [("one", b"1"), ("two", b"2")]


async def _all(subscription: AsyncIterator[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [heard async for heard in subscription]


async def test_a_silent_frozen_redis_is_noticed_by_the_listener(
    cache: Cache, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenes.common.kit.subscription.SILENCE_SECONDS", 0.1)
    listening = asyncio.create_task(_all(cache.subscribe("one")))
    await asyncio.sleep(0.5)
    assert not listening.done()
    redis_server.freeze()
    try:
        assert await asyncio.wait_for(listening, 2) == []
    finally:
        redis_server.thaw()
