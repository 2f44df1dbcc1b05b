"""How quickly alarms were answered and attended, in the shares that UK telecare publishes.

Theirs (TSA's performance indicators, as MASCOT reports them): 97.5 % answered within 60 s, 99 % within
180 s; 90 % attended within 45 minutes, all within 60. Ours count from the tap, so the seconds in which it
can be taken back count against us; what was never answered or attended counts as missed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec


class Timed(msgspec.Struct, frozen=True, kw_only=True):
    """When an alarm was raised, first answered and first attended."""

    raised_at: datetime
    answered_at: datetime | None
    attended_at: datetime | None


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many of all were in time, and the share to reach, in thousandths."""

    within: timedelta
    reached: int
    of: int
    target_permille: int

    @property
    def permille(self) -> int | None:
        """Return the share in thousandths, rounded down; none where there was nothing to count."""
        return self.reached * 1000 // self.of if self.of else None

    @property
    def good(self) -> bool:
        """Tell whether the share to reach is reached."""
        return self.reached * 1000 >= self.target_permille * self.of


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The four shares of a span."""

    answered: tuple[Share, Share]
    attended: tuple[Share, Share]


ANSWERED: Final = ((timedelta(seconds=60), 975), (timedelta(seconds=180), 990))
ATTENDED: Final = ((timedelta(minutes=45), 900), (timedelta(minutes=60), 1000))


def figures_of(alarms: Sequence[Timed]) -> Figures:
    """Reckon the four shares."""
    a, b = (_share(alarms, within, target, lambda each: each.answered_at) for within, target in ANSWERED)
    c, d = (_share(alarms, within, target, lambda each: each.attended_at) for within, target in ATTENDED)
    return Figures(answered=(a, b), attended=(c, d))


def _share(
    alarms: Sequence[Timed], within: timedelta, target: int, when: Callable[[Timed], datetime | None]
) -> Share:
    reached = sum((at := when(each)) is not None and at - each.raised_at <= within for each in alarms)
    return Share(within=within, reached=reached, of=len(alarms), target_permille=target)
