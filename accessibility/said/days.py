"""Which day is meant: near words, weekdays, dates, counted days; in Mandarin and as Shanghai says them."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from accessibility.said.mentions import Mention, standing, values
from accessibility.said.numbers import NUMBER, number

NEAR_ENOUGH: Final = 200
"""Days ahead within which a date without a year that has passed is taken as next year's."""

_WEEKDAYS: Final = {
    **{day: at for at, day in enumerate("一二三四五六日")},
    "天": 6,
    **{str(n + 1): n for n in range(6)},
}
_NEAR: Final = re.compile(r"(?P<day>大后|后|今|明|昨|前)(?:[天日朝儿]|(?=[早晚夜](?!饭|餐|点)))")
_AHEAD: Final = {"今": 0, "明": 1, "后": 2, "大后": 3}
_WEEKDAY: Final = re.compile(
    r"(?P<which>上上|上|这|本|今|下下|下)?个?(?:周|礼拜|星期)(?P<day>[一二三四五六日天1-6])(?!个|天)"
)
_COUNTED: Final = re.compile(rf"(?P<n>{NUMBER})(?P<unit>天|个?(?:礼拜|星期|周))(?:以|之)?后")
_DATE: Final = re.compile(rf"(?P<month>{NUMBER})月(?:份)?(?P<day>{NUMBER})[号日]?")
_MONTHLESS: Final = re.compile(
    rf"(?:(?P<next>下个?月)|(?<![月0-9]))(?P<day>{NUMBER})[号日](?!楼|门|线|桌|床|院)"
)
_VAGUE: Final = re.compile(
    r"周末|双休日|[一二两三四五六七八九十几半]个?月(?:以|之)?后|过(?:两|几|些)天|月底|月初|月中|越快越好|尽快|最早的号|(?:上|这|本|下)个?(?:周|礼拜|星期)(?![一二三四五六日天末1-6])"
)
Found = Mention[date | None]


def days_said(text: str, today: date, *, denials: bool = True) -> list[date | None]:
    """List the days said that stand; none for one that is vague, past, or does not exist."""
    found: list[Found] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if not any(match.start() < each.end and each.start < match.end() for each in found):
                day = read(match, today)
                kept = day if day is not None and day >= today else None
                found.append(Mention(match.start(), match.end(), kept))
    return values(standing(text, found, denials=denials))


def _near(match: re.Match[str], today: date) -> date | None:
    ahead = _AHEAD.get(match["day"])
    return None if ahead is None else today + timedelta(days=ahead)


def _weekday(match: re.Match[str], today: date) -> date | None:
    """「周三」 is the next one, never today, since people then say 今天; 「下周三」 is next week's."""
    wanted, which = _WEEKDAYS[match["day"]], match["which"]
    if which is None:
        ahead = (wanted - today.weekday()) % 7
        return today + timedelta(days=ahead) if ahead else None
    weeks = {"上上": -2, "上": -1, "下": 1, "下下": 2}.get(which, 0)
    return today + timedelta(days=wanted - today.weekday() + 7 * weeks)


def _counted(match: re.Match[str], today: date) -> date | None:
    count = number(match["n"])
    if count is None:
        return None
    days = count if match["unit"] == "天" else 7 * count
    return today + timedelta(days=days) if days <= NEAR_ENOUGH else None


def _date(match: re.Match[str], today: date) -> date | None:
    month, day = number(match["month"]), number(match["day"])
    this = _made(today.year, month, day)
    return this if this is None or this >= today else _soon(_made(today.year + 1, month, day), today)


def _monthless(match: re.Match[str], today: date) -> date | None:
    day = number(match["day"])
    following = (today.year, today.month + 1) if today.month < 12 else (today.year + 1, 1)  # noqa: PLR2004 - December
    this = _made(today.year, today.month, day)
    if match["next"] or (this is not None and this < today):
        return _made(*following, day)
    return this


def _vague(match: re.Match[str], today: date) -> None:
    del match, today


def _made(year: int, month: int | None, day: int | None) -> date | None:
    try:
        return date(year, month or 0, day or 0)
    except ValueError:
        return None


def _soon(day: date | None, today: date) -> date | None:
    return day if day is not None and (day - today).days <= NEAR_ENOUGH else None


Reader = Callable[[re.Match[str], date], date | None]


def _readers() -> Iterator[tuple[re.Pattern[str], Reader]]:
    yield _DATE, _date
    yield _MONTHLESS, _monthless
    yield _COUNTED, _counted
    yield _WEEKDAY, _weekday
    yield _VAGUE, _vague
    yield _NEAR, _near


_READERS: Final = tuple(_readers())
PATTERNS: Final = tuple(pattern for pattern, _ in _READERS)
"""All ways to say a day."""
