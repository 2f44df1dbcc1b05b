"""How a name sounds, as questions are held against it: its letters, first letters, and syllables as heard."""

from functools import lru_cache
from typing import NamedTuple

from scenes.common.kit.sounds import merged, syllables


class Sound(NamedTuple):
    """A name by its sound; `starts` are where its syllables begin in `letters`."""

    letters: str
    starts: tuple[int, ...]
    initials: str
    merged: tuple[str, ...]


@lru_cache(maxsize=16384)
def sound_of(name: str) -> Sound:
    """Say a name; what is not Chinese stands for itself."""
    said = [each.lower() for each in syllables(name) if each.strip()]
    starts: list[int] = []
    at = 0
    for syllable in said:
        starts.append(at)
        at += len(syllable)
    return Sound(
        letters="".join(said),
        starts=tuple(starts),
        initials="".join(each[0] for each in said),
        merged=tuple(merged(each) for each in said),
    )
