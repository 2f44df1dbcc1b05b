"""Searching as a page."""

from typing import Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from api.finding.finder import Finder, Found
from api.finding.matching import LONGEST
from scenes.common.kit.findable import Kind
from scenes.common.kit.pages import PageRender
from scenes.common.places.pages_view import WalkFrom

SHOWN: Final = 20
SUGGESTED: Final = ("看牙", "配药", "豆浆", "助浴", "充电站", "大字")
GROUPS: Final[dict[Kind, str]] = {
    "service": "能办的事", "department": "看病", "doctor": "医生", "care": "助老", "dish": "早餐",
    "place": "地方", "page": "我的",
}  # fmt: skip


class FoundLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing found."""

    href: str
    scene: str
    title: str
    kind: str
    about: list[str]


class SearchView(msgspec.Struct, frozen=True, kw_only=True):
    """The question and what was found."""

    question: str
    lines: list[FoundLine]
    suggested: list[str]


@get("/search", include_in_schema=False)
async def show_search(
    finder: NamedDependency[Finder],
    walk_from: NamedDependency[WalkFrom],
    render: NamedDependency[PageRender],
    q: FromQuery[str] = "",
) -> Response[str]:
    """Show what was found, or what people look for when nothing was asked."""
    question = " ".join(q.split())[:LONGEST]
    found = await finder.find(question, lat=walk_from.lat, lng=walk_from.lng, limit=SHOWN)
    view = SearchView(question=question, lines=[_line(each) for each in found], suggested=list(SUGGESTED))
    return render("web/search.html", view, title=f"找「{question}」" if question else "找一找")


def _line(found: Found) -> FoundLine:
    what, place = found.what, found.place
    elsewhere = place.name if place and place.name != what.title else ""
    return FoundLine(
        href=what.href,
        scene=what.scene,
        title=what.title,
        kind=GROUPS[what.kind],
        about=[what.about, elsewhere, f"还有 {found.others} 处" if found.others else ""],
    )


PAGES = [show_search]
