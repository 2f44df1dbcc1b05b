"""The words of a file: what its columns may be called, and what scenes, kinds and yes and no are called."""

import unicodedata
from collections.abc import Mapping
from typing import Final

from scenes.common.places.rules import WEEKDAYS

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "externalId": (
        "external_id",
        "externalid",
        "id",
        "code",
        "编号",
        "机构编号",
        "外部编号",
        "编码",
        "统一编号",
    ),
    "name": ("name", "名称", "地点名称", "机构名称", "站点名称", "单位名称"),
    "scene": ("scene", "场景", "类别", "大类"),
    "kind": ("kind", "type", "类型", "机构类型", "小类"),
    "address": ("address", "地址", "详细地址", "机构地址"),
    "phone": ("phone", "tel", "telephone", "电话", "联系电话", "咨询电话"),
    "lat": ("lat", "latitude", "纬度"),
    "lng": ("lng", "lon", "longitude", "经度"),
    "latGcj02": ("lat_gcj02", "gcj02_lat", "纬度gcj02", "火星纬度", "高德纬度"),
    "lngGcj02": ("lng_gcj02", "lon_gcj02", "gcj02_lng", "经度gcj02", "火星经度", "高德经度"),
    "latWgs84": ("lat_wgs84", "wgs84_lat", "纬度wgs84", "gps纬度"),
    "lngWgs84": ("lng_wgs84", "lon_wgs84", "wgs84_lng", "经度wgs84", "gps经度"),
    "subdistrict": ("subdistrict", "街道", "街镇", "所属街道", "所属街镇", "街道镇"),
    "stepFree": ("step_free", "stepfree", "无障碍", "无台阶", "轮椅可进", "轮椅能进"),
    "hours": ("hours", "weekly_hours", "opening_hours", "开放时间", "营业时间", "服务时间", "门诊时间"),
    "holiday": ("holiday", "holiday_hours", "节假日", "法定节假日", "节假日时间"),
    "hoursSource": ("hours_source", "source", "时间来源", "来源"),
    "mon": ("mon", "monday", "周一", "星期一"),
    "tue": ("tue", "tuesday", "周二", "星期二"),
    "wed": ("wed", "wednesday", "周三", "星期三"),
    "thu": ("thu", "thursday", "周四", "星期四"),
    "fri": ("fri", "friday", "周五", "星期五"),
    "sat": ("sat", "saturday", "周六", "星期六"),
    "sun": ("sun", "sunday", "周日", "星期日", "星期天"),
}
"""What each column may be called; capitals, spaces, dashes and brackets do not matter."""

SCENES: Final = {
    "clinic": ("clinic", "看病", "医疗", "就医"),
    "eldercare": ("eldercare", "助老", "养老", "为老服务"),
    "charging": ("charging", "充电"),
    "breakfast": ("breakfast", "早餐"),
}

KINDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "clinic": {
        "health_centre": ("社区卫生服务中心", "卫生中心"),
        "health_station": ("社区卫生服务站", "卫生站"),
        "health_kiosk": ("智慧健康驿站", "健康驿站"),
        "hospital": ("医院",),
    },
    "eldercare": {
        "nursing_home": ("养老院", "敬老院", "养老机构", "福利院", "护理院"),
        "care_centre": ("综合为老服务中心", "长者照护之家", "为老服务中心"),
        "day_care": ("日间照料中心", "日间照护", "日托"),
        "canteen": ("社区长者食堂", "长者食堂", "助餐点"),
        "eldercare_site": ("养老服务点", "为老服务点", "其他"),
    },
    "charging": {"charging_station": ("充电站", "充电桩")},
    "breakfast": {
        "breakfast_shop": ("早餐店", "早餐门店"),
        "breakfast_cart": ("早餐车", "流动餐车"),
        "breakfast_locker": ("早餐自提柜", "自提柜"),
    },
}
"""The kinds of place of each scene, and what they are called."""

YES: Final = frozenset({"1", "y", "yes", "true", "是", "有", "能", "可", "可以"})
NO: Final = frozenset({"0", "n", "no", "false", "否", "无", "没有", "不能", "不可"})
NOTHING: Final = frozenset({"-", "—", "无", "none", "null"})
"""What a cell says when there is nothing: unlike an empty cell, it clears what is stored."""

DAYS: Final = WEEKDAYS
_DROPPED: Final = str.maketrans("", "", " \t\u3000-_()()/:·.\"'")


def plain(text: str) -> str:
    """Bring a word to the form in which words are compared: width, case, blanks and dashes do not matter."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_DROPPED)


def _index(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {plain(word): name for name, several in words.items() for word in (name, *several)}


_COLUMNS: Final = _index(COLUMNS)
_SCENES: Final = _index(SCENES)
_KINDS: Final = {scene: _index(kinds) for scene, kinds in KINDS.items()}


def column_of(header: str) -> str | None:
    """Return the column that a header means; none when it means nothing to us."""
    return _COLUMNS.get(plain(header))


def scene_of(word: str) -> str | None:
    """Return the scene that a word means."""
    return _SCENES.get(plain(word))


def kind_of(scene: str, word: str) -> str | None:
    """Return the kind of place that a word means within a scene."""
    return _KINDS[scene].get(plain(word))


def flag_of(word: str) -> bool | None:
    """Read yes or no; none for anything else."""
    said = plain(word)
    return True if said in YES else False if said in NO else None
