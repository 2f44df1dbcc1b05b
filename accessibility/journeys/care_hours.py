"""When help without a bookable time is wanted: now, or a day, a part of it and an hour to be agreed by phone.

What a sentence said is taken where it can be had, and said back where it cannot.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from accessibility.flows.flow import Asked, Asking, Values
from accessibility.flows.rules import Option
from accessibility.journeys.care_offer import offer_of
from scenes.common.kit.clock import instant, local_day, shanghai
from scenes.common.kit.speech import NEAR, heard_when, spoken_day, spoken_time, spoken_when
from scenes.eldercare.rules.care import CareTerms
from scenes.eldercare.rules.later import WILL_RING, awaits_call, days_ahead, is_served
from scenes.eldercare.service.catalogue import Offer
from scenes.eldercare.service.requests import RequestView

HOUR: Final = 60
"""Minutes."""

STEP: Final = timedelta(minutes=30)
HALVES: Final = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24)}
HALF_WORDS: Final = {"morning": "上午", "afternoon": "下午", "evening": "晚上"}
NOW: Final = "now"
DAY: Final = "d~"
"""What the answer of a later day begins with."""

CLOCK: Final = "clock"
UNSURE: Final = "unsure"
"""The wish that tells that a time was said which is not clear."""


async def ask_soon(asking: Asking, values: Values) -> Asked:
    """Ask whether somebody is to come now or on which later day; a sentence that said it is not held up.

    What was said and cannot be had is said back, and kept with 「现在就来」, so that the desk reads it.
    """
    offer, said = await offer_of(asking, values), said_time(asking.wishes, asking.now)
    minutes = offer.terms.promise_minutes
    soon = not said or in_time(asking.wishes, asking.now, minutes)
    now = Option(
        value=NOW if soon else f"{NOW}~{said}", label="现在就来", about=f"{soon_words(minutes)}内有人来"
    )
    days = _days(offer, asking.now)
    if not days or (soon and "said" in asking.wishes):
        return _at_once(offer, now, days, said="" if soon else said)
    options = [Option(value=f"{DAY}{day}", label=spoken_day(day, local_day(asking.now))) for day in days]
    wished = None if soon else _wished_day(asking.wishes, days, offer.terms, asking.now)
    if wished is not None:
        options.sort(key=lambda option: option.value != f"{DAY}{wished}")
        return Asked(title="什么时候来?", options=[*options, now], obvious=True)
    sorry = "" if soon else f"您说的是{said}。{_why_not(asking.wishes, days, asking.now)}"
    return Asked(title="什么时候来?", options=[now, *options], display=sorry, calls=bool(sorry))


def _at_once(offer: Offer, now: Option, days: Sequence[date], *, said: str) -> Asked:
    if not said:
        return Asked(title="什么时候来?", options=[now], obvious=True)
    title = f"{offer.row.name}是马上来的,不能约时间。"
    return Asked(title=title, display=f"您说的是{said}。", options=[now], calls=not days)


def _why_not(wishes: Values, days: Sequence[date], now: datetime) -> str:
    day = date.fromisoformat(wishes["on"]) if "on" in wishes else local_day(now)
    if day > days[-1]:
        return f"现在只能约到{days[-1].month}月{days[-1].day}日。"
    if CLOCK in wishes and instant(day, time.fromisoformat(wishes[CLOCK])) <= now:
        return "今天这个时间已经过了。"
    return "" if UNSURE in wishes else "这个时间没有人来。"


def _days(offer: Offer, now: datetime) -> list[date]:
    """List the days with an hour that may still be wished for."""
    ahead, today = days_ahead(offer.terms, by_window=offer.row.by_window), local_day(now)
    days = [today + timedelta(days=each) for each in range(ahead + 1)] if ahead else []
    return [day for day in days if _hours(offer.terms, day, now)]


def _wished_day(wishes: Values, days: Sequence[date], terms: CareTerms, now: datetime) -> date | None:
    """Find the day a sentence meant, if its hour can be had then; an hour alone is today's."""
    if "on" not in wishes and (UNSURE in wishes or not {CLOCK, "half"} & wishes.keys()):
        return None
    day = date.fromisoformat(wishes["on"]) if "on" in wishes else local_day(now)
    hours = _hours(terms, day, now) if day in days else []
    first, end = HALVES.get(wishes.get("half", ""), (0, 24))
    fits = any(first <= shanghai(at).hour < end for at in hours)
    return day if fits and (CLOCK not in wishes or _clock(wishes, day, terms, now)) else None


def _clock(wishes: Values, day: date, terms: CareTerms, now: datetime) -> datetime | None:
    """Read the hour said as an instant of a day, if it may be wished for."""
    if CLOCK not in wishes:
        return None
    at = instant(day, time.fromisoformat(wishes[CLOCK]))
    return at if at > now and is_served(terms, at) else None


def _hours(terms: CareTerms, day: date, now: datetime) -> list[datetime]:
    """List the hours and half hours of a day that may be wished for: none sooner than help at once comes."""
    soonest = now + timedelta(minutes=terms.promise_minutes)
    first = instant(day, time(terms.first_hour))
    count = timedelta(hours=terms.last_hour - terms.first_hour) // STEP
    every = [first + each * STEP for each in range(count + 1)]
    return [at for at in every if at >= soonest]


async def ask_half(asking: Asking, values: Values) -> Asked:
    """Ask for the part of the day; the one that was said is not asked, nor the only one left."""
    offer, day = await offer_of(asking, values), chosen_day(values)
    clock = _clock(asking.wishes, day, offer.terms, asking.now)
    hours = [*_hours(offer.terms, day, asking.now), *([clock] if clock else [])]
    left = [half for half in HALVES if any(half_of(at) == half for at in hours)]
    said = half_of(clock) if clock else asking.wishes.get("half", "")
    left.sort(key=lambda half: half != said)
    options = [Option(value=half, label=HALF_WORDS[half]) for half in left]
    return Asked(
        title="上午还是下午?", options=options, obvious=len(left) == 1 or said in left, calls=not left
    )


async def ask_hour(asking: Asking, values: Values) -> Asked:
    """Ask for the hour: whole hours first, half hours behind; the one that was said is taken."""
    offer, day = await offer_of(asking, values), chosen_day(values)
    hours = [at for at in _hours(offer.terms, day, asking.now) if half_of(at) == values["half"]]
    hours.sort(key=lambda at: (at.minute != 0, at))
    clock = _clock(asking.wishes, day, offer.terms, asking.now)
    said = [clock] if clock is not None and half_of(clock) == values["half"] else []
    every = dict.fromkeys([*said, *hours])
    options = [Option(value=f"{shanghai(at):%H:%M}", label=spoken_time(at)) for at in every]
    return Asked(title="几点来?", options=options, display=WILL_RING, obvious=bool(said), calls=not options)


def half_of(at: datetime) -> str:
    """Name the part of the day of an instant."""
    return next(half for half, (first, end) in HALVES.items() if first <= shanghai(at).hour < end)


def is_later(values: Values) -> bool:
    """Tell whether a later day was chosen."""
    return values.get("soon", NOW).startswith(DAY)


def unkept(values: Values) -> str:
    """Read the time that was said where somebody is to come now all the same."""
    soon = values.get("soon", NOW)
    return "" if soon.startswith(DAY) else soon.partition("~")[2]


def chosen_day(values: Values) -> date:
    """Read the later day that was chosen."""
    return date.fromisoformat(values["soon"].removeprefix(DAY))


def wished_at(values: Values) -> datetime | None:
    """Read the later hour that was chosen; none where somebody is to come now."""
    if not is_later(values) or "hour" not in values:
        return None
    return instant(chosen_day(values), time.fromisoformat(values["hour"]))


def wish_lines(at: datetime, now: datetime) -> list[str]:
    """Say a later hour back, and that it is to be agreed by phone."""
    return [f"希望{spoken_when(at, now)}来", WILL_RING]


def coming_lines(view: RequestView, now: datetime) -> list[str]:
    """Say when somebody comes and who; a wished hour is not promised before it was agreed."""
    row = view.row
    if awaits_call(row.state, row.wished_at, row.agreed_at):
        return wish_lines(row.promised_at, now)
    who = f"{view.carer_name}来。" if view.carer_name else "正在找人。"
    by = "来。" if row.wished_at is not None else "前到。"
    return [f"{heard_when(row.promised_at, now)}{by}", who]


def said_time(wishes: Values, now: datetime) -> str:
    """Say the day and the time that a sentence named, as far as it did: 「明天上午」."""
    day = NEAR.get((date.fromisoformat(wishes["on"]) - local_day(now)).days, "") if "on" in wishes else ""
    if "on" in wishes and not day:
        wished = date.fromisoformat(wishes["on"])
        day = f"{wished.month}月{wished.day}日"
    when = day + (wishes.get("at") or HALF_WORDS.get(wishes.get("half", ""), ""))
    return when or ("别的时间" if UNSURE in wishes else "")


def in_time(wishes: Values, now: datetime, minutes: int) -> bool:
    """Tell whether help within these minutes comes when it was wanted: today, by the hour, in that half."""
    if UNSURE in wishes or wishes.get("on", str(local_day(now))) != str(local_day(now)):
        return False
    if CLOCK in wishes:
        wanted = instant(local_day(now), time.fromisoformat(wishes[CLOCK]))
        return now <= wanted <= now + timedelta(minutes=minutes)
    first, end = HALVES.get(wishes.get("half", ""), (0, 24))
    return first <= shanghai(now).hour < end


def soon_words(minutes: int) -> str:
    """Say within how long somebody comes."""
    return f"{minutes}分钟" if minutes <= HOUR else f"{-(-minutes // HOUR)}小时"
