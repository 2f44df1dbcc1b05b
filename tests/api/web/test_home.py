"""What the first page puts first of what is near."""

from msgspec.structs import asdict, replace

from api.web.pages import LISTED, OF_ONE_SCENE, open_first
from scenes.common.places.availability import UNKNOWN
from scenes.common.places.rules import Openness
from scenes.common.places.snapshot import Nearby, places_of
from scenes.common.places.tables import PlaceRow
from tests.support.places import a_place


def near(scene: str, minutes: int, *, is_open: bool) -> Nearby:
    place = places_of([PlaceRow(**asdict(a_place()), updated_at=None, version=1)], [])[0]
    openness = Openness(open_now=is_open)
    return Nearby(replace(place, scene=scene), openness, UNKNOWN, minutes * 60, minutes, "network")


def shown(found: list[Nearby]) -> list[tuple[str, int | None]]:
    return [(each.place.scene, each.walk_minutes) for each in open_first(found)]


def test_what_is_open_comes_first_and_no_scene_crowds_out_the_others() -> None:
    chargers = [near("charging", minutes, is_open=True) for minutes in (3, 4, 5, 6, 7)]
    found = [near("clinic", 1, is_open=False), *chargers, near("breakfast", 9, is_open=True)]
    assert shown(found) == [
        ("charging", 3), ("charging", 4), ("charging", 5), ("breakfast", 9), ("clinic", 1), ("charging", 6),
    ]  # fmt: skip


def test_a_quarter_with_one_kind_only_shows_it() -> None:
    found = [near("charging", minutes, is_open=True) for minutes in range(1, 9)]
    assert shown(found) == [("charging", minutes) for minutes in range(1, LISTED + 1)]
    assert OF_ONE_SCENE < LISTED
