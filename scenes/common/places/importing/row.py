"""One row of a file read and judged: what it says of a place, and all that is wrong or odd about it."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from scenes.common.places.datum import DECIMALS, Datum, to_wgs84
from scenes.common.places.importing import words
from scenes.common.places.importing.hours import read_days, read_holiday, read_week
from scenes.common.places.importing.reading import Record
from scenes.common.places.outlines import District

SOUTH, NORTH, WEST, EAST = 30.6, 31.9, 120.8, 122.2
"""Shanghai, with some room around it."""

LONGEST: Final = 200
_PHONE: Final = re.compile(r"[+0-9][0-9 ()/;,、转*-]{4,59}")


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is to be read: the datum of its coordinates, and what its rows are where they do not say."""

    datum: Datum = "gcj02"
    scene: str | None = None
    kind: str | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a row says: only what it names is in `facts`. `key` is its stable id, or made of its name."""

    line: int
    name: str
    scene: str
    key: str
    facts: dict[str, Any]
    warnings: list[str] = msgspec.field(default_factory=list[str])


class Faulty(msgspec.Struct, frozen=True, kw_only=True):
    """A row that cannot be taken, with every reason."""

    line: int
    name: str
    errors: list[str]


class _Reader:
    """Reads one row, gathering what is wrong instead of stopping at the first."""

    def __init__(self, record: Record, wishes: Wishes, district: District) -> None:
        self.cells = record.cells
        self.wishes = wishes
        self.district = district
        self.facts: dict[str, Any] = {}
        self.errors: list[str] = []
        self.warnings: list[str] = []

    def cell(self, column: str) -> str:
        return self.cells.get(column, "")

    def gather(self, read: Callable[[], None]) -> None:
        try:
            read()
        except ValueError as fault:
            self.errors.append(str(fault))

    def name(self) -> None:
        said = self.cell("name")
        if not said:
            raise ValueError("没有写名称")
        if len(said) > LONGEST or not said.isprintable():
            raise ValueError(f"名称太长(最多 {LONGEST} 个字)或有看不见的字符")
        self.facts["name"] = said

    def scene(self) -> None:
        said = self.cell("scene") or self.wishes.scene or ""
        if not said:
            raise ValueError("没有写场景(看病、助老、充电、早餐),导入时也没有指定")
        scene = words.scene_of(said)
        if scene is None:
            raise ValueError(f"不认识的场景:{said}(只能是看病、助老、充电、早餐)")
        self.facts["scene"] = scene
        self._kind(scene)

    def _kind(self, scene: str) -> None:
        ours = self.wishes.scene is None or words.scene_of(self.wishes.scene) == scene
        said = self.cell("kind") or (self.wishes.kind if ours else "") or ""
        if not said:
            return
        kind = words.kind_of(scene, said)
        if kind is None:
            known = "、".join(names[0] for names in words.KINDS[scene].values())
            raise ValueError(f"不认识的类型:{said}(这个场景可以是:{known})")
        self.facts["kind"] = kind

    def coordinates(self) -> None:
        lat, lng = self._degrees()
        if not (math.isfinite(lat) and math.isfinite(lng) and abs(lat) <= 180 and abs(lng) <= 180):  # noqa: PLR2004 - degrees
            raise ValueError("坐标不在地球上")
        if SOUTH <= lng <= NORTH and WEST <= lat <= EAST:
            raise ValueError("经度和纬度写反了(上海的纬度约 31,经度约 121)")
        if abs(lat) > 90:  # noqa: PLR2004 - the pole
            raise ValueError("坐标不在地球上")
        if not (SOUTH <= lat <= NORTH and WEST <= lng <= EAST):
            self.warnings.append("坐标不在上海,请核对")
        lat, lng = to_wgs84(lat, lng, self.wishes.datum)
        self.facts |= {"lat": round(lat, DECIMALS), "lng": round(lng, DECIMALS)}

    def _degrees(self) -> tuple[float, float]:
        suffix = "Gcj02" if self.wishes.datum == "gcj02" else "Wgs84"
        lat = self.cell(f"lat{suffix}") or self.cell("lat")
        lng = self.cell(f"lng{suffix}") or self.cell("lng")
        if not lat or not lng:
            raise ValueError("没有坐标(要有纬度和经度两列,坐标系和导入时选的一致)")
        try:
            return float(lat), float(lng)
        except ValueError:
            raise ValueError(f"坐标不是数字:{lat}, {lng}") from None

    def subdistrict(self) -> None:
        said = self.cell("subdistrict")
        if "lat" not in self.facts:
            return
        lies = self.district.outline_at(self.facts["lat"], self.facts["lng"])
        if said:
            self.facts["subdistrict"] = said
        elif lies is not None and len(lies.names) == 1:
            self.facts["subdistrict"] = lies.names[0]
        if self.district.outlines and lies is None:
            self.warnings.append("位置在本区外面")
        elif said and lies is not None and not set(said.split("+")) & set(lies.names):
            self.warnings.append(f"写的是{said},位置却在{'或'.join(lies.names)}")

    def texts(self) -> None:
        for column, fact in (("address", "address"), ("hoursSource", "hours_source")):
            if said := self.cell(column):
                if len(said) > LONGEST:
                    raise ValueError(f"文字太长(最多 {LONGEST} 个字):{said[:20]}…")
                self.facts[fact] = "" if said in words.NOTHING else said

    def phone(self) -> None:
        said = self.cell("phone")
        if said in words.NOTHING:
            self.facts["phone"] = None
        elif said:
            if not _PHONE.fullmatch(said):
                raise ValueError(f"不像电话号码:{said}")
            self.facts["phone"] = said

    def step_free(self) -> None:
        said = self.cell("stepFree")
        if said:
            flag = words.flag_of(said)
            if flag is None:
                raise ValueError(f"无障碍这一列只能写是或否:{said}")
            self.facts["step_free"] = flag

    def hours(self) -> None:
        days = {day: self.cell(day) for day in words.DAYS if self.cell(day)}
        said = self.cell("hours")
        if said and days:
            raise ValueError("开放时间写了两遍:有一列总的,又有每天的,请只留一种")
        if said:
            self.facts["weekly_hours"] = read_week(said)
        elif days:
            self.facts["weekly_hours"] = read_days(days)

    def holiday(self) -> None:
        said = self.cell("holiday")
        if said:
            holiday = read_holiday(said)
            self.facts |= {"holiday_rule": holiday.rule, "holiday_hours": holiday.hours}

    def shape(self) -> None:
        if "+" in self.cells:
            raise ValueError(f"这一行比表头多 {self.cells['+']} 格(文字里的逗号要加引号)")


def read_row(record: Record, wishes: Wishes, district: District) -> Draft | Faulty:
    """Read one row: what it says, or every reason why it cannot be taken."""
    row = _Reader(record, wishes, district)
    for read in (
        row.shape, row.name, row.scene, row.coordinates, row.subdistrict, row.texts, row.phone,
        row.step_free, row.hours, row.holiday,
    ):  # fmt: skip
        row.gather(read)
    name = row.cell("name")
    if row.errors:
        return Faulty(line=record.line, name=name[:LONGEST], errors=row.errors)
    key = row.cell("externalId")[:LONGEST] or name_key(name)
    return Draft(
        line=record.line, name=name, scene=row.facts["scene"], key=key, facts=row.facts, warnings=row.warnings
    )


def name_key(name: str) -> str:
    """Make the key of a place that has no id of its own: its name, however it is spaced."""
    return f"name:{words.plain(name)}"


def given_id(cells: Mapping[str, str]) -> bool:
    """Tell whether a row carries an id of its own."""
    return bool(cells.get("externalId"))
