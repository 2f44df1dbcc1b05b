"""How Chinese words sound: syllables without tones, and what dialect and dictation mix up taken for one."""

import re
from functools import lru_cache
from typing import Final

from pypinyin import Style, lazy_pinyin

_MERGED: Final = (
    (re.compile(r"([zcs])h"), r"\1"),
    (re.compile(r"(?<=[aeio])ng"), "n"),
    (re.compile(r"n(?=[aeiouv])"), "l"),
    (re.compile(r"hu(?=[aien])|f"), "h"),
)
"""zh/z, ch/c, sh/s, ang/an, eng/en, ing/in, n/l, h/f: what elders of Shanghai and their phones confuse."""


def syllables(text: str) -> list[str]:
    """Give each character's sound without its tone; what is not Chinese stands for itself."""
    return lazy_pinyin(text, style=Style.NORMAL, errors=list)  # pyright: ignore[reportArgumentType] - documented: a function may give a list


@lru_cache(maxsize=8192)
def merged(letters: str) -> str:
    """Take for one what is mixed up, in a syllable or in letters typed without a gap."""
    for pattern, instead in _MERGED:
        letters = pattern.sub(instead, letters)
    return letters
