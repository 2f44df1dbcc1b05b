"""What a sandbox session has drawn and what that costs: a function of its times, so that no kill harms it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import msgspec

from scenes.charging.sandbox.books import Session
from scenes.charging.sandbox.spec import PriceSpec, fen_of, price_at
from scenes.common.kit.clock import SHANGHAI, instant

STARTING, CHARGING, STOPPING, ENDED = 1, 2, 3, 4


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What was drawn within one price period."""

    since: datetime
    until: datetime
    price: PriceSpec
    energy_wh: int
    elec_fen: int
    service_fen: int


def state_of(session: Session, now: datetime) -> int:
    """Return StartChargeSeqStat."""
    if session.ended_at is not None:
        return ENDED
    if now < session.begins_at:
        return STARTING
    return STOPPING if session.stop_at is not None else CHARGING


def full_at(session: Session) -> datetime:
    """Return when the battery will have what it wants."""
    return session.begins_at + timedelta(hours=session.wanted_wh / session.power_w)


def drawn(session: Session, at: datetime) -> int:
    """Return the watt-hours drawn until an instant; never less later, never more than the battery wants."""
    if session.fails:
        return 0
    until = min(at, session.ended_at or at)
    seconds = max((until - session.begins_at) / timedelta(seconds=1), 0.0)
    return min(int(session.power_w * seconds / 3600), session.wanted_wh)


def parts(session: Session, at: datetime, prices: Sequence[PriceSpec]) -> list[Part]:
    """Split what was drawn by price periods; the energies add up to the whole."""
    until = min(at, session.ended_at or at)
    edges = [session.begins_at, *_changes(session.begins_at, until, prices), until]
    found: list[Part] = []
    for since, to in pairwise(edges):
        energy = drawn(session, to) - drawn(session, since)
        price = price_at(prices, since.astimezone(SHANGHAI))
        if to > since:
            found.append(
                Part(
                    since=since,
                    until=to,
                    price=price,
                    energy_wh=energy,
                    elec_fen=fen_of(energy, price.elec_price),
                    service_fen=fen_of(energy, price.service_price),
                )
            )
    return found


def _changes(since: datetime, until: datetime, prices: Sequence[PriceSpec]) -> list[datetime]:
    """List the instants between two at which the price changes."""
    day, last = since.astimezone(SHANGHAI).date(), until.astimezone(SHANGHAI).date()
    found: list[datetime] = []
    while day <= last:
        found += [instant(day, each.at()) for each in prices]
        day += timedelta(days=1)
    return [each for each in found if since < each < until]


def total_fen(found: Sequence[Part]) -> int:
    """Add the parts up."""
    return sum(each.elec_fen + each.service_fen for each in found)


def kwh(watt_hours: int) -> Decimal:
    """Return kilowatt-hours with three decimals."""
    return Decimal(watt_hours) / 1000


def yuan(fen: int) -> Decimal:
    """Return yuan with two decimals."""
    return Decimal(fen) / 100
