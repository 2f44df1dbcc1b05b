"""What a kilowatt-hour costs at which hour, and how a charge is cut where the price changes.

Prices are Decimal yuan a kilowatt-hour with four decimals; hours are Shanghai's.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final, Self

import msgspec

from scenes.charging.errors import TariffInvalid, TariffMissing
from scenes.charging.rules.messages import PricePeriod
from scenes.charging.rules.rule import IdleFee
from scenes.common.kit.clock import SHANGHAI, instant, local_day

MIDNIGHT: Final = time(0)
MOST_PERIODS: Final = 32
"""T/CEC 102: SumPeriod is 0 to 32."""

MOST_PRICE: Final = Decimal(100)


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """A price from a time of day until another; an end of 00:00 is the end of the day.

    An end at or before the start wraps over midnight. Of several bands that cover an hour the first counts.
    """

    start: time
    end: time
    elec_price: Decimal
    service_price: Decimal

    def covers(self, at: time) -> bool:
        """Tell whether a time of day lies in the band."""
        if self.end == MIDNIGHT:
            return at >= self.start
        if self.end <= self.start:
            return at >= self.start or at < self.end
        return self.start <= at < self.end

    @property
    def price(self) -> Decimal:
        """Both prices together."""
        return self.elec_price + self.service_price


class Tariff(msgspec.Struct, frozen=True, kw_only=True):
    """The snapshot a session is billed by: bands in their order of precedence, and the idle fee."""

    bands: tuple[Band, ...]
    idle_fee: IdleFee = IdleFee()

    def band_at(self, at: datetime) -> Band:
        """Return the band of an instant (TariffMissing when no band covers it)."""
        wall = at.astimezone(SHANGHAI).time()
        for band in self.bands:
            if band.covers(wall):
                return band
        raise TariffMissing

    def plain(self) -> dict[str, Any]:
        """Write the snapshot down as JSON; prices stay text, so that no binary fraction touches them."""
        return msgspec.to_builtins(self, str_keys=True)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """Read a snapshot back."""
        return msgspec.convert(plain, cls, strict=False)


class Piece(msgspec.Struct, frozen=True):
    """A stretch of time under one band."""

    starts_at: datetime
    ends_at: datetime
    band: Band


def bands_of(periods: Sequence[PricePeriod]) -> tuple[Band, ...]:
    """Make bands of periods that each run to the next start, the last one to the first, over midnight.

    T/CEC 102 lets the last run to midnight; where the first starts later, the last covers the gap.
    """
    check_periods(periods)
    ordered = sorted(periods, key=lambda period: period.start)
    ends = [period.start for period in ordered[1:]] + [ordered[0].start]
    return tuple(
        Band(start=p.start, end=end, elec_price=p.elec_price, service_price=p.service_price)
        for p, end in zip(ordered, ends, strict=True)
    )


def check_periods(periods: Sequence[PricePeriod]) -> None:
    """Refuse no period, too many, equal starts, and prices out of range (TariffInvalid)."""
    starts = {period.start for period in periods}
    prices = [price for period in periods for price in (period.elec_price, period.service_price)]
    if not 0 < len(periods) <= MOST_PERIODS or len(starts) != len(periods):
        raise TariffInvalid
    if any(not (price.is_finite() and 0 <= price < MOST_PRICE) for price in prices):
        raise TariffInvalid


def periods_of(stored: Sequence[Mapping[str, str]]) -> tuple[PricePeriod, ...]:
    """Read the periods of a tariff's row (TariffInvalid)."""
    try:
        return tuple(
            PricePeriod(
                start=time.fromisoformat(each["start"]),
                elec_price=Decimal(each["elecPrice"]),
                service_price=Decimal(each["servicePrice"]),
            )
            for each in stored
        )
    except (KeyError, ValueError, InvalidOperation) as wrong:
        raise TariffInvalid from wrong


def cut(starts_at: datetime, ends_at: datetime, tariff: Tariff) -> list[Piece]:
    """Cut a stretch of time wherever the price may change; the pieces join without gap or overlap."""
    edges = {band.start for band in tariff.bands} | {band.end for band in tariff.bands} | {MIDNIGHT}
    instants = sorted(
        {starts_at, ends_at}
        | {
            at
            for day in _days(starts_at, ends_at)
            for edge in edges
            if starts_at < (at := instant(day, edge)) < ends_at
        }
    )
    pieces: list[Piece] = []
    for begin, end in pairwise(instants):
        band = tariff.band_at(begin)
        if pieces and pieces[-1].band == band:
            begin = pieces.pop().starts_at  # noqa: PLW2901 - one piece, however many edges lie within
        pieces.append(Piece(begin, end, band))
    return pieces


def _days(starts_at: datetime, ends_at: datetime) -> list[date]:
    first, last = local_day(starts_at), local_day(ends_at)
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
