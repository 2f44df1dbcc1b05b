"""Where the demo's health care is: ten centres by their real names, with made-up addresses and numbers.

The centres, 49 stations and 10 smart health kiosks (智慧健康驿站) stand inside the real subdistricts.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from scenes.demo.rules.chance import drawn_id, stream
from scenes.demo.rules.outlines import SUBDISTRICTS, Spot, Subdistrict, draw_spot, metres_between

CENTRE, STATION, KIOSK = "health_centre", "health_station", "health_kiosk"
STATIONS: Final = 49
APART: Final = 350
"""Metres a station keeps from every centre, so that the centre is what a neighbour finds first."""

_SURGERY: Final = ["08:00-11:30", "13:00-16:30"]
_MORNING: Final = ["08:00-11:30"]
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
_WEEK: Final = (*_WEEKDAYS, "sat", "sun")

HOURS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    CENTRE: dict.fromkeys(_WEEKDAYS, _SURGERY) | {"sat": _MORNING},
    STATION: dict.fromkeys(_WEEKDAYS, _SURGERY),
    KIOSK: {key: ["07:00-20:00"] for key in _WEEK},
}
CALLED: Final = {CENTRE: "社区卫生服务中心", STATION: "社区卫生服务站", KIOSK: "智慧健康驿站"}

ROADS: Final = {
    "曹杨新村街道": ("花溪路", "枫桥路", "梅岭北路", "棠浦路", "兰溪路"),
    "长风新村街道": ("白玉路", "怒江路", "中江路", "金沙江路", "大渡河路"),
    "长寿路街道": ("长寿路", "常德路", "胶州路", "西康路", "澳门路"),
    "甘泉路街道": ("甘泉路", "志丹路", "延长西路", "西乡路"),
    "石泉路街道": ("石泉路", "管弄路", "岚皋路", "凯旋北路"),
    "宜川路街道": ("宜川路", "华阴路", "交通路", "中山北路"),
    "万里街道": ("富平路", "真华路", "新村路", "万泉路"),
    "真如镇街道": ("铜川路", "北石路", "真北路", "桃浦路"),
    "长征镇": ("梅川路", "真光路", "金鼎路", "清峪路"),
    "桃浦镇": ("雪松路", "绿杨路", "古浪路", "永登路"),
}


class Site(NamedTuple):
    """A place to be: what it is, and where."""

    id: UUID
    kind: str
    name: str
    address: str
    phone: str
    spot: Spot


CENTRES: Final = (
    ("曹杨", Spot("曹杨新村街道", 31.2421, 121.4010)),
    ("长风", Spot("长风新村街道", 31.2289, 121.3991)),
    ("白玉", Spot("长风新村街道", 31.2347, 121.4112)),
    ("长寿", Spot("长寿路街道", 31.2445, 121.4316)),
    ("甘泉", Spot("甘泉路街道", 31.2672, 121.4262)),
    ("石泉", Spot("石泉路街道", 31.2523, 121.4144)),
    ("宜川", Spot("宜川路街道", 31.2581, 121.4363)),
    ("真如镇", Spot("真如镇街道", 31.2614, 121.3890)),
    ("长征镇", Spot("长征镇", 31.2384, 121.3736)),
    ("桃浦镇", Spot("桃浦镇", 31.2817, 121.3618)),
)
"""By short name; 白玉 serves the east of 长风新村街道."""

_SERVED_BY_NEIGHBOUR: Final = {"万里街道": "真如镇街道"}
"""A subdistrict without a centre of its own among the ten, and whose centre its people go to."""

_ORDINALS: Final = "一二三四五六七八九"


def sites(seed: int) -> list[Site]:
    """Draw every place; the same seed gives the same, centres first and in their order."""
    chance = stream(seed, "sites")
    numbers = iter(range(1, 1000))
    found = [_site(seed, CENTRE, short, spot, next(numbers)) for short, spot in CENTRES]
    for area, ordinal in _turns():
        name = area.name.removesuffix("街道").removesuffix("新村").removesuffix("路")
        spot = draw_spot(chance, area)
        while any(_near(spot, centre) for _, centre in CENTRES):
            spot = draw_spot(chance, area)
        kind = STATION if ordinal else KIOSK
        found.append(_site(seed, kind, f"{name}{ordinal}", spot, next(numbers)))
    return found


def centres_for(area: str, centres: Sequence[Site]) -> list[Site]:
    """Return the centres that people of a subdistrict go to."""
    served = _SERVED_BY_NEIGHBOUR.get(area, area)
    return [site for site in centres if site.kind == CENTRE and site.spot.area == served]


def _turns() -> Iterator[tuple[Subdistrict, str]]:
    """Name a kiosk for every subdistrict, then stations in turn until all are given."""
    for area in SUBDISTRICTS:
        yield area, ""
    for count in range(STATIONS):
        round_no, turn = divmod(count, len(SUBDISTRICTS))
        yield SUBDISTRICTS[turn], f"第{_ORDINALS[round_no]}"


def _near(spot: Spot, centre: Spot) -> bool:
    return metres_between(spot.lat, spot.lng, centre.lat, centre.lng) < APART


def _site(seed: int, kind: str, short: str, spot: Spot, number: int) -> Site:
    chance = stream(seed, kind, short)
    road = chance.choice(ROADS[spot.area])
    return Site(
        id=drawn_id(chance, number),
        kind=kind,
        name=short + CALLED[kind],
        address=f"普陀区{road}{chance.randrange(20, 900)}弄{chance.randrange(1, 60)}号",
        phone=f"021-0000{number:04d}",
        spot=spot,
    )
