"""Where a person starts walking, and how far it is: their home at their pace."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from accessibility.flows.flow import Asking, Values
from accessibility.flows.rules import Option
from accessibility.journeys import facts
from accessibility.said.heard import Heard
from scenes.common.booking.rules import ELDER_AGE, age_on
from scenes.common.kit.clock import local_day
from scenes.common.places.snapshot import Nearby

FARTHEST_MINUTES: Final = 60
SITES: Final = "sites"
"""The wish that tells which places a sentence may mean, by their ids."""

NOWHERE: Final = "?"
SEVERAL: Final = "您说的地方有几个,请选一个。"
NOT_THERE: Final = "您说的地方现在不行,请选一个。"
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


class Sited(NamedTuple):
    """Places as answers, the named ones first, and what is to be said; one that is `sure` is taken."""

    options: list[Option]
    sure: bool
    words: str


async def sites_heard(asking: Asking, heard: Heard, scene: str) -> Values:
    """Make a wish of the place a sentence named, or of all that it may mean; nothing where it named none."""
    names = heard.places if heard.place is None else (heard.place,)
    ids = {each.place.name: str(each.place.id) for each in await places_near(asking, scene)}
    found = ",".join(ids[name] for name in names if name in ids)
    return {SITES: found or NOWHERE} if names else {}


def by_site(asking: Asking, options: Sequence[Option], *, unnamed: bool) -> Sited:
    """Put the named places first; one named for sure needs no asking, what is not on offer is said.

    Where no place was named, `unnamed` tells whether the first is taken unasked.
    """
    if SITES not in asking.wishes:
        return Sited(list(options), unnamed, "")
    wanted = asking.wishes[SITES].split(",")
    named = [option for option in options if option.value.partition("~")[0] in wanted]
    rest = [option for option in options if option not in named]
    sure = len(named) == len(wanted) == 1
    words = "" if sure else SEVERAL if named else NOT_THERE
    return Sited([*named, *rest], sure, words)
