"""From a sentence to what it wants: rules only, no I/O, no clock, never an exception."""

from datetime import datetime
from typing import Final

from accessibility.said.heard import Flow, Heard, Known

_EMERGENCIES: Final = ("救命", "摔倒", "胸口痛")
_TOPICS: Final[tuple[tuple[Flow, tuple[str, ...]], ...]] = (
    ("clinic", ("挂号", "看病", "医生", "看牙")),
    ("breakfast", ("早饭", "早餐", "豆浆", "包子")),
    ("charging", ("充电",)),
    ("eldercare", ("叫车", "助浴", "打扫", "陪")),
)


def understand(text: str, *, now: datetime, known: Known) -> Heard:
    """Understand a sentence said at `now` (any zone); an emergency goes before everything else."""
    del now, known
    if any(word in text for word in _EMERGENCIES):
        return Heard(action="emergency", certain=True)
    for flow, words in _TOPICS:
        if any(word in text for word in words):
            return Heard(flow=flow, action="book", unclear=("day",))
    return Heard(unclear=("flow",))
