"""The voice: a small program that turns pinyin into MP3, one request after another, until its input ends.

It runs as a process of its own (`python -m accessibility.speech.voice`): eSpeak NG keeps its state for a
whole process, is under the GPL, and must not take the web process down. A request is one line of JSON,
{"pinyin": …, "wordsPerMinute": …}; the answer is its length (4 bytes, big-endian) and so many bytes of MP3,
none if it could not be spoken.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Callable
from typing import Any, Final, cast

import espeakng_loader
import lameenc
import msgspec

YIELDING: Final = 10
"""Niceness: a sentence costs a tenth of a second of computing, and booking comes before hearing."""

VOICE: Final = b"cmn-latn-pinyin"
RETRIEVAL: Final = 1
RATE_PARAMETER: Final = 1
UTF_8: Final = 1
KBIT_PER_SECOND: Final = 24
SAMPLES_PER_SECOND: Final = 16_000
LENGTH: Final = struct.Struct(">I")


class Request(msgspec.Struct, rename="camel"):
    """What to say, and how fast."""

    pinyin: str
    words_per_minute: int


class Voice:
    """eSpeak NG, loaded once; not for two threads at a time."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._rate: int = self._library.espeak_Initialize(
            RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0
        )
        self._sound = bytearray()
        taking = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self._take: Callable[..., Any] = taking(self._taken)
        self._library.espeak_SetSynthCallback(self._take)
        if self._rate <= 0 or self._library.espeak_SetVoiceByName(VOICE) != 0:
            msg = "eSpeak NG has no Chinese voice"
            raise RuntimeError(msg)

    def say(self, request: Request) -> bytes:
        """Speak a request; returns MP3 of one channel, 24 kbit/s."""
        self._sound.clear()
        self._library.espeak_SetParameter(RATE_PARAMETER, request.words_per_minute, 0)
        words = request.pinyin.encode()
        self._library.espeak_Synth(words, len(words) + 1, 0, 1, 0, UTF_8, None, None)
        self._library.espeak_Synchronize()
        return self._packed(bytes(self._sound)) if self._sound else b""

    def _packed(self, sound: bytes) -> bytes:
        encoder: Any = cast("Any", lameenc).Encoder()  # it ships no types
        encoder.set_bit_rate(KBIT_PER_SECOND)
        encoder.set_in_sample_rate(self._rate)
        encoder.set_out_sample_rate(SAMPLES_PER_SECOND)
        encoder.set_channels(1)
        encoder.set_quality(7)
        encoder.silence()
        return bytes(encoder.encode(sound) + encoder.flush())

    def _taken(self, wave: Any, samples: int, _events: Any) -> int:
        if samples > 0 and wave:
            self._sound.extend(ctypes.string_at(wave, samples * 2))
        return 0


def main() -> None:
    """Serve requests until the input ends."""
    os.nice(YIELDING)
    voice, decoder = Voice(), msgspec.json.Decoder(Request)
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        sound = voice.say(decoder.decode(line))
        out.write(LENGTH.pack(len(sound)) + sound)
        out.flush()


if __name__ == "__main__":
    main()
