"""Mentions of one kind in a sentence, and which of them stands: what is denied or corrected goes."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

Value = TypeVar("Value")

_DENIED_BEFORE: Final = re.compile(r"(?<!要)(?:不|别)(?:是|要|看|挂|去|约|想|给|找|吃|在|放|加|搁)*$")
_DENIED_AFTER: Final = re.compile(
    r"(?:的话)?(?:我)?(?:不行|不好|没空|不方便|不去|不要|不来|不吃)了?(?=[,。!?]|$)"
)
_CORRECTED: Final = re.compile(r"不对|哦不|不不|说错|算了|讲错|错了|哦哟|改成|换成|应该是")


class Mention(NamedTuple, Generic[Value]):
    """A place in the sentence and what it means."""

    start: int
    end: int
    value: Value


def standing(text: str, mentions: Iterable[Mention[Value]], *, denials: bool = True) -> list[Mention[Value]]:
    """Keep what was meant: without the denied values, and only what follows a correction."""
    ordered = sorted(mentions, key=lambda each: each.start)
    if denials:
        denied = [each.value for each in ordered if is_denied(text, each.start, each.end)]
        ordered = [each for each in ordered if each.value not in denied]
    return _corrected(text, ordered)


def is_denied(text: str, start: int, end: int) -> bool:
    """Tell whether a span is denied: 「不是明天」, 「豆浆不要了」."""
    return bool(_DENIED_BEFORE.search(text[:start]) or _DENIED_AFTER.match(text, end))


def values(mentions: Sequence[Mention[Value]]) -> list[Value]:
    """List the different values in the order said."""
    return list(dict.fromkeys(each.value for each in mentions))


def _corrected(text: str, ordered: list[Mention[Value]]) -> list[Mention[Value]]:
    for marker in reversed(list(_CORRECTED.finditer(text))):
        later = [each for each in ordered if each.start >= marker.end()]
        if later:
            return later
    return ordered
