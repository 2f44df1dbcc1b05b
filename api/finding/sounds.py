"""How a name sounds: syllables without tones, and what dialect and dictation mix up taken for one."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from pypinyin import Style, lazy_pinyin

_MERGED: Final = (
    (re.compile(r"([zcs])h"), r"\1"),
    (re.compile(r"(?<=[aei])ng"), "n"),
    (re.compile(r"n(?=[aeiouv])"), "l"),
    (re.compile(r"hu(?=[aien])|f"), "h"),
)
"""zh/z, ch/c, sh/s, ang/an, eng/en, ing/in, n/l, h/f: what elders of Shanghai and their phones confuse."""


class Sound(NamedTuple):
    """A name by its sound; `starts` are where its syllables begin in `letters`."""

    letters: str
    starts: tuple[int, ...]
    initials: str
    merged: tuple[str, ...]


@lru_cache(maxsize=16384)
def sound_of(name: str) -> Sound:
    """Say a name; what is not Chinese stands for itself."""
    said = lazy_pinyin(name, style=Style.NORMAL, errors=list)  # pyright: ignore[reportArgumentType] - documented: a function may give a list
    syllables = [each.lower() for each in said if each.strip()]
    starts: list[int] = []
    at = 0
    for syllable in syllables:
        starts.append(at)
        at += len(syllable)
    return Sound(
        letters="".join(syllables),
        starts=tuple(starts),
        initials="".join(each[0] for each in syllables),
        merged=tuple(merged(each) for each in syllables),
    )


def merged(letters: str) -> str:
    """Take for one what is mixed up."""
    for pattern, instead in _MERGED:
        letters = pattern.sub(instead, letters)
    return letters
