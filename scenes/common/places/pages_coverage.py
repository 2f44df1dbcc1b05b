"""Coverage at the district's desk: a map, a table that says the same, and where one more place helps most."""

from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff, only_district
from scenes.common.kit.clock import Clock
from scenes.common.kit.pages import PageRender
from scenes.common.kit.speech import spoken_when
from scenes.common.places import service_coverage as service
from scenes.common.places.coverage.circle import BestSpot
from scenes.common.places.coverage.tally import THRESHOLD, Share
from scenes.common.places.errors import CoverageNotReady
from scenes.common.places.pages_coverage_map import MapView, draw
from scenes.common.places.pages_view import SCENES
from scenes.common.places.rules import Scene
from scenes.common.places.service_coverage import Known
from scenes.common.places.service_imports import district_of

COVERAGE: Final = "/staff/coverage"
THINGS: Final = {
    "breakfast": "一辆早餐车",
    "clinic": "一个卫生站",
    "eldercare": "一个养老服务点",
    "charging": "一个充电站",
}
METHODS: Final = {
    "network": "按街道走路的路线算",
    "estimate": "按直线距离估的,实际走路可能更远",
}
HIDDEN: Final = "人少不显示"
WHOLE: Final = "全区"


class ShareRow(msgspec.Struct, frozen=True, kw_only=True):
    """A subdistrict's line: per scene (chosen, residents' share, elders' share)."""

    area: str
    residents: str
    elders: str
    cells: list[tuple[bool, str, str]]


class SpotRow(msgspec.Struct, frozen=True, kw_only=True):
    """A spot in the ranking."""

    rank: int
    area: str
    near: str
    residents: str
    elders: str
    where: str


class CoverageView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole page; not ready where nobody has reckoned yet."""

    ready: bool
    scenes: list[tuple[str, str, bool]]
    scene: str = ""
    thing: str = ""
    as_of: str = ""
    method: str = ""
    minutes: int = 0
    threshold: int = THRESHOLD
    map: MapView | None = None
    heads: list[tuple[str, bool]] = []
    rows: list[ShareRow] = []
    spots: list[SpotRow] = []


@get(COVERAGE, include_in_schema=False)
async def show_coverage(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    scene: FromQuery[Scene] = "breakfast",
) -> Response[str]:
    """Show who has a scene within a quarter of an hour, and where one more place would help."""
    only_district(staff)
    links = [(words, f"{COVERAGE}?scene={name}", name == scene) for name, words in SCENES.items()]
    try:
        known = await service.known(reading)
    except CoverageNotReady:
        return render("places/staff_coverage.html", CoverageView(ready=False, scenes=links), title="覆盖")
    district = await district_of(reading)
    ours = {share.area: share for share in known.coverage.shares if share.scene == scene and share.area}
    spots = [spot for spot in known.coverage.spots if spot.scene == scene]
    view = CoverageView(
        ready=True,
        scenes=links,
        scene=SCENES[scene],
        thing=THINGS[scene],
        as_of=spoken_when(known.as_of, clock()),
        method=METHODS[known.coverage.method],
        minutes=known.coverage.minutes,
        map=draw(district.outlines, ours, spots),
        heads=[(words, name == scene) for name, words in SCENES.items()],
        rows=_rows(known, scene),
        spots=[_spot(spot) for spot in spots],
    )
    return render("places/staff_coverage.html", view, title="一刻钟覆盖")


def _rows(known: Known, chosen: str) -> list[ShareRow]:
    """One line a subdistrict, the whole district last."""
    by_area: dict[str, dict[str, Share]] = {}
    for share in known.coverage.shares:
        by_area.setdefault(share.area, {})[share.scene] = share
    whole = by_area.pop("", None)
    rows = [_row(area, found, chosen) for area, found in by_area.items()]
    return [*rows, _row(WHOLE, whole, chosen)] if whole else rows


def _row(area: str, found: dict[str, Share], chosen: str) -> ShareRow:
    any_share = found[chosen]
    return ShareRow(
        area=area,
        residents=_count(any_share.residents),
        elders=_count(any_share.elders),
        cells=[
            (scene == chosen, _percent(found[scene].percent), _percent(found[scene].elders_percent))
            for scene in SCENES
        ],
    )


def _count(number: int | None) -> str:
    return f"{number:,}" if number is not None else HIDDEN


def _percent(number: int | None) -> str:
    return f"{number}%" if number is not None else "—"


def _spot(spot: BestSpot) -> SpotRow:
    near = f"离「{spot.near}」走 {spot.near_m} 米" if spot.near else "附近还没有登记的地点"
    return SpotRow(
        rank=spot.rank,
        area=spot.area,
        near=near,
        residents=f"{spot.residents:,}",
        elders=f"{spot.elders:,}",
        where=f"{spot.lat:.4f}, {spot.lng:.4f}",
    )


STAFF_PAGES: list[Any] = [show_coverage]
