"""How well a question fits a name: pure, and the same for every kind of thing."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import accumulate
from typing import Final

from api.finding.sounds import Sound, sound_of
from scenes.common.kit.sounds import merged

LONGEST: Final = 40
"""Characters of a question that count."""

EXACT, BEGINS, HAS = 100, 90, 80
SPELT, SPELT_WITHIN, INITIALS, INITIALS_WITHIN = 75, 70, 65, 55
ALIKE, NEARLY_SPELT, MENTIONED = 60, 50, 40
OTHER_NAME: Final = 4
"""What another name than the thing's own costs."""

_LATIN: Final = re.compile(r"[a-z']+")
_SHORTEST: Final = 2
_SHORTEST_NEARLY: Final = 4


def words_of(question: str) -> list[str]:
    """Part a question into its words, each to be found; pinyin with spaces is one word."""
    plain = unicodedata.normalize("NFKC", question).lower()[:LONGEST]
    words = [word for word in re.split(r"[\s,、。,.;]+", plain) if word]
    if len(words) > 1 and all(_LATIN.fullmatch(word) for word in words):
        return ["".join(words).replace("'", "")]
    return [word.replace("'", "") for word in words if word.strip("'")]


def score(words: list[str], names: Iterable[str], about: str = "") -> int:
    """Return 0 to 100: how well all the words fit one of the names, the first being the thing's own."""
    if not words:
        return 0
    known = [name.lower() for name in names]
    return min(max(_best(word, known), MENTIONED if _mentions(word, about) else 0) for word in words)


def _best(word: str, names: list[str]) -> int:
    fits = [_fit(word, name) - (OTHER_NAME if order else 0) for order, name in enumerate(names)]
    return max(0, *fits)


def _mentions(word: str, about: str) -> bool:
    return len(word) >= _SHORTEST and word in about.lower()


def _fit(word: str, name: str) -> int:
    if word == name:
        return EXACT
    if word in name:
        return BEGINS if name.startswith(word) else HAS
    if len(word) < _SHORTEST:
        return 0
    if _LATIN.fullmatch(word):
        return _fit_letters(word, sound_of(name))
    return ALIKE if _sounds_within(sound_of(word).merged, sound_of(name).merged) else 0


def _fit_letters(word: str, sound: Sound) -> int:
    """Compare pinyin as typed: whole syllables, the last one perhaps begun, or first letters only."""
    if sound.letters.startswith(word):
        return SPELT
    if any(sound.letters.startswith(word, start) for start in sound.starts):
        return SPELT_WITHIN
    if word in sound.initials:
        return INITIALS if sound.initials.startswith(word) else INITIALS_WITHIN
    if len(word) < _SHORTEST_NEARLY:
        return 0
    near, letters = merged(word), "".join(sound.merged)
    starts = accumulate((len(each) for each in sound.merged[:-1]), initial=0)
    return NEARLY_SPELT if any(letters.startswith(near, start) for start in starts) else 0


def _sounds_within(what: tuple[str, ...], where: tuple[str, ...]) -> bool:
    return any(where[at : at + len(what)] == what for at in range(len(where) - len(what) + 1))
