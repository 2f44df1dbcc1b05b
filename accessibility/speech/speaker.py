"""Sound on demand: one voice process beside this one, a bounded queue, a time limit, two caches."""

import asyncio
import hashlib
import struct
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec
import structlog

from accessibility.speech.errors import NoVoice
from accessibility.speech.reading import pinyin
from scenes.common.kit.byte_cache import ByteCache
from scenes.common.kit.cache import Cache
from scenes.common.kit.refusals import Busy

SECONDS: Final = 5.0
"""A sentence takes milliseconds; a voice that has not answered by then is ended and started anew."""

MOST_WAITING: Final = 16
USUAL_WORDS_PER_MINUTE: Final = 140
KEPT_SECONDS: Final = 24 * 3600.0
KEPT_HERE: Final = 256
SLOTS: Final = 1024
"""Sounds in Redis: each has a slot by its digest, and a newer one takes it, so the room is bounded."""

LARGEST: Final = 64 * 1024
DIGEST: Final = 16
_LENGTH: Final = struct.Struct(">I")

log = structlog.stdlib.get_logger(__name__)


def can_speak() -> bool:
    """Tell whether a speech engine with its encoder is installed here."""
    found = find_spec("espeakng_loader")
    return found is not None and find_spec("lameenc") is not None and _library_of(found.origin)


def _library_of(origin: str | None) -> bool:
    folder = Path(origin).parent if origin else Path()
    return any(folder.glob("*espeak-ng*"))


class Speaker:
    """Makes sounds for one web process; its voice starts with the first sentence and ends with it."""

    def __init__(self, cache: Cache, *, speaks: bool) -> None:
        self.speaks = speaks
        self._cache = cache
        self._near = ByteCache(KEPT_SECONDS, KEPT_HERE)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._voice: asyncio.subprocess.Process | None = None

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["Speaker"]:
        """Be ready; the voice that was started ends here."""
        try:
            yield self
        finally:
            await self._end()

    async def sound(self, text: str, *, rate: float) -> bytes:
        """Return a text as MP3, `rate` times as fast as usual; refuses with NoVoice, or Busy if many wait."""
        if not self.speaks:
            raise NoVoice
        digest = hashlib.sha256(f"{rate:.2f}|{text}".encode("utf-8", "surrogatepass")).digest()[:DIGEST]
        return await self._near.get(digest, time.monotonic(), lambda: self._kept(digest, text, rate))

    async def _kept(self, digest: bytes, text: str, rate: float) -> bytes:
        slot = f"speech:{int.from_bytes(digest[:4]) % SLOTS}"
        stored = await self._cache.get(slot)
        if stored is not None and stored[:DIGEST] == digest:
            return stored[DIGEST:]
        made = await self._made(text, rate)
        if len(made) <= LARGEST:
            await self._cache.set(slot, digest + made, KEPT_SECONDS)
        return made

    async def _made(self, text: str, rate: float) -> bytes:
        if self._waiting >= MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._turn:
                return await self._spoken(text, rate)
        finally:
            self._waiting -= 1

    async def _spoken(self, text: str, rate: float) -> bytes:
        """Ask the voice, whose turn it is; one that fails is ended, so that the next call has a fresh one."""
        words = pinyin(text)
        if not words:
            raise NoVoice
        asked = {"pinyin": words, "wordsPerMinute": round(USUAL_WORDS_PER_MINUTE * rate)}
        try:
            async with asyncio.timeout(SECONDS):
                sound = await self._answer(msgspec.json.encode(asked) + b"\n")
        except (TimeoutError, OSError, EOFError) as error:
            log.warning("voice_failed", error=type(error).__name__)
            await self._end()
            raise NoVoice from error
        except asyncio.CancelledError:
            await self._end()
            raise
        if not sound:
            raise NoVoice
        return sound

    async def _answer(self, line: bytes) -> bytes:
        voice = self._voice
        if voice is None or voice.returncode is not None:
            voice = self._voice = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "accessibility.speech.voice",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        if voice.stdin is None or voice.stdout is None:
            raise EOFError
        voice.stdin.write(line)
        await voice.stdin.drain()
        (length,) = _LENGTH.unpack(await voice.stdout.readexactly(_LENGTH.size))
        return await voice.stdout.readexactly(length)

    async def _end(self) -> None:
        voice, self._voice = self._voice, None
        if voice is not None and voice.returncode is None:
            voice.kill()
            await voice.wait()
