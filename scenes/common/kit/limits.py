"""What one person may do only so often: acts that hold what others want, or cost the district room.

How often is a setting of the district; rules of the rooms (one reservation at a time, bans) stand beside it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, get_args
from uuid import UUID

from scenes.common.kit.clock import Clock
from scenes.common.kit.refusals import Throttled

if TYPE_CHECKING:  # the settings name the acts, and nobody who only reads settings needs a Redis client
    from scenes.common.kit.rate_limit import RateLimiter

Act = Literal[
    "chargingReport",
    "chargingReserve",
    "chargingBegin",
    "chargingQueue",
    "breakfastQuote",
    "breakfastOrder",
    "breakfastRepeat",
]
ACTS: Final = get_args(Act)
USUAL: Final[Mapping[str, int]] = {
    "chargingReport": 6,
    "chargingReserve": 20,
    "chargingBegin": 10,
    "chargingQueue": 20,
    "breakfastQuote": 200,
    "breakfastOrder": 30,
    "breakfastRepeat": 20,
}
"""How many an hour where the district sets nothing: so many at once, then one each 60/number minutes."""

HOUR_SECONDS: Final = 3600.0


class Limits:
    """Refuses who does one thing too often, with when to come back."""

    def __init__(self, limiter: "RateLimiter", hourly: Mapping[str, int], clock: Clock) -> None:
        self._limiter = limiter
        self._hourly = {**USUAL, **hourly}
        self._clock = clock

    async def check(self, act: Act, person_id: UUID) -> None:
        """Take one turn of an act for a person; refuses with Throttled, and then takes none."""
        turn = await self._limiter.allow(
            f"{act}:{person_id}", limit=self._hourly[act], per_seconds=HOUR_SECONDS, now=self._clock()
        )
        if not turn.allowed:
            raise Throttled(turn.retry_after)
