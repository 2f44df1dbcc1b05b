"""The bill of a charge: lines of integer fen that add up to the total, whatever the meter did.

Each component of each period is rounded by itself, half a fen away from zero: 2.25 kWh at 0.1234 yuan are
0.28 yuan, at 0.5 they are 1.13, together 1.41 (reference: rounding once would give 1.40).
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Literal, Self

import msgspec

from scenes.charging.rules.rule import IdleFee
from scenes.charging.rules.tariff import Piece, Tariff, cut

FEN: Final = Decimal(100)
WATT_HOURS: Final = Decimal(1000)
MINUTE: Final = timedelta(minutes=1)
TICK: Final = timedelta(microseconds=1)

LineKind = Literal["electricity", "service", "idle"]


class Reading(msgspec.Struct, frozen=True):
    """Watt-hours since the start at an instant."""

    at: datetime
    energy_wh: int


class BillLine(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One component of one period. `price` is yuan a kilowatt-hour as text, or for standing yuan a minute."""

    kind: LineKind
    starts_at: datetime
    ends_at: datetime
    energy_wh: int = 0
    minutes: int = 0
    price: str = ""
    fen: int


class Bill(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a charge costs; the lines add up to the total. `capped_fen` is what the deposit did not cover."""

    lines: tuple[BillLine, ...]
    energy_wh: int
    energy_fen: int
    idle_fen: int
    total_fen: int
    capped_fen: int = 0

    def plain(self) -> dict[str, Any]:
        """Write the bill down as JSON."""
        return msgspec.to_builtins(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """Read a bill back."""
        return msgspec.convert(plain, cls, strict=False)


def fen_of(energy_wh: int, price: Decimal) -> int:
    """Return what energy costs at a price a kilowatt-hour, half a fen rounded away from zero."""
    return int((Decimal(energy_wh) * price * FEN / WATT_HOURS).quantize(Decimal(1), ROUND_HALF_UP))


def energy_at(at: datetime, readings: Sequence[Reading]) -> int:
    """Return the meter at an instant: linear between readings, whole watt-hours, flat outside of them."""
    index = bisect_right(readings, at, key=lambda reading: reading.at)
    if index == 0:
        return readings[0].energy_wh if readings else 0
    before = readings[index - 1]
    if index == len(readings):
        return before.energy_wh
    later = readings[index]
    grown = later.energy_wh - before.energy_wh
    return before.energy_wh + grown * ((at - before.at) // TICK) // ((later.at - before.at) // TICK)


def energy_lines(
    starts_at: datetime, ends_at: datetime, readings: Sequence[Reading], *, tariff: Tariff
) -> list[BillLine]:
    """Itemise the energy by period, electricity and service apart; no watt-hour is lost between periods.

    The first piece begins at zero and the last ends at the last reading, so that they add up to the meter.
    """
    total = readings[-1].energy_wh if readings else 0
    pieces = cut(starts_at, max(ends_at, starts_at + timedelta(seconds=1)), tariff) if total else []
    lines: list[BillLine] = []
    counted = 0
    for number, piece in enumerate(pieces, start=1):
        upto = total if number == len(pieces) else energy_at(piece.ends_at, readings)
        energy, counted = upto - counted, upto
        if energy:
            lines += _both(msgspec.structs.replace(piece, ends_at=min(piece.ends_at, ends_at)), energy)
    return lines


def _both(piece: Piece, energy_wh: int) -> list[BillLine]:
    """Price the energy of one piece twice: electricity and service are rounded by themselves."""
    components: tuple[tuple[LineKind, Decimal], ...] = (
        ("electricity", piece.band.elec_price),
        ("service", piece.band.service_price),
    )
    return [
        BillLine(
            kind=kind, starts_at=piece.starts_at, ends_at=piece.ends_at, energy_wh=energy_wh,
            price=str(price), fen=fen_of(energy_wh, price),
        )
        for kind, price in components
    ]  # fmt: skip


class Standing(msgspec.Struct, frozen=True):
    """How long a car stood after its charge; `full_from` is since when no other connector was free."""

    ended_at: datetime
    left_at: datetime
    full_from: datetime | None = None


def idle_lines(standing: Standing, fee: IdleFee) -> list[BillLine]:
    """Itemise standing beyond the free minutes: begun minutes are free, the full-site rate where it was full.

    Never more than the cap, which the later line feels first.
    """
    if not fee.charged:
        return []
    begins = standing.ended_at + timedelta(minutes=fee.free_minutes)
    full_from = max(begins, standing.full_from) if standing.full_from is not None else standing.left_at
    full_from = max(begins, min(full_from, standing.left_at))
    left, lines = fee.max_fee_fen, list[BillLine]()
    stretches = (
        (begins, full_from, fee.fee_fen_per_minute),
        (full_from, standing.left_at, max(fee.full_fee_fen_per_minute, fee.fee_fen_per_minute)),
    )
    for starts_at, ends_at, rate in stretches:
        minutes = max(0, (ends_at - starts_at) // MINUTE)
        fen = min(left, minutes * rate)
        if fen:
            left -= fen
            lines.append(
                BillLine(
                    kind="idle", starts_at=starts_at, ends_at=ends_at, minutes=minutes,
                    price=str(Decimal(rate) / FEN), fen=fen,
                )
            )  # fmt: skip
    return lines


def idle_is_known(ended_at: datetime, fee: IdleFee, *, left_at: datetime | None, now: datetime) -> bool:
    """Tell whether more standing could still cost more: not once the car left or the cap is reached."""
    if not fee.charged or left_at is not None:
        return True
    rate = fee.fee_fen_per_minute or fee.full_fee_fen_per_minute
    capped_after = timedelta(minutes=fee.free_minutes + -(-fee.max_fee_fen // rate))
    return now >= ended_at + capped_after


def bill_of(energy: Sequence[BillLine], idle: Sequence[BillLine], *, authorised_fen: int) -> Bill:
    """Add the lines up; what exceeds the deposit is shown and not charged."""
    energy_fen, idle_fen = sum(line.fen for line in energy), sum(line.fen for line in idle)
    gross = energy_fen + idle_fen
    return Bill(
        lines=(*energy, *idle),
        energy_wh=sum(line.energy_wh for line in energy if line.kind == "electricity"),
        energy_fen=energy_fen,
        idle_fen=idle_fen,
        total_fen=min(gross, authorised_fen),
        capped_fen=max(0, gross - authorised_fen),
    )
