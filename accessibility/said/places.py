"""Which of the rooms' places a sentence names, by the part of its name that sets it apart."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from accessibility.said.heard import Flow

_KINDS: Final[dict[Flow, re.Pattern[str]]] = {
    "clinic": re.compile("卫生|医院|门诊"),
    "breakfast": re.compile("早餐|豆浆|点心|大饼|柜|早点"),
    "charging": re.compile("充电|停车场|车库|邻里中心|沿街"),
}
_COMMON: Final = re.compile(
    r"街道|新村|社区卫生服务(?:中心|站)|卫生中心|无人|智能|早餐(?:工程店|车|坊|自提柜)|豆浆店|点心店|大饼油条店|网订柜取点"
    r"|小区|邻里中心|商场|地下车库|公园|停车场|充电站|沿街|[((].*?[))]|普陀区?|上海市?|[一二三四五六七八九十]号$"
)
_SHORTEST: Final = 2
_NOT_ALONE: Final = frozenset("路东西南北中弄号")


def places_said(text: str, flow: Flow, *, places: Sequence[str]) -> tuple[str, ...]:
    """Find the places that a name may mean: one where it is clear, none where none was named."""
    pattern = _KINDS.get(flow)
    fitting = [place for place in places if pattern is not None and pattern.search(place)]
    scored = {place: _shared(place, text) for place in fitting}
    best = max(scored.values(), default=0)
    if best < _SHORTEST:
        return ()
    return tuple(place for place, score in scored.items() if score == best)


@lru_cache(maxsize=1024)
def parts_of(place: str) -> tuple[str, ...]:
    """List the parts of a place's name that set it apart, each long enough to be one, the longest first."""
    return tuple(part for part in _parts(place) if sum(each not in _NOT_ALONE for each in part) >= _SHORTEST)


def part_said(place: str, text: str) -> str:
    """Give a pattern of the part of a place's name that a text has."""
    said = next((part for part in _parts(place) if part in text), "")
    return re.escape(said) if said else r"(?!)"


def _shared(place: str, text: str) -> int:
    """Count the characters of the longest part that sets a place apart and that the text has."""
    return next((len(part) for part in parts_of(place) if part in text), 0)


@lru_cache(maxsize=1024)
def _parts(place: str) -> tuple[str, ...]:
    """List every part of a name without the words that many places share, the longest first."""
    chunks = _COMMON.sub("|", place).split("|")
    found = {c[at:end] for c in chunks for at in range(len(c)) for end in range(at + _SHORTEST, len(c) + 1)}
    return tuple(sorted(found, key=lambda part: (-len(part), part)))
