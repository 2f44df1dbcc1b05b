import codecs
import json

import pytest

from scenes.common.places.errors import ImportUnreadable
from scenes.common.places.importing.reading import Record, read_file

TEXT = '名称,备注,纬度,经度\n甲,"一,二\n三",31.1,121.1\n\n乙,,31.2,121.2\n'
RECORDS = [
    Record(2, {"name": "甲", "lat": "31.1", "lng": "121.1"}),
    Record(5, {"name": "乙", "lat": "31.2", "lng": "121.2"}),
]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.replace("\n", "\r\n").encode(), "utf-8"),
        (TEXT.replace(",", "\t").replace("一\t二", "一,二").encode(), "utf-8"),
    ],
)
def test_encodings_line_ends_and_delimiters(content: bytes, encoding: str) -> None:
    sheet = read_file(content)
    assert (sheet.records, sheet.encoding, sheet.ignored) == (RECORDS, encoding, ["备注"])
    assert sheet.columns == ["lat", "lng", "name"]


def test_points_of_a_geojson() -> None:
    point = {"type": "Point", "coordinates": [121.1, 31.1]}
    document = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"name": "甲", "无障碍": True, "x": 1}, "geometry": point},
            {"type": "Feature", "properties": {"name": "乙"}, "geometry": None},
        ],
    }
    sheet = read_file(json.dumps(document).encode())
    assert sheet.records == [
        Record(1, {"name": "甲", "stepFree": "True", "lng": "121.1", "lat": "31.1"}),
        Record(2, {"name": "乙"}),
    ]
    assert sheet.ignored == ["x"]


def test_cells_beyond_the_header_are_counted() -> None:
    [record] = read_file("名称,地址\n甲,枫桥路,2号,3楼\n".encode()).records
    assert record.cells == {"name": "甲", "address": "枫桥路", "+": "2"}


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01", "地址\n枫桥路".encode(), "名称,name\n甲,乙".encode(), '名称\n"甲'.encode(),
     b'{"type": "Feature"}', b'{"type": "FeatureCollection", "features": [', b"\x81\xff\xff",
     b'{"type": "FeatureCollection", "features": [{"properties": {"x": 1}}]}'],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_whole(content: bytes) -> None:
    with pytest.raises(ImportUnreadable):
        read_file(content)
