import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.places.errors import OutlinesUnreadable
from scenes.common.places.outlines import District, Outline, inside, read_outlines
from tests.support.importing import OUTLINES, SQUARE

HOLE = [(121.40, 31.24), (121.41, 31.24), (121.41, 31.25), (121.40, 31.25), (121.40, 31.24)]


@given(st.floats(31.22, 31.27), st.floats(121.38, 121.43))
def test_a_square_with_a_hole(lat: float, lng: float) -> None:
    whole = 31.23 < lat < 31.26 and 121.39 < lng < 121.42
    hole = 31.24 <= lat <= 31.25 and 121.40 <= lng <= 121.41
    edge = any(abs(lat - each) < 1e-9 for each in (31.23, 31.24, 31.25, 31.26))
    edge = edge or any(abs(lng - each) < 1e-9 for each in (121.39, 121.40, 121.41, 121.42))
    assert edge or inside([SQUARE, HOLE], lat, lng) == (whole and not hole)


def test_the_real_outlines() -> None:
    outlines = read_outlines(OUTLINES.read_bytes())
    assert len({name for each in outlines for name in each.names}) == 10
    district = District(outlines)
    lies = district.outline_at(31.2412, 121.4030)
    assert lies is not None
    assert lies.names == ("曹杨新村街道",)
    assert district.outline_at(31.30, 121.50) is None


def feature(name: str, kind: str, coordinates: object) -> dict[str, object]:
    return {"properties": {"name": name}, "geometry": {"type": kind, "coordinates": coordinates}}


def test_several_polygons_and_several_names() -> None:
    found = read_outlines(json.dumps({"features": [feature("甲+乙", "MultiPolygon", [[SQUARE]])]}).encode())
    assert found == [Outline(("甲", "乙"), [SQUARE])]


@pytest.mark.parametrize(
    "content",
    [
        b"[",
        b'{"features": []}',
        json.dumps({"features": [feature("甲", "Point", [1, 2])]}).encode(),
        json.dumps({"features": [feature("甲", "Polygon", [SQUARE[:3]])]}).encode(),
        json.dumps({"features": [feature("", "Polygon", [SQUARE])]}).encode(),
        json.dumps(
            {"features": [feature("甲", "Polygon", [SQUARE]), feature("甲", "Polygon", [SQUARE])]}
        ).encode(),
    ],
)
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(OutlinesUnreadable):
        read_outlines(content)
