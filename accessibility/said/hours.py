"""Which part of the day and which hour are meant."""

import re
from datetime import date, datetime, time
from typing import Final, Literal, NamedTuple

from accessibility.said.heard import Flow, Period
from accessibility.said.mentions import Mention, standing, values
from accessibility.said.numbers import NUMBER, number

NOON, EVENING, HOURS, MINUTES = 12, 18, 24, 60
DUSK: Final = 5
"""The first hour past noon that is called evening for sure: 夜里四点 is before dawn."""

_PERIODS: Final[tuple[tuple[Period, str, re.Pattern[str]], ...]] = (
    ("morning", "", re.compile(
        r"早上头?|早晨|大?清早|一大?早|上午|上半[天日]|上昼|早浪向?|凌晨|(?<=[今明后])早(?!饭|餐|点)"
    )),
    ("afternoon", "noon", re.compile(r"中午|日中|中饭|午饭|中浪向?")),
    ("afternoon", "", re.compile(r"下午|下半[天日]|下昼")),
    ("evening", "", re.compile(r"晚上|夜里向?|夜到|傍晚|夜头|(?<=[今明后])[晚夜](?!饭|里|到|头|上)|晚饭后")),
)  # fmt: skip
_MINUTES_ALONE: Final = r"(?:[0-5]\d|零[一二三四五六七八九]|[一二三四五]?十[一二三四五六七八九]?)"
_COUNTERS: Final = "个只碗杯根份客块张瓶袋盒枚样"
_CLOCK: Final = re.compile(
    rf"(?P<h>\d{{1,2}}):(?P<m>\d{{2}})"
    rf"|(?P<hour>{NUMBER})(?:点|时)(?P<bell>钟)?(?P<rest>半|一刻|三刻|{NUMBER}分|{_MINUTES_ALONE}(?![{_COUNTERS}]))?"
)
_REST: Final = {"半": 30, "一刻": 15, "三刻": 45}
_NOW: Final = re.compile(r"现在|马上|立刻|这会儿|就现在|此刻")
Room = Flow | Literal["car"]
"""Whose hours are meant: a car also goes at six in the morning, when nobody comes to help at home."""

_SPOKEN_BY_DAY: Final[dict[Room, tuple[range, range]]] = {
    "clinic": (range(7, 13), range(1, 7)),
    "breakfast": (range(5, 12), range(0)),
    "eldercare": (range(8, 13), range(1, 7)),
    "car": (range(8, 13), range(1, 5)),
}
"""Hours that without a part of the day can only be morning (or noon), and only afternoon, of each room."""

_ENDS: Final[dict[Period, int]] = {"morning": 12, "afternoon": 18, "evening": 23}


def patterns() -> tuple[str, ...]:
    """Give the ways to say an hour and a part of the day, the hour first."""
    unnamed = re.sub(r"\(\?P<\w+>", "(?:", _CLOCK.pattern)
    return unnamed, *(pattern.pattern for _, _, pattern in _PERIODS), _NOW.pattern


class When(NamedTuple):
    """What was said of the time of day; `vague` names what is said in two ways, or has passed."""

    period: Period | None = None
    at: time | None = None
    vague: tuple[str, ...] = ()


def time_said(text: str, flow: Room | None, *, day: date | None, now: datetime) -> When:
    """Read the part of the day and the hour; `now` is Shanghai's clock, `day` the day meant if known."""
    periods = [
        Mention(match.start(), match.end(), (period, kind))
        for period, kind, pattern in _PERIODS
        for match in pattern.finditer(text)
    ]
    parts = values(standing(text, periods))
    clocks = values(standing(text, _clocks(text)))
    if len(parts) > 1:
        noonless = [part for part in parts if part[1] != "noon"]
        parts = noonless if len(noonless) == 1 else []
        if not parts:
            return When(vague=("period",))
    when = _joined(parts[0] if parts else None, clocks, flow=flow, today=day == now.date(), now=now)
    return _ahead(when, day, now)


def at_once(now: datetime) -> When:
    """Read 「现在」: this minute."""
    at = time(now.hour, now.minute)
    return When(_period_of(at), at)


def is_now(text: str) -> bool:
    """Tell whether a sentence says 「现在」."""
    return bool(_NOW.search(text))


def _clocks(text: str) -> list[Mention[tuple[int, int] | None]]:
    found: list[Mention[tuple[int, int] | None]] = []
    for match in _CLOCK.finditer(text):
        if match["h"]:
            read = (int(match["h"]), int(match["m"]))
        elif match["hour"] == "一" and not _is_one_oclock(text, match):
            continue  # 「买一点药」
        else:
            read = _spoken(match)
        found.append(Mention(match.start(), match.end(), _possible(read)))
    return found


def _possible(clock: tuple[int, int] | None) -> tuple[int, int] | None:
    return clock if clock and clock[0] <= HOURS and clock[1] < MINUTES else None


def _is_one_oclock(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()]
    return bool(match["bell"] or match["rest"] or any(p.search(before[-3:]) for _, _, p in _PERIODS))


def _spoken(match: re.Match[str]) -> tuple[int, int] | None:
    hour, rest = number(match["hour"]), match["rest"]
    if hour is None:
        return None
    if not rest:
        return hour, 0
    minute = _REST.get(rest) or number(rest.removesuffix("分"))
    return None if minute is None else (hour, minute)


def _joined(
    part: tuple[Period, str] | None,
    clocks: list[tuple[int, int] | None],
    *,
    flow: Room | None,
    today: bool,
    now: datetime,
) -> When:
    period = part[0] if part else None
    if not clocks:
        return When(period, time(NOON)) if part and part[1] == "noon" else When(period)
    if len(clocks) > 1 or clocks[0] is None:
        return When(period, vague=("time",))
    hour, minute = clocks[0]
    whole = _of_period(hour, part) if part else _bare(hour, minute, flow=flow, today=today, now=now)
    if whole is None:
        return When(period, vague=("time",))
    at = time(whole, minute)
    return When(_period_of(at), at)


def _of_period(hour: int, part: tuple[Period, str]) -> int | None:
    """「下午三点」 is 15; what contradicts itself is none (「上午三点」 is kept: it may be early)."""
    period, kind = part
    if hour > NOON:
        return hour if hour < HOURS and period != "morning" else None
    if period == "morning" or (kind == "noon" and hour >= NOON - 2):
        return hour or None
    if period == "evening" and (hour == NOON or hour < DUSK):
        return None  # 「夜里三点」 is no afternoon
    return hour if hour == NOON else hour + NOON


def _bare(hour: int, minute: int, *, flow: Room | None, today: bool, now: datetime) -> int | None:
    """Read an hour alone: clear past noon, where the room is only open once, or today."""
    if hour > NOON:
        return hour if hour < HOURS else None
    early, late = _SPOKEN_BY_DAY.get(flow, (range(0), range(0))) if flow else (range(0), range(0))
    if hour in late:
        return hour + NOON
    if hour in early:
        return hour
    if today and 0 < hour < NOON and time(hour, minute) <= now.time():
        return hour + NOON
    return None


def _period_of(at: time) -> Period:
    if at.hour < NOON:
        return "morning"
    return "afternoon" if at.hour < EVENING else "evening"


def _ahead(when: When, day: date | None, now: datetime) -> When:
    """Mark what has passed today."""
    if day != now.date() or when.vague:
        return when
    if when.at is not None:
        return (
            when._replace(vague=("time",)) if when.at < now.time().replace(second=0, microsecond=0) else when
        )
    if when.period is not None and now.hour >= _ENDS[when.period]:
        return when._replace(vague=("period",))
    return when
