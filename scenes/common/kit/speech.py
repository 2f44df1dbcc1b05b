"""How days and hours are said to a resident: plain Chinese, Shanghai time."""

from datetime import date, datetime

from scenes.common.kit.clock import local_day, shanghai

WEEKDAYS = "一二三四五六日"
NEAR = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
PERIODS = ((5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
"""Each part of the day with the hour at which it ends."""

HALF_DAY = 12
HALF_HOUR = 30


def spoken_day(day: date, today: date) -> str:
    """Say a day as people do: "明天(11月24日 星期二)", further off "11月30日 星期一".

    The year is said only when it is not this one.
    """
    year = f"{day.year}年" if day.year != today.year else ""
    calendar = f"{year}{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"
    near = NEAR.get((day - today).days)
    return f"{near}({calendar})" if near else calendar


def spoken_time(at: datetime) -> str:
    """Say an instant's wall-clock time in Shanghai: "上午9点半", "下午2点05分", "中午12点"."""
    local = shanghai(at)
    period = next(name for end, name in PERIODS if local.hour < end)
    hour = local.hour - HALF_DAY if local.hour > HALF_DAY else local.hour
    if local.minute == 0:
        return f"{period}{hour}点"
    if local.minute == HALF_HOUR:
        return f"{period}{hour}点半"
    return f"{period}{hour}点{local.minute:02d}分"


def spoken_when(at: datetime, now: datetime) -> str:
    """Say an instant for the eye, seen from `now`: "明天(11月24日 星期二)上午9点半"."""
    day = spoken_day(local_day(at), local_day(now))
    return f"{day}{'' if day.endswith(')') else ' '}{spoken_time(at)}"


def heard_when(at: datetime, now: datetime) -> str:
    """Say an instant for the ear: the near word without its calendar date, "明天上午9点半"."""
    near = NEAR.get((local_day(at) - local_day(now)).days)
    return f"{near}{spoken_time(at)}" if near else spoken_when(at, now).replace(" ", "")


def desk_when(at: datetime, now: datetime) -> str:
    """Write an instant for a table at a desk: "13:05" today, else "11-26 13:05"."""
    return f"{shanghai(at):%H:%M}" if local_day(at) == local_day(now) else f"{shanghai(at):%m-%d %H:%M}"
