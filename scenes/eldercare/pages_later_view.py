"""A later hour as the pages of care show it: what can be chosen, how a wish stands, and the desk's form."""

from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec

from scenes.common.kit.clock import instant, local_day, shanghai
from scenes.common.kit.speech import spoken_day, spoken_time, spoken_when
from scenes.eldercare.errors import HourNotServed
from scenes.eldercare.rules.care import CareTerms, terms_of
from scenes.eldercare.rules.later import awaits_call, days_ahead
from scenes.eldercare.service.catalogue import Offer
from scenes.eldercare.service.desk import DeskItem
from scenes.eldercare.states import EDGES
from scenes.eldercare.tables.requests import CareRequestRow

STEP: Final = timedelta(minutes=30)


class Picked(msgspec.Struct, frozen=True):
    """One of several to choose from a list."""

    id: str
    label: str
    chosen: bool


class LaterView(msgspec.Struct, frozen=True, kw_only=True):
    """The days and hours at which help may be wished for; no days where it is at once only."""

    days: list[Picked]
    hours: list[Picked]


class AgreeView(msgspec.Struct, frozen=True, kw_only=True):
    """The desk's form for the hour agreed on the phone, with what was wished for filled in."""

    day: str
    earliest: str
    latest: str
    hour: str


def later_view(offer: Offer, *, day: str, hour: str, now: datetime) -> LaterView:
    """List what may be wished for; what was chosen before stays chosen."""
    ahead = days_ahead(offer.terms, by_window=offer.row.by_window)
    today = local_day(now)
    days = [today + timedelta(days=each) for each in range(ahead + 1)] if ahead else []
    return LaterView(
        days=[Picked(str(each), spoken_day(each, today), str(each) == day) for each in days],
        hours=[Picked(f"{at:%H:%M}", spoken_time(at), f"{at:%H:%M}" == hour) for at in served(offer.terms)],
    )


def served(terms: CareTerms) -> list[datetime]:
    """List the hours and half hours of any day at which somebody comes, on Shanghai's clock."""
    day = date(2026, 1, 1)
    first, last = (shanghai(instant(day, time(each))) for each in (terms.first_hour, terms.last_hour))
    return [first + step * STEP for step in range((last - first) // STEP + 1)]


def wished_at(day: str, hour: str) -> datetime | None:
    """Read a day and an hour from a form; none without a day (HourNotServed for nonsense)."""
    if not day:
        return None
    try:
        return instant(date.fromisoformat(day), time.fromisoformat(hour))
    except ValueError:
        raise HourNotServed("请选好哪一天、几点。") from None


def time_facts(row: CareRequestRow, now: datetime) -> list[tuple[str, str]]:
    """Say to the person when somebody comes, or is wished for."""
    said = spoken_when(row.promised_at, now)
    if awaits_call(row.state, row.wished_at, row.agreed_at):
        return [("希望", said)]
    return [("时间", said)]


def desk_time_facts(row: CareRequestRow, now: datetime) -> list[tuple[str, str]]:
    """Say to the desk which hour was promised, wished for, or agreed on the phone."""
    said = spoken_when(row.promised_at, now)
    if row.wished_at is None:
        return [("答应的时间", said)]
    wished = ("希望的时间", spoken_when(row.wished_at, now))
    if row.agreed_at is None:
        return [wished, ("要做的", "打电话,把时间说好")] if row.state == "requested" else [wished]
    return [wished, ("说好的时间", said)]


def when_words(row: CareRequestRow, now: datetime) -> str:
    """Say in a list when somebody comes, or what was wished for."""
    wish = awaits_call(row.state, row.wished_at, row.agreed_at)
    return f"{'希望 ' if wish else ''}{spoken_when(row.promised_at, now)}"


def wish_words(item: DeskItem, now: datetime) -> str:
    """Say in the desk's list for which later hour something is; empty where it is for now."""
    if item.wished_at is None:
        return ""
    return f"{'' if item.agreed else '希望 '}{spoken_when(item.wished_at, now)}"


def agree_view(row: CareRequestRow, now: datetime) -> AgreeView | None:
    """Make the desk's form, with the hour that stands now; none where no later hour can be agreed."""
    if row.wished_at is None or (row.state, "agree") not in EDGES:
        return None
    at, terms = shanghai(row.promised_at), terms_of(row.terms)
    latest = local_day(now) + timedelta(days=terms.later_days)
    return AgreeView(day=str(at.date()), earliest=str(local_day(now)), latest=str(latest), hour=f"{at:%H:%M}")
