"""What the list of stations says: where to charge, the best one on its own."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

import msgspec

from scenes.charging.pages_station_view import counts_mark
from scenes.charging.service.guidance import Advice
from scenes.common.places.pages_view import PlaceLine

ARRIVALS: Final = ((None, "现在去"), (30, "半小时后"), (60, "1 小时后"), (120, "2 小时后"))
FILTERS: Final = ((None, "都看"), (4, "快充"), (3, "慢充"))


class StationsView(msgspec.Struct, frozen=True, kw_only=True):
    """Where to charge; `arrivals` and `kinds` are (words, address, chosen)."""

    origin: str
    arrivals: list[tuple[str, str, bool]]
    kinds: list[tuple[str, str, bool]]
    best: PlaceLine | None
    best_reason: str
    lines: list[PlaceLine]


def stations_view(
    advices: Sequence[Advice], *, origin: str, arrive_in: int | None, kind: int | None
) -> StationsView:
    """Show stations in the order they are advised, the best one on its own."""
    best = advices[0] if advices else None
    return StationsView(
        origin=origin,
        arrivals=[(words, _address(minutes, kind), minutes == arrive_in) for minutes, words in ARRIVALS],
        kinds=[(words, _address(arrive_in, each), each == kind) for each, words in FILTERS],
        best=line_of(best) if best else None,
        best_reason=best.reason.display if best else "",
        lines=[line_of(advice) for advice in advices[1:]],
    )


def line_of(advice: Advice) -> PlaceLine:
    """Show a station in a list; the way stands before it, so the reason is said without."""
    place, walk = advice.near.place, advice.near.walk_minutes
    clauses = advice.reason.display.split(",")
    other = advice.alternative
    return PlaceLine(
        href=f"/charging/{place.id}",
        minutes=str(walk) if walk is not None else "",
        name=place.name,
        about=[
            *(clauses[1:] if walk is not None else clauses),
            *([f"可去{other.near.place.name}"] if other else []),
        ],
        mark=counts_mark(advice.ranked.candidate.counts),
    )


def _address(arrive_in: int | None, kind: int | None) -> str:
    asked = {"in": arrive_in, "kind": kind}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"/charging?{query}" if query else "/charging"
