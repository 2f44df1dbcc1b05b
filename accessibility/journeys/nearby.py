"""Where a person starts walking, and how far it is: their home at their pace."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from accessibility.flows.flow import Asking
from accessibility.journeys import facts
from scenes.common.booking.rules import ELDER_AGE, age_on
from scenes.common.kit.clock import local_day
from scenes.common.places.snapshot import Nearby

FARTHEST_MINUTES: Final = 60
ASKED: Final = 100
"""Places looked at for those that can be booked: small stations are places too."""


async def places_near(asking: Asking, scene: str) -> Sequence[Nearby]:
    """List a scene's places, nearest to the person's home first; in no order where no home is known."""
    return await asking.once(("near", scene), lambda: _near(asking, scene))


async def _near(asking: Asking, scene: str) -> Sequence[Nearby]:
    directory, now = asking.tools.directory, asking.now
    person = await facts.myself(asking)
    if person.lat is not None and person.lng is not None:
        elder = age_on(person.birth_date, local_day(now)) >= ELDER_AGE
        found = directory.near(
            person.lat, person.lng, minutes=FARTHEST_MINUTES, pace="elder" if elder else "standard",
            scene=scene, limit=ASKED, at=now,
        )  # fmt: skip
        if found:
            return found
    known = (directory.at(place.id, now) for place in directory.all(scene))
    return [near for near in known if near is not None]


async def walk_words(asking: Asking, place_id: UUID, scene: str) -> str:
    """Say how far a place is on foot; empty where that is not known."""
    for near in await places_near(asking, scene):
        if near.place.id == place_id and near.walk_minutes is not None:
            return f"走路约{near.walk_minutes}分钟。"
    return ""
