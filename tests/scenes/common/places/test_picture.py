from typing import Literal

from msgspec.structs import asdict

from scenes.common.places.availability import UNKNOWN
from scenes.common.places.isochrone import outline
from scenes.common.places.pages_view import WalkFrom
from scenes.common.places.picture import SIDE, Dot, picture
from scenes.common.places.rules import Openness
from scenes.common.places.snapshot import Nearby, places_of
from scenes.common.places.tables import PlaceRow
from scenes.common.places.walking import Walking
from tests.support.places import CAOYANG, a_place


def test_a_picture_has_the_origin_in_the_middle_and_north_up() -> None:
    drawn = outline(None, Walking(), *CAOYANG, minutes=15, pace="standard")
    lat, lng = CAOYANG
    shown = picture(
        drawn, CAOYANG, 15, [(lat, lng, "家门口"), (lat + 0.001, lng, "北边"), (lat + 1, lng, "远")]
    )
    near, north = shown.dots
    assert near == Dot(SIDE / 2, SIDE / 2, "家门口")
    assert (north.x, north.y < SIDE / 2, north.name) == (SIDE / 2, True, "北边")
    assert shown.path.startswith("M385.2 200L")
    assert (shown.by_streets, shown.label) == (False, "走路 15 分钟能到的范围(估算),里面有 2 个地方")
    assert 830 <= 500 / shown.scale * SIDE / 2 / 1.08 <= 831


def near(method: Literal["network", "estimate"]) -> Nearby:
    a_clinic = places_of([PlaceRow(**asdict(a_place()), updated_at=None, version=1)], [])[0]
    return Nearby(a_clinic, Openness(open_now=True), UNKNOWN, 100, 2, method)


def test_it_is_said_from_where_one_walks_and_how_it_is_reckoned() -> None:
    home = WalkFrom(lat=0, lng=0, pace="elder", home=True)
    streets, straight = near("network"), near("estimate")
    assert [home.said([]), home.said([straight]), home.said([streets]), home.said([straight, streets])] == [
        "从您家走,时间是估算的。",
        "从您家走,时间是估算的。",
        "从您家走,按街道步行路线算。",
        "从您家走,按街道步行路线算。再远的是估算。",
    ]
