from itertools import combinations
from math import hypot
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from scenes.common.places.availability import UNKNOWN
from scenes.common.places.isochrone import outline
from scenes.common.places.pages_view import WalkFrom
from scenes.common.places.picture import APART, EDGE, SIDE, Spot, picture, room_near
from scenes.common.places.rules import Openness
from scenes.common.places.snapshot import Nearby, places_of
from scenes.common.places.tables import PlaceRow
from scenes.common.places.walking import Walking
from tests.support.places import CAOYANG, a_place


def test_a_picture_has_the_origin_in_the_middle_and_north_up() -> None:
    drawn = outline(None, Walking(), *CAOYANG, minutes=15, pace="standard")
    lat, lng = CAOYANG
    north, far = Spot(lat + 0.003, lng, "北边", "clinic"), Spot(lat + 1, lng, "远", "clinic")
    shown = picture(drawn, CAOYANG, 15, [far, north])
    (dot,) = shown.dots
    assert (dot.number, dot.scene, dot.name, dot.led) == (2, "clinic", "北边", False)
    assert (dot.x, dot.y) == (dot.at_x, dot.at_y)
    assert (dot.x, dot.y < SIDE / 2 - APART) == (SIDE / 2, True)
    assert shown.path.startswith("M346.7 180L")
    assert (shown.by_streets, shown.label) == (False, "走路 15 分钟能到的范围(估算),里面有 1 个地方")
    assert 830 <= 500 / shown.scale * SIDE / 2 / 1.08 <= 831


def test_streets_are_drawn_in_whole_units_and_only_where_they_lead_somewhere() -> None:
    drawn = outline(None, Walking(), *CAOYANG, minutes=15, pace="standard")
    lat, lng = CAOYANG
    streets = [[(lat, lng), (lat + 0.00001, lng), (lat + 0.001, lng)], [(lat, lng), (lat, lng + 0.000001)]]
    assert picture(drawn, CAOYANG, 15, [], streets=streets).streets == "M180 180l0 -22"


UNITS = st.floats(0, SIDE)


@given(st.lists(st.tuples(UNITS, UNITS), min_size=1, max_size=30))
def test_marks_do_not_cover_each_other(places: list[tuple[float, float]]) -> None:
    taken: list[tuple[float, float]] = []
    for x, y in places:
        taken.append(room_near(x, y, taken))
    assert all(EDGE <= x <= SIDE - EDGE and EDGE <= y <= SIDE - EDGE for x, y in taken)
    assert all(hypot(a - c, b - d) >= APART - 0.2 for (a, b), (c, d) in combinations(taken, 2))


def test_a_mark_with_no_room_anywhere_stands_where_its_place_is() -> None:
    full = [(float(x), float(y)) for x in range(0, SIDE, 20) for y in range(0, SIDE, 20)]
    assert room_near(100.0, 100.0, full) == (100.0, 100.0)


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
