"""The living page of the design system: every part, in every look."""

from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from api.web.pages import Service, services
from scenes.common.kit.looks import look_in
from scenes.common.kit.pages import Mark, PageRender
from scenes.common.places.pages_view import PlaceLine

PAGE: Final = "/design"
THEMES: Final = ("light", "dark")
COLOURS: Final = (
    ("ink", "字"), ("ink-2", "旁边的字"), ("paper", "纸"), ("ground", "底"), ("line", "线"),
    ("brand", "主色"), ("brand-ink", "主色的字"), ("brand-soft", "主色浅底"), ("clinic", "看病"),
    ("breakfast", "早餐"), ("charging", "充电"), ("eldercare", "助老"), ("ok", "好"),
    ("warn", "当心"), ("bad", "不行"),
)  # fmt: skip
ICONS: Final = ("clinic", "breakfast", "charging", "eldercare", "mine", "phone")
SCENES: Final = (("clinic", "看病"), ("breakfast", "早餐"), ("charging", "充电"), ("eldercare", "助老"))
NEAR: Final = (
    ("clinic", "曹杨社区卫生服务中心", "6", ["还有 14 个号", "开到 16:30"], Mark("ok", "可约")),
    ("charging", "曹杨兰溪路沿街充电站", "9", ["还有 1 个空位"], Mark("few", "不多了")),
    ("eldercare", "曹杨日间照料中心", "12", ["明天 8:00 开"], Mark("full", "约满")),
    ("breakfast", "曹杨花溪路早餐工程店", "14", ["明天 6:00 开"], Mark("off", "关着")),
)


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """A way to look at the page: its name, and (words, address, chosen)."""

    name: str
    ways: list[tuple[str, str, bool]]


class DesignView(msgspec.Struct, frozen=True, kw_only=True):
    """Examples of every part."""

    switches: list[Switch]
    colours: tuple[tuple[str, str], ...]
    icons: tuple[str, ...]
    scenes: tuple[tuple[str, str], ...]
    services: list[Service]
    near: list[PlaceLine]


@get(PAGE, include_in_schema=False)
async def show_design(request: Request[Any, Any, Any], render: NamedDependency[PageRender]) -> Response[str]:
    """Show the tokens and parts, switchable between looks."""
    view = DesignView(
        switches=switches(dict(request.query_params), dict(request.cookies)),
        colours=COLOURS,
        icons=ICONS,
        scenes=SCENES,
        services=services("12345"),
        near=[
            PlaceLine(
                href=PAGE, minutes=minutes, name=name, about=about, mark=mark, scene=scene, number=number
            )
            for number, (scene, name, minutes, about, mark) in enumerate(NEAR, 1)
        ],
    )
    return render("web/design.html", view, title="设计")


def switches(query: dict[str, str], cookies: dict[str, str]) -> list[Switch]:
    """List the ways to look at the page, each keeping the others."""
    look = look_in(cookies)
    now = {
        "uiStyle": look.ui, "textScale": f"{look.scale / 100:g}", "contrast": look.contrast, "theme": "",
    } | query  # fmt: skip
    offered = {
        "uiStyle": (("标准版", "standard"), ("长辈版", "elder")),
        "theme": (("随系统", ""), ("浅色", "light"), ("深色", "dark")),
        "contrast": (("正常", "normal"), ("高对比", "high")),
        "textScale": (("100%", "1"), ("125%", "1.25"), ("150%", "1.5"), ("200%", "2")),
    }
    names = {"uiStyle": "版式", "theme": "明暗", "contrast": "对比", "textScale": "字号"}
    return [
        Switch(
            name=names[key],
            ways=[
                (words, f"{PAGE}?{urlencode(now | {key: value})}", now[key] == value) for words, value in ways
            ],
        )
        for key, ways in offered.items()
    ]


PAGES = [show_design]
