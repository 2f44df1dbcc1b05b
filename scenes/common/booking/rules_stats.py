"""Figures about bookings that give nobody away: small counts are not told (k-anonymity, k = 5)."""

from datetime import date, timedelta
from typing import Final, Literal

from scenes.common.kit.refusals import Invalid

FEWEST: Final = 5
MOST_DAYS: Final = 92
Told = int | Literal["<5"]
"""A count, or that it is too small to be told; none is told as 0."""


def told(count: int) -> Told:
    """Tell a count unless it is so small that it could point at somebody."""
    return count if count == 0 or count >= FEWEST else "<5"


def percent(part: int, whole: int) -> int | None:
    """Return a share in whole percent; none where a part or the rest is too small to be told."""
    if whole < FEWEST or 0 < part < FEWEST or 0 < whole - part < FEWEST:
        return None
    return round(part * 100 / whole)


def quantile(minutes: int | None, percent: int, *, of: int) -> int | None:
    """Tell a quantile of `of` waits; none unless FEWEST people lie on each side of it.

    The longest wait but one of ten people is one person's; of fifty, five waited that long.
    """
    return minutes if min(of * percent, of * (100 - percent)) >= FEWEST * 100 else None


def checked_span(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """Return the days asked for, at most MOST_DAYS; the last week unless told otherwise (Invalid)."""
    last = until or today
    first = since or last - timedelta(days=6)
    if first > last or (last - first).days >= MOST_DAYS:
        raise Invalid(f"日期要从早到晚,最多 {MOST_DAYS} 天。", errors=(("since", "日期不对"),))
    return first, last
