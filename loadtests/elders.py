"""What each elder of a morning will do: which flow, by taps or by a sentence, for whom, and how it ends.

The shares below are assumptions about people, named so that a district can put its own counts there.
"""

import random
from typing import Final

from loadtests.curves import Course, evenly
from loadtests.temper import Temper, drawn_temper

FLOWS: Final = {"clinic": 45, "breakfast": 30, "eldercare": 10, "my-bookings": 10, "charging": 5}
"""What they come for, in per cent."""

SENTENCES: Final = (
    "明天上午看牙", "后天上午看眼睛", "明天上午看医生", "后天早上豆浆两个包子", "明天早上一碗豆浆一根油条",
    "帮我叫车去医院", "我约了什么",
)  # fmt: skip

SAYING: Final = 0.25
"""Share who say a sentence; the others tap a card of the home."""

DELEGATES: Final = 0.2
"""Share of the visits that a son or daughter makes for the elder."""

LISTENING: Final = 0.3
"""Share of their steps that are read aloud."""

MOST_STEPS: Final = 14
"""Steps after which an elder gives up."""

GOING_BACK: Final = 0.2
LEAVING: Final = 0.15
"""Share who put the phone away in the middle and go on from the home's card."""

UNDOING: Final = 0.2
"""Share of those who are done and take it back within its minutes."""


class Elder(Temper, frozen=True, kw_only=True):
    """One visit; `sentence` is empty where a card is tapped.

    `listens` says for each step whether it is read aloud, `taste` (0 to 1) chooses among what is shown.
    """

    flow: str
    sentence: str
    delegate: bool
    listens: tuple[bool, ...]
    goes_back: bool
    leaves: bool
    undoes: bool
    taste: float


def draw(course: Course, *, visitors: int, seconds: float, seed: int) -> list[Elder]:
    """Draw a morning with exactly the course's shape, the whole of it within so many seconds."""
    chance = random.Random(seed)  # noqa: S311 - a crowd to repeat, not a secret
    return [
        _elder(
            chance, seconds * course.minute_of(share) / course.minutes, delegate=chance.random() < DELEGATES
        )
        for share in evenly(visitors)
    ]


def _elder(chance: random.Random, arrives: float, *, delegate: bool) -> Elder:
    return Elder(
        **drawn_temper(chance),
        arrives=arrives,
        flow=chance.choices(list(FLOWS), list(FLOWS.values()))[0],
        sentence=chance.choice(SENTENCES) if chance.random() < SAYING else "",
        delegate=delegate,
        listens=tuple(chance.random() < LISTENING for _ in range(MOST_STEPS)),
        goes_back=chance.random() < GOING_BACK,
        leaves=chance.random() < LEAVING,
        undoes=chance.random() < UNDOING,
        taste=chance.random(),
    )
