"""The console's ways and the keys that lead there: one list for the menu and for the keyboard's help."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

_TODAY: Final = ("/staff/board", "/staff/redeem", "/staff/breakfast")
"""Boards, which stand under 今日 whatever their room."""

_CARE: Final = ("eldercare", "district")

CARE: Final = "/staff/eldercare"
SOS: Final = "/staff/sos"
CALLS: Final = "/staff/calls"
CALL_BACKS: Final = "/staff/callbacks"
STUCK_REFUNDS: Final = "/staff/stuck-refunds"
COUNTED: Final = frozenset({CARE, SOS, CALLS, CALL_BACKS, STUCK_REFUNDS})
"""Pages whose entry tells how many wait there."""

MOST_SHOWN: Final = 99
"""More than this is shown as 99+, so that the menu keeps its width; the spoken number is whole."""


class Way(msgspec.Struct, frozen=True):
    """A page of the menu: its address, name and key, and who has it (nobody named: all but auditors)."""

    href: str
    label: str
    key: str
    roles: tuple[str, ...] = ()


WAYS: Final = (
    Way("/staff/schedule", "排班与放号", "s", ("clinic", "district")),
    Way("/staff/family-doctor", "签约居民", "q", ("clinic",)),
    Way(CARE, "助老", "z", _CARE),
    Way("/staff/readings", "读数", "u", _CARE),
    Way("/staff/wellbeing", "平安", "a", _CARE),
    Way(SOS, "呼救", "h", _CARE),
    Way(CALLS, "电话通知", "o", _CARE),
    Way(CALL_BACKS, "回电", "l", ("clinic", *_CARE)),
    Way(STUCK_REFUNDS, "退款异常", "x", ("district",)),
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


NOTHING: Final[Mapping[str, int]] = MappingProxyType({})


class NavLine(msgspec.Struct, frozen=True):
    """A way as the menu shows it; where it is counted, with the number shown and the words spoken."""

    href: str
    label: str
    key: str
    here: bool
    counted: bool = False
    waits: int = 0
    shown: str = ""
    spoken: str = ""


def desk_nav(role: str, path: str, waits: Mapping[str, int] = NOTHING) -> list[NavLine]:
    """List the ways of a role, the one that a path belongs to marked, with how many wait."""
    today = NavLine("/staff", "今日", "t", path == "/staff" or path in _TODAY)
    return [today, *(_line(way, path, waits) for way in _ways(role))]


def desk_keys(role: str) -> list[tuple[str, str]]:
    """List every key of a role with what it does, the menu's first."""
    return [*((line.key, line.label) for line in desk_nav(role, "")), *KEYS]


def counted(role: str) -> list[str]:
    """List the pages of a role whose entry tells how many wait there."""
    return [way.href for way in _ways(role) if way.href in COUNTED]


def shown(count: int) -> str:
    """Write a number as the menu shows it: nothing where nothing waits."""
    return f"{MOST_SHOWN}+" if count > MOST_SHOWN else str(count or "")


def spoken(label: str, count: int) -> str:
    """Say an entry with its number, as a screen reader shall: 「呼救,2 条待处理」."""
    return f"{label},{count} 条待处理" if count else label


def _ways(role: str) -> list[Way]:
    return [way for way in WAYS if role in way.roles or (not way.roles and role not in {"", "auditor"})]


def _line(way: Way, path: str, waits: Mapping[str, int]) -> NavLine:
    here, count = path.startswith(way.href), waits.get(way.href, 0)
    if way.href not in COUNTED:
        return NavLine(way.href, way.label, way.key, here)
    return NavLine(
        way.href, way.label, way.key, here, counted=True, waits=count, shown=shown(count),
        spoken=spoken(way.label, count),
    )  # fmt: skip


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {"desk_nav": desk_nav, "desk_keys": desk_keys}
"""What the console's templates call."""
