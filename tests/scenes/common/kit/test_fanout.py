import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from scenes.common.kit.cache import Cache
from scenes.common.kit.fanout import MOST_UNHEARD, Fanout
from tests.support.redis_server import RedisServer


class Process:
    """What one API process holds."""

    def __init__(self, url: str | None) -> None:
        self.cache = Cache(url, open_seconds=0.1)
        self.fanout = Fanout(self.cache, reconnect_seconds=0.1)

    async def close(self) -> None:
        await self.fanout.close()
        await self.cache.close()


@pytest.fixture
async def pair(redis_server: RedisServer) -> AsyncIterator[tuple[Process, Process]]:
    processes = Process(redis_server.url), Process(redis_server.url)
    yield processes
    for process in processes:
        await process.close()


async def heard(events: AsyncIterator[bytes | None], within: float = 2.0) -> bytes:
    """Wait for the next words, passing over ticks."""
    async with asyncio.timeout(within):
        while (data := await anext(events)) is None:
            pass
        return data


async def connected(process: Process) -> None:
    async with asyncio.timeout(2):
        while process.fanout._subscription is None:  # noqa: ASYNC110 - no event tells it, and need not
            await asyncio.sleep(0.01)


async def test_a_listener_hears_its_own_process_without_redis() -> None:
    process = Process(None)
    async with process.fanout.listen("t") as events:
        await process.fanout.publish("t", b"1")
        await process.fanout.publish("other", b"-")
        await process.fanout.publish("t", b"2")
        assert [await heard(events), await heard(events)] == [b"1", b"2"]
    assert (process.fanout._follower, dict(process.fanout._ears)) == (None, {})


async def test_silence_is_told_as_ticks() -> None:
    async with Process(None).fanout.listen("t", tick_seconds=0.05) as events:
        assert [await anext(events), await anext(events)] == [None, None]


async def test_another_process_is_heard_once_and_at_once(pair: tuple[Process, Process]) -> None:
    one, two = pair
    async with one.fanout.listen("warm"), two.fanout.listen("warm"):
        await asyncio.gather(connected(one), connected(two))
        async with one.fanout.listen("t", tick_seconds=0.2) as here, two.fanout.listen("t") as there:
            await two.fanout.publish("t", b"1")
            assert [await heard(here, 0.2), await heard(there, 0.2)] == [b"1", b"1"]
            assert await anext(here) is None


async def test_a_topic_is_left_when_its_last_listener_goes_and_heard_again_after(
    pair: tuple[Process, Process],
) -> None:
    one, two = pair
    async with one.fanout.listen("warm"):
        await connected(one)
        for word in (b"1", b"2", b"3"):
            async with one.fanout.listen("t") as events:
                await two.fanout.publish("t", word)
                assert await heard(events) == word
            assert one.fanout._joined == {"warm"}


async def test_the_first_listener_is_told_to_read_again_once_redis_is_joined(
    pair: tuple[Process, Process],
) -> None:
    one, two = pair
    async with one.fanout.listen("t", tick_seconds=60) as events:
        assert await anext(events) is None
        await two.fanout.publish("t", b"1")
        assert await heard(events) == b"1"


async def test_a_killed_redis_leaves_local_news_and_comes_back(
    pair: tuple[Process, Process], redis_server: RedisServer
) -> None:
    one, two = pair
    with capture_logs() as logs:
        async with one.fanout.listen("t", tick_seconds=60) as events:
            await connected(one)
            redis_server.kill()
            await one.fanout.publish("t", b"local")
            assert await heard(events) == b"local"
            redis_server.start()
            assert await anext(events) is None
            await asyncio.sleep(0.15)
            await two.fanout.publish("t", b"far")
            assert await heard(events) == b"far"
    told = [line["event"] for line in logs if line["event"].startswith("fanout")]
    assert told == ["fanout_connected", "fanout_lost", "fanout_connected"]


async def test_redis_killed_many_times_never_ends_the_listening(
    pair: tuple[Process, Process], redis_server: RedisServer
) -> None:
    one, two = pair
    async with one.fanout.listen("t", tick_seconds=0.05) as events:
        for round_ in range(4):
            await connected(one)
            await asyncio.sleep(0.15)
            await two.fanout.publish("t", b"%d" % round_)
            assert await heard(events) == b"%d" % round_
            redis_server.kill()
            await asyncio.sleep(0.05)
            redis_server.start()
            async with one.fanout.listen("u"):
                pass


async def test_a_slow_listener_keeps_only_the_latest() -> None:
    process = Process(None)
    async with process.fanout.listen("t") as events:
        for n in range(MOST_UNHEARD + 10):
            await process.fanout.publish("t", b"%d" % n)
        assert await heard(events) == b"10"


async def test_many_topics_are_told_together(pair: tuple[Process, Process]) -> None:
    one, two = pair
    async with one.fanout.listen("warm"), two.fanout.listen("warm"):
        await asyncio.gather(connected(one), connected(two))
        async with one.fanout.listen("a") as here, two.fanout.listen("b") as there:
            await one.fanout.publish_all({"a", "b", "c"}, b"changed")
            assert [await heard(here), await heard(there)] == [b"changed", b"changed"]


async def test_hanging_up_ends_every_listening_of_now_and_of_later() -> None:
    fanout = Process(None).fanout
    async with fanout.listen("t") as events, fanout.listen("other") as others:
        await fanout.publish("t", b"1")
        fanout.hang_up()
        assert [data async for data in events] == [b"1"]
        assert [data async for data in others] == []
    async with fanout.listen("t") as later:
        assert [data async for data in later] == []
