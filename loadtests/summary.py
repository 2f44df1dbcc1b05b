"""Adds a run up: latency by call, refusals, the shape that was really played, and what broke its budget."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from loadtests.check import TAKING, Facts
from loadtests.record import CLAIMS, Call

BUSY: Final = 503
ON_PURPOSE: Final = frozenset({"NetworkLostError", "RunEnded"})
"""Errors of a request whose network was lost because the visit was drawn so, or under which the run ended."""


class Latency(msgspec.Struct, frozen=True):
    """One call's answers: how many, and the milliseconds within which a share of them came."""

    call: str
    count: int
    p50: float
    p95: float
    p99: float


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A run in figures."""

    latencies: tuple[Latency, ...]
    answers: Mapping[str, int]
    busy: float
    unanswered: float
    late_p99_ms: float
    sold: int
    numbers: int
    busiest_second: int
    most_claims: int


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value that a share of the ordered values does not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def summary(calls: Sequence[Call], facts: Facts) -> Summary:
    """Add a run up."""
    unanswered = sum(call.status == 0 and call.error not in ON_PURPOSE for call in calls)
    return Summary(
        latencies=tuple(_latencies(calls)),
        answers=dict(sorted(Counter(_answer(call) for call in calls).items())),
        busy=sum(call.status == BUSY for call in calls) / max(1, len(calls)),
        unanswered=unanswered / max(1, len(calls)),
        late_p99_ms=1000 * quantile(sorted(call.late for call in calls if call.late > 0), 0.99),
        sold=sum(booking.units for booking in facts.bookings if booking.state in TAKING and booking.takes),
        numbers=sum(window.capacity for window in facts.windows),
        busiest_second=max(Counter(int(call.at) for call in calls).values(), default=0),
        most_claims=max(Counter(int(call.at) for call in calls if call.call in CLAIMS).values(), default=0),
    )


def _latencies(calls: Iterable[Call]) -> Iterable[Latency]:
    times: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        if call.status:
            times[call.call].append(call.ms)
    for call, several in sorted(times.items(), key=lambda item: -len(item[1])):
        ordered = sorted(several)
        yield Latency(call, len(ordered), *(quantile(ordered, share) for share in (0.50, 0.95, 0.99)))


def _answer(call: Call) -> str:
    what = f"{call.status} {call.code}".rstrip() if call.status else "no answer"
    return f"{call.call}: {what}{' (again)' if call.replayed else ''}"


def over_budget(seen: Summary, budget: Mapping[str, Any]) -> list[str]:
    """Name every budget that a run broke."""
    latencies = {latency.call: latency for latency in seen.latencies}
    over = [
        f"budget: {call} {rank} {getattr(latencies[call], rank):.0f} ms > {limit} ms"
        for call, limits in budget["latency_ms"].items()
        for rank, limit in limits.items()
        if call in latencies and getattr(latencies[call], rank) > limit
    ]
    for name, value in (("busy", seen.busy), ("unanswered", seen.unanswered)):
        if value > budget["shares"][name]:
            over.append(f"budget: {value:.1%} {name} > {budget['shares'][name]:.1%}")
    if seen.late_p99_ms > budget["generator"]["late_p99_ms"]:
        over.append(f"generator too slow: visitors {seen.late_p99_ms:.0f} ms late (p99); play fewer")
    if seen.sold < budget["sold"]["least"] * seen.numbers:
        over.append(f"budget: only {seen.sold} of {seen.numbers} units taken")
    return over


def lines_of(seen: Summary) -> list[str]:
    """Write a run down for the terminal."""
    table = [f"{'call':<24}{'answers':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}"]
    table += [f"{x.call:<24}{x.count:>9}{x.p50:>9.0f}{x.p95:>9.0f}{x.p99:>9.0f}" for x in seen.latencies]
    answers = [f"{number:>9} × {answer}" for answer, number in seen.answers.items()]
    return [
        *table,
        "",
        *answers,
        "",
        f"{seen.sold} of {seen.numbers} units taken",
        f"busiest second: {seen.busiest_second} calls; {seen.most_claims} claims in theirs",
        f"told to come again: {seen.busy:.2%}; unanswered, lost networks aside: {seen.unanswered:.2%}",
        f"visitors later than they meant to be, p99: {seen.late_p99_ms:.0f} ms",
    ]
