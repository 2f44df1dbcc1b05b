"""Where to charge: stations ranked by the way, the waiting and the price at the time of arrival.

All three are brought to one unit, minutes on foot, by the district's weights (`GuidanceWeights`): the way
counts its minutes, waiting counts more than walking, and a dearer kilowatt-hour counts for each fen above
the cheapest station's. The lowest sum comes first. A station that nobody has heard of lately comes after
all that are known, a closed or broken one last.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal
from uuid import UUID

import msgspec

from scenes.charging.rules.forecast import Forecast
from scenes.charging.rules.rule import GuidanceWeights
from scenes.charging.rules.status import Counts
from scenes.charging.rules.tariff import Band
from scenes.common.kit.money import DIGITS, FEN_PER_YUAN, spoken_number, spoken_yuan

Standing = Literal["usable", "unknown", "unusable"]
BandKind = Literal["valley", "flat", "peak", "single"]

_ORDER: Final[dict[Standing, int]] = {"usable": 0, "unknown": 1, "unusable": 2}
_NEVER: Final = 24 * 60.0
"""Minutes of waiting where no connector works."""

_BAND_WORDS: Final[dict[BandKind, str]] = {"valley": "谷电", "flat": "平电", "peak": "峰电", "single": "电价"}
_PAIR: Final = 2


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A station as guidance sees it; minutes on foot, fen a kilowatt-hour at arrival (none: no price).

    `wait_minutes` is how long a full station lets one wait; none where nothing works.
    """

    station_id: UUID
    walk_minutes: int | None
    counts: Counts
    forecast: Forecast
    wait_minutes: float | None
    price_fen: int | None
    open_now: bool = True


class Ranked(msgspec.Struct, frozen=True):
    """A candidate with what the ranking found."""

    candidate: Candidate
    standing: Standing
    waiting: float
    score: float


def standing_of(candidate: Candidate) -> Standing:
    """Tell whether one could charge there at all, as far as is known."""
    counts = candidate.counts
    if not candidate.open_now or counts.working + counts.unknown == 0:
        return "unusable"
    return "usable" if counts.working else "unknown"


def waiting_minutes(candidate: Candidate) -> float:
    """Return the minutes one has to expect to wait: the chance to find none free, times the wait then."""
    if candidate.wait_minutes is None:
        return _NEVER
    return (1 - candidate.forecast.p) * candidate.wait_minutes


def rank(candidates: Sequence[Candidate], weights: GuidanceWeights) -> list[Ranked]:
    """Put stations in the order in which they are advised; equal ones in the order of their ids."""
    prices = [c.price_fen for c in candidates if c.price_fen is not None]
    cheapest, dearest = min(prices, default=0), max(prices, default=0)
    ranked = [_ranked(each, weights, cheapest=cheapest, dearest=dearest) for each in candidates]
    return sorted(ranked, key=lambda r: (_ORDER[r.standing], r.score, r.candidate.station_id))


def alternative_for(full: Ranked, ranked: Sequence[Ranked]) -> Ranked | None:
    """Return the best other station that has a free connector now, for one that has none."""
    if full.standing == "usable" and full.candidate.counts.free:
        return None
    return next(
        (r for r in ranked if r.standing == "usable" and r.candidate.counts.free and r is not full), None
    )


def _ranked(candidate: Candidate, weights: GuidanceWeights, *, cheapest: int, dearest: int) -> Ranked:
    waiting = waiting_minutes(candidate)
    price = dearest if candidate.price_fen is None else candidate.price_fen
    score = (
        weights.walk * (candidate.walk_minutes or 0)
        + weights.wait * waiting
        + weights.price * (price - cheapest)
    )
    return Ranked(candidate, standing_of(candidate), waiting, round(score, 6))


def fen_of(price: Decimal) -> int:
    """Write yuan a kilowatt-hour as whole fen, half up: for showing, never for billing."""
    return int((price * FEN_PER_YUAN).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def band_kind(band: Band, bands: Sequence[Band]) -> BandKind:
    """Name a band within its day: the cheapest is the valley, the dearest the peak."""
    prices = sorted({each.price for each in bands})
    if len(prices) == 1:
        return "single"
    if band.price == prices[0]:
        return "valley"
    return "peak" if band.price == prices[-1] else "flat"


class Reason(msgspec.Struct, frozen=True):
    """Why a station is advised, for the eye and for the ear."""

    display: str
    speak: str


def reason_of(ranked: Ranked, kind: BandKind, *, arrive_in: int | None = None) -> Reason:
    """Say the way, what is free and the price: 「走路6分钟,现在空3个,谷电每度0.8元」."""
    return Reason(
        display=",".join(_clauses(ranked, kind, arrive_in, spoken=False)),
        speak=",".join(_clauses(ranked, kind, arrive_in, spoken=True)),
    )


def _clauses(ranked: Ranked, kind: BandKind, arrive_in: int | None, *, spoken: bool) -> list[str]:
    candidate = ranked.candidate
    clauses: list[str] = []
    if candidate.walk_minutes is not None:
        clauses.append(f"走路{_number(candidate.walk_minutes, spoken=spoken)}分钟")
    clauses += _standing_clauses(ranked, arrive_in, spoken=spoken)
    if candidate.price_fen is not None:
        clauses.append(f"{_BAND_WORDS[kind]}每度{_yuan(candidate.price_fen, spoken=spoken)}")
    return clauses


def _standing_clauses(ranked: Ranked, arrive_in: int | None, *, spoken: bool) -> list[str]:
    candidate, counts = ranked.candidate, ranked.candidate.counts
    if not candidate.open_now:
        return ["现在没开门"]
    if ranked.standing == "unusable":
        return ["桩都坏了,先别去"]
    if ranked.standing == "unknown":
        return ["有没有空还不知道"]
    now = f"现在空{_number(counts.free, spoken=spoken)}个" if counts.free else "现在满了"
    if arrive_in:
        return [now, f"到时大约空{_number(round(candidate.forecast.expected), spoken=spoken)}个"]
    if counts.free or candidate.wait_minutes is None:
        return [now]
    return [now, f"大约等{_number(max(1, round(candidate.wait_minutes)), spoken=spoken)}分钟"]


def _number(number: int, *, spoken: bool) -> str:
    if not spoken:
        return str(number)
    return "两" if number == _PAIR else spoken_number(number) if number else DIGITS[0]


def _yuan(fen: int, *, spoken: bool) -> str:
    if spoken:
        return spoken_yuan(fen)
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    fraction = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{yuan}{fraction}元"
