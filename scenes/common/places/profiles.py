"""How each pace crosses one stretch of street: the weights of the district, and the ticks they come to.

A tick is a tenth of a second; whole numbers, so that every process and every test adds up the same.
"""

from enum import IntFlag
from typing import Annotated, Final

import msgspec

from scenes.common.places.walking import PACES_M_PER_S, Pace

TICKS_PER_SECOND: Final = 10
TICKS_PER_MINUTE: Final = 600
DM_PER_METRE: Final = 10

Speed = Annotated[float, msgspec.Meta(gt=0.1, le=3)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=600)]


class Trait(IntFlag):
    """What a stretch of street is like; waits and gates belong to one of its two ends."""

    STEPS = 1
    NO_WHEELS = 2
    CROSSING_A = 4
    SIGNAL_A = 8
    CROSSING_B = 16
    SIGNAL_B = 32
    GATE_A = 64
    GATE_B = 128


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of one pace: metres a second on the flat and on steps, seconds at crossings and gates.

    Without `steps_speed` steps cannot be passed; `wheels` means that raised kerbs, stiles and ways tagged
    against wheelchairs cannot be passed either.
    """

    speed: Speed
    steps_speed: Speed | None
    signal_seconds: Seconds = 30.0
    crossing_seconds: Seconds = 5.0
    gate_seconds: Seconds = 5.0
    wheels: bool = False


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The district's weights of every pace; stored with the network, so all processes use the same.

    Speeds on the flat are those of the estimate (see `walking`). On stairs 0.5 m/s along the ground is about
    what Fruin measured upwards (Pedestrian Planning and Design, 1971); 0.3 for elders is a cautious choice,
    no standard names one. Thirty seconds is the mean wait at a signal of 110 s that shows green for 30 s by
    the Highway Capacity Manual's (C − g)² ÷ 2C; five is the end of its best level of service where there is
    no signal. Seconds at a gate are the district's guess.
    """

    standard: Profile = Profile(speed=PACES_M_PER_S["standard"], steps_speed=0.5)
    elder: Profile = Profile(speed=PACES_M_PER_S["elder"], steps_speed=0.3, gate_seconds=10.0)
    wheelchair: Profile = Profile(
        speed=PACES_M_PER_S["wheelchair"], steps_speed=None, gate_seconds=15.0, wheels=True
    )

    def of(self, pace: Pace) -> Profile:
        """Return the weights of a pace."""
        return {"standard": self.standard, "elder": self.elder, "wheelchair": self.wheelchair}[pace]


def is_passable(traits: int, profile: Profile) -> bool:
    """Tell whether a stretch can be walked at all."""
    if traits & Trait.STEPS and profile.steps_speed is None:
        return False
    return not (traits & Trait.NO_WHEELS and profile.wheels)


def speed_on(traits: int, profile: Profile) -> float:
    """Return the metres a second on a passable stretch."""
    on_steps = profile.steps_speed if traits & Trait.STEPS else None
    return on_steps or profile.speed


def moving_ticks(length_dm: int, speed: float) -> int:
    """Return the ticks to walk a length (decimetres ÷ metres a second are tenths of seconds)."""
    return round(length_dm / speed)


def end_ticks(traits: int, profile: Profile) -> tuple[int, int]:
    """Return the ticks waited at each end: half of its wait, since the next stretch has the other half."""
    return (
        _half(
            profile,
            signal=bool(traits & Trait.SIGNAL_A),
            crossing=bool(traits & Trait.CROSSING_A),
            gate=bool(traits & Trait.GATE_A),
        ),
        _half(
            profile,
            signal=bool(traits & Trait.SIGNAL_B),
            crossing=bool(traits & Trait.CROSSING_B),
            gate=bool(traits & Trait.GATE_B),
        ),
    )


def _half(profile: Profile, *, signal: bool, crossing: bool, gate: bool) -> int:
    seconds = (
        signal * profile.signal_seconds + crossing * profile.crossing_seconds + gate * profile.gate_seconds
    )
    return round(seconds * TICKS_PER_SECOND / 2)
