import re

from hypothesis import given
from hypothesis import strategies as st

from scenes.common.places.coverage.circle import BestSpot
from scenes.common.places.coverage.tally import Share
from scenes.common.places.outlines import Outline, read_outlines
from scenes.common.places.pages_coverage_map import Area, MapView, Pin, draw, shade, short_name
from tests.support.importing import OUTLINES, SQUARE


def share(area: str, residents: int | None, within: int | None) -> Share:
    return Share(
        area=area, scene="clinic", residents=residents, within=within, elders=None, elders_within=None
    )


SPOT = BestSpot(
    scene="clinic", rank=1, lat=31.26, lng=121.39, area="甲镇", near="", near_m=None, residents=20, elders=0
)


def test_a_square() -> None:
    found = draw([Outline(("甲镇", "乙街道"), [SQUARE])], {"甲镇": share("甲镇", 100, 60)}, [SPOT])
    path = "M12 826.1L708 826.1L708 12L12 12L12 826.1Z"
    area = Area(path=path, shade="s1", x=360.0, y=419.0, name="甲、乙", share="60%")
    pin = Pin(x=12.0, y=12.0, rank=1)
    assert found == MapView(width=720.0, height=838.1, areas=[area], pins=[pin], words="甲、乙 60%")


def test_a_common_outline_shows_its_names_together_and_the_small_stay_hidden() -> None:
    shares = {"甲": share("甲", 100, 100), "乙": share("乙", 100, 0), "丙": share("丙", None, None)}
    found = draw([Outline(("甲", "乙"), [SQUARE]), Outline(("丙",), [SQUARE])], shares, [])
    assert [(each.shade, each.share) for each in found.areas] == [("s1", "50%"), ("sx", "人少不显示")]


def test_no_outlines_no_map() -> None:
    assert draw([], {}, [SPOT]).areas == []


def test_the_real_district_fits_its_picture() -> None:
    found = draw(read_outlines(OUTLINES.read_bytes()), {}, [])
    assert len(found.areas) == 9
    for area in found.areas:
        points = [tuple(map(float, each.split())) for each in re.split("[MLZ]+", area.path) if each]
        assert all(0 <= x <= found.width and 0 <= y <= found.height for x, y in points)
        assert 0 <= area.x <= found.width


@given(st.integers(0, 100), st.integers(0, 100))
def test_shades_grow_with_the_share(one: int, other: int) -> None:
    assert (one <= other) <= (shade(one) <= shade(other))


def test_names_as_on_maps() -> None:
    assert [short_name(name) for name in ("曹杨新村街道", "桃浦镇", "甘泉路街道")] == ["曹杨", "桃浦", "甘泉"]
