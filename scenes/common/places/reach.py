"""How far people live from each service: walking minutes from many homes to each scene's nearest place."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.graph import ticks_of
from scenes.common.places.nearness import Wanted
from scenes.common.places.profiles import TICKS_PER_MINUTE
from scenes.common.places.reckoning import REACH_MINUTES, REACH_TICKS
from scenes.common.places.walking import Pace, needs_step_free

SCENES = ("clinic", "breakfast", "charging", "eldercare")

Minutes = Mapping[str, int | None]
"""For each scene the minutes to its nearest place; none where no place is within `REACH_MINUTES`."""


def minutes_from(
    directory: PlaceDirectory, homes: Iterable[tuple[float, float]], pace: Pace, *, at: datetime
) -> Iterator[Minutes]:
    """Give, home by home (WGS-84 lat, lng), the walking minutes to the nearest place of each scene.

    Whether a place is open now does not matter. Over the streets where a network is near the home, else, and
    for places that have no walks yet, by the estimate: what `PlaceDirectory.near` answers, in less time.
    Nothing is read from the database; some ten thousand homes a second, so take turns with others
    (`asyncio.sleep(0)`) or use a thread.
    """
    for lat, lng in homes:
        found = _by_streets(directory, lat, lng, pace)
        if found is None:
            found = {scene: _nearest(directory, lat, lng, scene=scene, pace=pace, at=at) for scene in SCENES}
        yield found


def _by_streets(directory: PlaceDirectory, lat: float, lng: float, pace: Pace) -> Minutes | None:
    """Look the walks up; none where streets are not near or some place has no walks yet."""
    walkable = directory.walkable
    origin = walkable.origin(lat, lng, pace) if walkable is not None else None
    if walkable is None or origin is None or walkable.pending[pace].entries:
        return None
    found: dict[str, int | None] = dict.fromkeys(SCENES)
    missing = set(SCENES)
    for entry, cost in walkable.found(origin, pace, REACH_TICKS, first=len(SCENES) * 3):
        place = entry.place
        if place.scene in missing and (place.step_free or not needs_step_free(pace)):
            found[place.scene] = -(-ticks_of(cost) // TICKS_PER_MINUTE)
            missing.discard(place.scene)
            if not missing:
                break
    return found


def _nearest(  # noqa: PLR0913 - each is one fact of the question
    directory: PlaceDirectory, lat: float, lng: float, *, scene: str, pace: Pace, at: datetime
) -> int | None:
    wanted = Wanted(lat, lng, REACH_MINUTES, pace, scene, open_now=False, limit=1, at=at)
    _, found = directory.walked(wanted)
    return found[0].walk_minutes if found else None
