"""What a reading means: whether it can be true, whether it is out of bounds, when that is news; pure.

Limits are not diagnoses. Defaults: blood pressure from 180/110 mmHg and glucose from 16.7 mmol/L are where
国家基本公共卫生服务规范(第三版) has a health centre look for danger at a visit (hypertension, type 2
diabetes); below 3.9 mmol/L is level 1 hypoglycaemia in the ADA's Standards of Care; below 90 systolic, and a
heart rate below 45 or from 130 a minute, are our own caution. A district's doctors should look at them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from scenes.common.kit.dated_rules import DatedRule, values_on
from scenes.eldercare.errors_readings import DeviceClockWrong, LimitsInvalid, ReadingInvalid

Kind = Literal["bp", "glucose", "heart", "fall", "water"]
Side = Literal["high", "low", "silent"]
Values = Mapping[str, float]
PLAUSIBLE: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = {
    "bp": {"systolic": (50, 300), "diastolic": (20, 200)},
    "glucose": {"mmol": (0.5, 50)},
    "heart": {"bpm": (20, 260)},
    "fall": {},
    "water": {"litres": (0, 100_000)},
}
"""What each sort of device measures, and between which values it can be true (mmHg, mmol/L, a minute)."""

AHEAD: Final = timedelta(minutes=5)
OLDEST: Final = timedelta(days=30)
FRESH_FALL: Final = timedelta(hours=1)
DISTRICT: Final = UUID(int=0)


class Limits(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Out of bounds from `…High` on and below `…Low`; of `of` readings `need` must be, to be news.

    No water for `silent_hours` is news too.
    """

    systolic_high: float = 180
    systolic_low: float = 90
    diastolic_high: float = 110
    mmol_high: float = 16.7
    mmol_low: float = 3.9
    bpm_high: float = 130
    bpm_low: float = 45
    need: int = 2
    of: int = 3
    silent_hours: int = 12


class OwnLimits(msgspec.Struct, frozen=True, rename="camel", kw_only=True, omit_defaults=True):
    """What differs for one person; none where the district's limit holds."""

    systolic_high: float | None = None
    systolic_low: float | None = None
    diastolic_high: float | None = None
    mmol_high: float | None = None
    mmol_low: float | None = None
    bpm_high: float | None = None
    bpm_low: float | None = None


def check_since(since: date, today: date) -> None:
    """Refuse limits from a day that is over: what was news then stays so (LimitsInvalid)."""
    if since < today:
        raise LimitsInvalid


def checked_limits(own: OwnLimits, district: Limits) -> dict[str, float]:
    """Return what differs from the district's limits, by the names of rows (LimitsInvalid for nonsense)."""
    theirs = msgspec.to_builtins(district)
    wanted = {name: value for name, value in msgspec.to_builtins(own).items() if value != theirs[name]}
    together = msgspec.structs.asdict(msgspec.convert(theirs | wanted, Limits))
    for bounds in PLAUSIBLE.values():
        for name, (least, most) in bounds.items():
            low, high = together.get(f"{name}_low", least), together.get(f"{name}_high", most)
            if not least <= low < high <= most and f"{name}_high" in together:
                raise LimitsInvalid
    return wanted


def limits_of(rows: Sequence[DatedRule], own: Mapping[str, Any] | None, *, day: date) -> Limits:
    """Return the limits for a person: the district's of the day, what is set for them on top."""
    values = values_on(DISTRICT, day, rows) | dict(own or {})
    return msgspec.convert(values, Limits)


def check_reading(kind: str, values: Values) -> None:
    """Refuse what this device does not measure, or what cannot be true (ReadingInvalid)."""
    bounds = PLAUSIBLE[kind]
    if values.keys() != bounds.keys():
        raise ReadingInvalid
    if not all(least <= values[name] <= most for name, (least, most) in bounds.items()):
        raise ReadingInvalid
    if kind == "bp" and values["diastolic"] >= values["systolic"]:
        raise ReadingInvalid


def check_clock(at: datetime, now: datetime) -> None:
    """Refuse a time that cannot be (DeviceClockWrong); a little ahead is a clock that is a little wrong."""
    if not now - OLDEST <= at <= now + AHEAD:
        raise DeviceClockWrong


def side_of(values: Values, limits: Limits) -> Side | None:
    """Say on which side a reading is out of bounds; too low goes first, being the quicker danger."""
    bounds = msgspec.structs.asdict(limits)
    if any(value < bounds[f"{name}_low"] for name, value in values.items() if f"{name}_low" in bounds):
        return "low"
    if any(value >= bounds[f"{name}_high"] for name, value in values.items() if f"{name}_high" in bounds):
        return "high"
    return None


def news(newest_first: Sequence[Values], limits: Limits) -> Side | None:
    """Say whether the last readings are news: the newest is out of bounds, and enough of the last are so."""
    last: list[Side | None] = [side_of(values, limits) for values in newest_first[: limits.of]]
    if not last or last[0] is None:
        return None
    return last[0] if sum(side == last[0] for side in last) >= limits.need else None


def is_over(newest_first: Sequence[Values], limits: Limits) -> bool:
    """Tell whether an alert is over: as many readings as began it are within bounds again."""
    last = newest_first[: limits.need]
    return len(last) == limits.need and all(side_of(values, limits) is None for values in last)


def is_sign(kind: str, values: Values) -> bool:
    """Tell whether a reading shows that somebody is up: they measured themselves, or let water run.

    What a device sends by itself, such as that no water ran, or that somebody fell, shows nothing.
    """
    return kind in {"bp", "glucose", "heart"} or (kind == "water" and values["litres"] > 0)


def is_fresh_fall(at: datetime, now: datetime) -> bool:
    """Tell whether a fall is so recent that somebody has to go."""
    return now - at <= FRESH_FALL
