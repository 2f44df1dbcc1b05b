"""The console's ways and the keys that lead there: one list for the menu and for the keyboard's help."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

_TODAY: Final = ("/staff/board", "/staff/redeem", "/staff/breakfast")
"""Boards, which stand under 今日 whatever their room."""

_CARE: Final = ("eldercare", "district")


class Way(msgspec.Struct, frozen=True):
    """A page of the menu: its address, name and key, and who has it (nobody named: all but auditors)."""

    href: str
    label: str
    key: str
    roles: tuple[str, ...] = ()


WAYS: Final = (
    Way("/staff/schedule", "排班与放号", "s", ("clinic", "district")),
    Way("/staff/family-doctor", "签约居民", "q", ("clinic",)),
    Way("/staff/eldercare", "助老", "z", _CARE),
    Way("/staff/readings", "读数", "u", _CARE),
    Way("/staff/wellbeing", "平安", "a", _CARE),
    Way("/staff/sos", "呼救", "h", _CARE),
    Way("/staff/calls", "电话通知", "o", _CARE),
    Way("/staff/callbacks", "回电", "l", ("clinic", *_CARE)),
    Way("/staff/coverage", "覆盖", "g", ("district",)),
    Way("/staff/import", "导入地点", "m", ("district",)),
    Way("/staff/stats", "统计", "i"),
    Way("/staff/assist", "窗口代办", "b"),
    Way("/staff/audit", "审计", "v", ("auditor",)),
)

KEYS: Final = (
    ("/", "到要填的那一格"),
    ("Esc", "离开那一格,字还在"),
    ("w", "现场和电话预约(在今日里)"),
    ("j / k", "上一周 / 下一周(在排班里)"),
    ("c", "照上周排(在排班里)"),
    ("r / p", "再看一遍 / 发布(在草稿里)"),
    ("?", "这张表"),
)
"""Keys beside those of the menu, in the order in which a morning needs them."""


class NavLine(msgspec.Struct, frozen=True):
    """A way as the menu shows it."""

    href: str
    label: str
    key: str
    here: bool


def desk_nav(role: str, path: str) -> list[NavLine]:
    """List the ways of a role, the one that a path belongs to marked."""
    today = NavLine("/staff", "今日", "t", path == "/staff" or path in _TODAY)
    allowed = [way for way in WAYS if role in way.roles or (not way.roles and role not in {"", "auditor"})]
    return [today, *(NavLine(way.href, way.label, way.key, path.startswith(way.href)) for way in allowed)]


def desk_keys(role: str) -> list[tuple[str, str]]:
    """List every key of a role with what it does, the menu's first."""
    return [*((line.key, line.label) for line in desk_nav(role, "")), *KEYS]


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {"desk_nav": desk_nav, "desk_keys": desk_keys}
"""What the console's templates call."""
