"""Slips of dialect and dictation mended by sound: what sounds like a word we know becomes that word.

Sounds that Shanghai's elders and their phones' dictation mix up are taken for one (kit/sounds.py); tones are
ignored. What is written right is never touched.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from scenes.common.kit.sounds import merged, syllables

_COUNTED: Final = re.compile(r"[一二两三四五六七八九十廿百几\d]+(?=[只个碗杯根份客块张瓶袋点号天月样枚部辆])")
SHORTEST: Final = 2
"""Characters of the shortest word mended: single ones sound like too many others."""


def sounds(text: str) -> list[str]:
    """Give each character's merged sound; what is not Chinese stands for itself."""
    return [merged(each) for each in syllables(text)]


def mend(text: str, words: Iterable[str], kept: Iterable[str] = ()) -> str:
    """Write the words into a text where it sounds like them; `kept` are look-alikes that stay.

    What sounds just the same goes before what only nearly does, longer words before shorter ones; a counted
    number stays.
    """
    ordered = sorted({word for word in words if len(word) >= SHORTEST}, key=lambda word: (-len(word), word))
    taken = [0] * len(text)
    mended = list(text)
    for count in _COUNTED.finditer(text):
        _take(mended, taken, count[0], [count.start()])
    for word in (*kept, *ordered):
        _take(mended, taken, word, _found(list(text), list(word)))
    for say in (syllables, sounds):
        heard = say(text)
        if len(heard) == len(text):
            for word in ordered:
                _take(mended, taken, word, _found(heard, _said(say, word)))
    return "".join(mended)


def _take(mended: list[str], taken: list[int], word: str, places: Iterable[int]) -> None:
    """Write a word at places; what is settled there must be a part of the word: 豆浆 of 甜豆浆."""
    for at in places:
        span = range(at, at + len(word))
        inside = all(not taken[each] or mended[each] == word[each - at] for each in span)
        owners = {taken[each] for each in span} - {0}
        if inside and owners.isdisjoint({*taken[: span.start], *taken[span.stop :]}):
            mended[at : at + len(word)] = word
            taken[at : at + len(word)] = [max(taken) + 1] * len(word)


@lru_cache(maxsize=8192)
def _said(say: Callable[[str], list[str]], word: str) -> list[str]:
    return say(word)


def _found(where: list[str], what: list[str]) -> list[int]:
    first, size = what[0], len(what)
    return [
        at
        for at, each in enumerate(where[: len(where) - size + 1])
        if each == first and where[at : at + size] == what
    ]
