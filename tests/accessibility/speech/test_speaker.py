import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from accessibility.speech.errors import NoVoice
from accessibility.speech.speaker import MOST_WAITING, Speaker, can_speak
from scenes.common.kit.cache import Cache
from scenes.common.kit.refusals import Busy
from tests.support.redis_server import RedisServer

WORDS = "您好,明天上午9点半看口腔科,挂号费10元。"
MP3_FRAME = (b"\xff\xf3", b"\xff\xf2")


@pytest.fixture
async def speaker() -> AsyncIterator[Speaker]:
    async with Speaker(Cache(None), speaks=can_speak()).open() as opened:
        yield opened


async def test_the_installed_engine_speaks_chinese_small_enough_for_2g(speaker: Speaker) -> None:
    assert can_speak()
    sound = await speaker.sound(WORDS, rate=1.0)
    assert sound.startswith(MP3_FRAME)
    assert 5_000 < len(sound) < 40_000


async def test_slower_is_longer_and_other_words_are_another_sound(speaker: Speaker) -> None:
    usual = await speaker.sound(WORDS, rate=1.0)
    assert len(await speaker.sound(WORDS, rate=0.5)) > len(usual) > len(await speaker.sound(WORDS, rate=1.5))
    assert await speaker.sound("您好,后天下午9点半看口腔科,挂号费10元。", rate=1.0) != usual


async def test_a_killed_voice_costs_one_sound_at_most(speaker: Speaker) -> None:
    await speaker.sound("一", rate=1.0)
    assert speaker._voice is not None
    os.kill(speaker._voice.pid, signal.SIGKILL)
    await speaker._voice.wait()
    assert (await speaker.sound("二", rate=1.0)).startswith(MP3_FRAME)


async def test_what_has_no_sound_is_refused(speaker: Speaker) -> None:
    with pytest.raises(NoVoice):
        await speaker.sound("…", rate=1.0)


async def test_without_an_engine_it_says_so() -> None:
    async with Speaker(Cache(None), speaks=False).open() as silent:
        with pytest.raises(NoVoice, match="这台服务器不会朗读"):
            await silent.sound(WORDS, rate=1.0)


async def test_too_many_at_once_are_turned_away(speaker: Speaker) -> None:
    many = [speaker.sound(f"第{at}句话", rate=1.0) for at in range(MOST_WAITING + 4)]
    answers = await asyncio.gather(*many, return_exceptions=True)
    assert sum(isinstance(each, Busy) for each in answers) == 4
    assert sum(isinstance(each, bytes) for each in answers) == MOST_WAITING


async def test_a_second_process_takes_the_sound_from_redis(redis_server: RedisServer) -> None:
    cache, other = Cache(redis_server.url), Cache(redis_server.url)
    async with Speaker(cache, speaks=True).open() as first:
        sound = await first.sound(WORDS, rate=1.0)
    async with Speaker(other, speaks=True).open() as second:
        assert await second.sound(WORDS, rate=1.0) == sound
        assert second._voice is None
    await cache.close()
    await other.close()
