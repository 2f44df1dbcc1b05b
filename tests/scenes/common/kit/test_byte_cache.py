import asyncio
import timeit
from collections.abc import Callable

import pytest

from scenes.common.kit.byte_cache import ByteCache


class Making:
    """Counts its calls; each takes a moment."""

    def __init__(self, *, fail: bool = False) -> None:
        self.calls = 0
        self.fail = fail

    async def __call__(self) -> bytes:
        self.calls += 1
        number = self.calls
        await asyncio.sleep(0.01)
        if self.fail:
            raise LookupError("no such place")
        return b"answer %d" % number


async def test_an_answer_lives_for_its_time_and_is_then_made_again() -> None:
    cache, make = ByteCache(2, 10), Making()
    assert await cache.get("k", 100.0, make) == b"answer 1"
    assert await cache.get("k", 101.9, make) == b"answer 1"
    assert cache.peek("k", 102.0) is None
    assert await cache.get("k", 102.0, make) == b"answer 2"


async def test_all_who_miss_together_wait_for_one_making() -> None:
    cache, make = ByteCache(2, 10), Making()
    answers = await asyncio.gather(*(cache.get("k", 1.0, make) for _ in range(100)))
    assert (set(answers), make.calls) == ({b"answer 1"}, 1)


async def test_a_failure_reaches_all_who_waited_and_is_not_kept() -> None:
    cache, make = ByteCache(2, 10), Making(fail=True)
    answers = await asyncio.gather(*(cache.get("k", 1.0, make) for _ in range(3)), return_exceptions=True)
    assert ([type(answer) for answer in answers], make.calls) == ([LookupError] * 3, 1)
    make.fail = False
    assert await cache.get("k", 1.0, make) == b"answer 2"


async def test_a_caller_who_goes_away_does_not_spoil_the_others() -> None:
    cache, make = ByteCache(2, 10), Making()
    first = asyncio.create_task(cache.get("k", 1.0, make))
    await asyncio.sleep(0)
    second = asyncio.create_task(cache.get("k", 1.0, make))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == b"answer 1"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_the_least_recently_used_goes_first() -> None:
    cache, make = ByteCache(60, 2), Making()
    for key in ("a", "b"):
        await cache.get(key, 1.0, make)
    assert cache.peek("a", 1.0) == b"answer 1"
    await cache.get("c", 1.0, make)
    assert (cache.peek("a", 1.0), cache.peek("b", 1.0), len(cache)) == (b"answer 1", None, 2)


async def test_what_is_dropped_while_being_made_is_not_kept() -> None:
    cache, make = ByteCache(60, 10), Making()
    stale = asyncio.create_task(cache.get("k", 1.0, make))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    cache.drop("k")
    fresh = asyncio.create_task(cache.get("k", 1.0, make))
    assert (await stale, await fresh) == (b"answer 1", b"answer 2")
    assert cache.peek("k", 1.0) == b"answer 2"
    cache.drop("k")
    assert cache.peek("k", 1.0) is None


async def test_a_hit_costs_little_more_than_a_dictionary() -> None:
    cache, plain = ByteCache(60, 1_000), {("menu", n): b"x" for n in range(1_000)}
    make = Making()
    await asyncio.gather(*(cache.get(key, 1.0, make) for key in plain))
    key = ("menu", 500)

    def cost(call: Callable[[], bytes | None]) -> float:
        return min(timeit.repeat(call, number=20_000, repeat=5))

    assert cost(lambda: cache.peek(key, 1.0)) < 10 * cost(lambda: plain.get(key))


def test_an_answer_put_in_lives_as_long_as_one_that_was_made() -> None:
    cache = ByteCache(1.0, 2)
    cache.put("a", 10.0, b"answer")
    assert (cache.peek("a", 10.9), cache.peek("a", 11.0)) == (b"answer", None)
