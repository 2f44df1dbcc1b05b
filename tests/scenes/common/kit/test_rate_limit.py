import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.cache import Cache
from scenes.common.kit.rate_limit import Allowance, RateLimiter, take
from tests.support.redis_server import RedisServer

NOW = datetime(2026, 10, 9, 0, 0, tzinfo=UTC)
YES = Allowance(allowed=True)


@pytest.fixture(params=["redis", "alone"])
async def limiter(request: pytest.FixtureRequest) -> AsyncIterator[RateLimiter]:
    url = request.getfixturevalue("redis_server").url if request.param == "redis" else None
    cache = Cache(url)
    yield RateLimiter(cache)
    await cache.close()


async def allow(limiter: RateLimiter, key: str = "k", *, after: float = 0, limit: int = 3) -> Allowance:
    return await limiter.allow(key, limit=limit, per_seconds=60, now=NOW + timedelta(seconds=after))


async def test_the_limit_is_allowed_at_once_and_the_next_must_wait(limiter: RateLimiter) -> None:
    assert [await allow(limiter) for _ in range(4)] == [YES, YES, YES, Allowance(False, 20)]  # noqa: FBT003


async def test_a_turn_comes_back_each_interval(limiter: RateLimiter) -> None:
    for _ in range(3):
        await allow(limiter)
    assert not (await allow(limiter, after=19.9)).allowed
    assert await allow(limiter, after=20.0) == YES
    assert not (await allow(limiter, after=20.1)).allowed


async def test_keys_do_not_share_turns(limiter: RateLimiter) -> None:
    assert await allow(limiter, "a", limit=1) == YES
    assert await allow(limiter, "b", limit=1) == YES


async def test_processes_share_one_count_even_at_the_same_moment(redis_server: RedisServer) -> None:
    # a busy machine answers late; a cache that gave up would count for itself
    caches = [Cache(redis_server.url, timeout=20) for _ in range(4)]
    limiters = [RateLimiter(cache) for cache in caches]
    answers = await asyncio.gather(*(allow(one, limit=10) for one in limiters for _ in range(10)))
    assert sum(answer.allowed for answer in answers) == 10
    assert all(cache.healthy for cache in caches)
    for cache in caches:
        await cache.close()


async def test_a_dead_redis_leaves_a_local_limit(redis_server: RedisServer) -> None:
    cache = Cache(redis_server.url, open_seconds=0.2)
    limiter = RateLimiter(cache)
    assert await allow(limiter) == YES
    redis_server.kill()
    assert [(await allow(limiter)).allowed for _ in range(4)] == [True, True, True, False]
    redis_server.start()
    await asyncio.sleep(0.25)
    assert (await allow(limiter), cache.healthy) == (YES, True)
    await cache.close()


async def test_local_memory_is_bounded() -> None:
    limiter = RateLimiter(Cache(None), most_keys=10)
    for n in range(100):
        await allow(limiter, str(n))
    assert len(limiter._local) == 10


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 10), st.floats(0.5, 60))
def test_no_stretch_of_time_gives_more_than_its_share(gaps: list[float], limit: int, period: float) -> None:
    used_until, now, taken = 0.0, 1e9, list[float]()
    for gap in gaps:
        now += gap
        turn = take(used_until, now=now, interval=period / limit, period=period)
        used_until = turn.used_until
        if turn.wait == 0:
            taken.append(now)
    for first, start in enumerate(taken):
        for last in range(first, len(taken)):
            allowed = limit + (taken[last] - start) * limit / period
            assert last - first + 1 <= allowed + 1e-3
