"""The look-up of what is near alone, in this process: microseconds for a question never asked before.

`python -m bench.near` needs no server and no database. It tells whether a change of the look-up helps; what
counts is the ratio of `make bench`, where the rest of a request is in as well.
"""

import sys
import time
from random import Random

from bench.walks import HOURS, PLACES, SCENES, near_paths
from scenes.common.kit.database import Database
from scenes.common.places import mapping
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.following import Held, held
from scenes.common.places.network import Lines, StoredNetwork
from scenes.common.places.profiles import Weights
from scenes.common.places.quick import quick_places
from scenes.common.places.reckoning import reckon
from scenes.common.places.rules import Hours, parse_weekly
from scenes.common.places.snapshot import Entry, Place, Snapshot
from scenes.common.places.survey import survey
from scenes.common.places.walks import Known, Walks
from scenes.demo.rules.chance import SEED, drawn_id, stream
from scenes.demo.rules.outlines import draw_home
from scenes.demo.rules.streets import draw_streets

AT_ONCE = 1000
"""Questions timed together; the quickest lot counts, as others use the machine too."""


class Still(PlaceDirectory):
    """A directory that holds what it is given and reads no database."""

    def __init__(self, known: Held) -> None:
        super().__init__(Database("postgresql://nobody@127.0.0.1:1/none", pool_size=1))
        self._held = known


def directory(places: int) -> Still:
    """Make up a district's places with walks at the standard pace over its streets."""
    pattern, chance = draw_streets(SEED), stream(SEED, "bench places")
    lines, _ = survey(pattern.spots, pattern.ways)
    walks = Walks(
        StoredNetwork(
            version=1, digest="bench", source="bench", synthetic=True, weights=Weights(), lines=lines
        )
    )
    made = [_place(chance, number) for number in range(places)]
    return Still(held(Snapshot(map(Entry, made), 1), walks.with_changes(_known(lines, made))))


def microseconds(known: PlaceDirectory, queries: list[bytes]) -> float:
    """Return the time an answer takes in the quickest lot."""
    answer, spent = quick_places(known), list[float]()
    for start in range(0, len(queries), AT_ONCE):
        lot = queries[start : start + AT_ONCE]
        begun = time.process_time()
        for query in lot:
            answer(query)
        spent.append((time.process_time() - begun) / len(lot))
    return min(spent) * 1e6


def _known(lines: Lines, places: list[Place]) -> list[Known]:
    graph = mapping.graphs_of(lines, Weights())["standard"]
    reaches = [(place, reckon(graph, place.lat, place.lng)) for place in places]
    return [Known(p.id, p.lat, p.lng, dict.fromkeys(mapping.PACES, reach)) for p, reach in reaches]


def _place(chance: Random, number: int) -> Place:
    home = draw_home(chance)
    return Place(
        id=drawn_id(chance, number),
        scene=SCENES[number % len(SCENES)],
        kind="bench",
        name=f"地点{number}",
        address="普陀区枫桥路2号",
        phone="021-62549000",
        lat=home.lat,
        lng=home.lng,
        subdistrict=home.area,
        step_free=number % 2 == 0,
        hours=Hours(weekly=parse_weekly(HOURS)),
        reasons={},
        hours_source="bench",
        synthetic=True,
        closed=False,
    )


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PLACES
    asked = [path.partition("?")[2].encode() for path in near_paths()]
    print(f"{count} places: {microseconds(directory(count), asked):.1f} µs a question")
