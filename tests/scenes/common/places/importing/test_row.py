import csv
from typing import Any

import pytest

from scenes.common.places.importing.reading import Record, read_file
from scenes.common.places.importing.row import Draft, Faulty, Wishes, read_row
from scenes.common.places.outlines import District, read_outlines
from scenes.common.places.walking import great_circle_m
from tests.support.importing import CLINICS, DISTRICT, ELDERCARE, OUTLINES, ROW, a_file


def read(*rows: str, wishes: Wishes = CLINICS) -> list[Draft | Faulty]:
    return [read_row(record, wishes, DISTRICT) for record in read_file(a_file(*rows)).records]


def test_a_whole_row() -> None:
    [draft] = read(ROW)
    both = ["08:00-11:30", "13:00-16:30"]
    assert draft == Draft(
        line=2,
        name="枫桥路卫生站",
        scene="clinic",
        key="C1",
        facts={
            "name": "枫桥路卫生站", "scene": "clinic", "kind": "health_station", "address": "枫桥路2号",
            "phone": "021-62549000", "lat": 31.2418, "lng": 121.4004, "subdistrict": "曹杨新村街道",
            "step_free": True, "weekly_hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), both),
            "holiday_rule": "closed", "holiday_hours": [],
        },
    )  # fmt: skip


def test_every_fault_of_a_row_is_named() -> None:
    [faulty] = read(",,看书,,,abc,x,121.4,,也许,随便,初一,多")
    assert isinstance(faulty, Faulty)
    assert faulty.errors == [
        "这一行比表头多 1 格(文字里的逗号要加引号)",
        "没有写名称",
        "不认识的场景:看书(只能是看病、助老、充电、早餐)",
        "坐标不是数字:x, 121.4",
        "不像电话号码:abc",
        "无障碍这一列只能写是或否:也许",
        "没有写几点到几点:随便",
        "看不懂的时间:初一(应像 08:00-11:30 13:00-16:30)",
    ]


def at(lat: str, lng: str, subdistrict: str = "") -> Draft | Faulty:
    cells = {"name": "甲", "lat": lat, "lng": lng, "subdistrict": subdistrict}
    return read_row(Record(2, cells), CLINICS, DISTRICT)


@pytest.mark.parametrize(
    ("lat", "lng", "subdistrict", "warnings"),
    [
        ("31.24", "121.40", "", []),
        ("31.24", "121.40", "长征镇+曹杨新村街道", []),
        ("31.24", "121.40", "长征镇", ["写的是长征镇,位置却在曹杨新村街道"]),
        ("31.30", "121.40", "长征镇", ["位置在本区外面"]),
        ("36.6", "117.0", "", ["坐标不在上海,请核对", "位置在本区外面"]),
    ],
)
def test_odd_positions_are_pointed_out(lat: str, lng: str, subdistrict: str, warnings: list[str]) -> None:
    draft = at(lat, lng, subdistrict)
    assert isinstance(draft, Draft)
    assert draft.warnings == warnings


@pytest.mark.parametrize(
    ("lat", "lng", "reason"),
    [
        ("121.4", "31.2", "写反了"),
        ("95", "121", "不在地球上"),
        ("nan", "121", "不在地球上"),
        ("", "", "没有坐标"),
    ],
)
def test_impossible_positions_are_refused(lat: str, lng: str, reason: str) -> None:
    faulty = at(lat, lng)
    assert isinstance(faulty, Faulty)
    assert [reason in error for error in faulty.errors] == [True]


def test_an_empty_cell_says_nothing_and_a_dash_clears() -> None:
    cells = {"name": "甲", "lat": "31.24", "lng": "121.4", "phone": "-", "address": "", "hours": ""}
    draft = read_row(Record(2, cells), CLINICS, District())
    assert isinstance(draft, Draft)
    assert draft.facts == {
        "name": "甲", "scene": "clinic", "kind": "health_station", "lat": 31.24, "lng": 121.4, "phone": None,
    }  # fmt: skip


def real() -> list[tuple[Draft | Faulty, dict[str, Any]]]:
    district = District(read_outlines(OUTLINES.read_bytes()))
    wishes = Wishes(datum="gcj02", scene="eldercare", kind="养老院")
    rows = list(csv.DictReader(ELDERCARE.read_text("utf-8-sig").splitlines()))
    records = read_file(ELDERCARE.read_bytes()).records
    return [(read_row(each, wishes, district), row) for each, row in zip(records, rows, strict=True)]


def test_the_real_list_lands_where_its_own_wgs84_says() -> None:
    """Its WGS-84 columns come from a one-step inverse that errs by up to 2.3 m outside the district."""
    apart: dict[str, list[float]] = {"0": [], "1": []}
    for draft, row in real():
        if isinstance(draft, Draft) and "济南" not in draft.name:
            lat, lng = float(row["lat_wgs84"]), float(row["lng_wgs84"])
            metres = great_circle_m(draft.facts["lat"], draft.facts["lng"], to_lat=lat, to_lng=lng)
            apart[row["in_putuo_polygon"]].append(metres)
    assert ({name: len(each) for name, each in apart.items()}) == {"0": 49, "1": 20}
    assert (max(apart["1"]) <= 2, max(apart["0"]) <= 2.3) == (True, True)


def test_the_real_list_knows_who_is_in_the_district() -> None:
    faulty = [draft for draft, _ in real() if isinstance(draft, Faulty)]
    assert [(each.line, each.name) for each in faulty] == [(13, "爱照护总部")]
    for draft, row in real():
        if isinstance(draft, Draft):
            assert ("位置在本区外面" in draft.warnings) == (row["in_putuo_polygon"] == "0"), draft
