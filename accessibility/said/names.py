"""Names as they sound: whose surname is meant for sure, whose only nearly, and a place's name misspelt."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from pypinyin import Style, lazy_pinyin

from accessibility.said.places import parts_of
from accessibility.said.slips import SHORTEST, sounds
from scenes.common.kit.sounds import syllables

_AT: Final = r"(?=路|街|新村|社区|小区|卫生|医院|中心|的?那[家边里个]|这家|早餐|豆浆|充电)"
"""What follows a place's name: a misspelt one is mended only before it, or where it is a road itself."""


class Namesakes(NamedTuple):
    """The doctors a surname may mean; `sure` where each bears it or one that sounds just the same."""

    names: tuple[str, ...] = ()
    sure: bool = False


def namesakes(surname: str, doctors: Sequence[str]) -> Namesakes:
    """Find who bears a surname: 张 is also 章, spoken alike; 许 and 徐 are only nearly the same."""
    same = tuple(name for name in doctors if _spoken(name[:1]) == _spoken(surname))
    if same:
        return Namesakes(same, sure=True)
    near = tuple(name for name in doctors if sounds(name[:1]) == sounds(surname))
    return Namesakes(near)


def titled(doctors: Sequence[str], titles: Sequence[str]) -> list[str]:
    """Give doctors' names as they may be mended: one of two characters only with its title."""
    long = [name for name in doctors if len(name) > SHORTEST]
    return long + [f"{name}{title}" for name in doctors if len(name) <= SHORTEST for title in titles]


def with_places(text: str, places: Sequence[str]) -> str:
    """Write the parts of places' names into a text where it sounds just like them: 曹阳社区, 兰西路."""
    heard = syllables(text)
    if len(heard) != len(text):
        return text
    parts = sorted(
        {part for place in places for part in parts_of(place)}, key=lambda part: (-len(part), part)
    )
    written, settled = list(text), [False] * len(text)
    for part in parts:
        said = syllables(part)
        for at in range(len(text) - len(part) + 1):
            span = slice(at, at + len(part))
            if heard[span] != said or any(settled[span]):
                continue
            if text[span] == part or _is_a_place(part, text[span.stop :]):
                written[span], settled[span] = part, [True] * len(part)
    return "".join(written)


def _is_a_place(part: str, after: str) -> bool:
    return (len(part) > SHORTEST and part.endswith("路")) or re.match(_AT, after) is not None


def _spoken(surname: str) -> list[str]:
    return lazy_pinyin(surname, style=Style.TONE3)
