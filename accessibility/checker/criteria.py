"""What each criterion asks for, in a resident's words, and which part of the site an address belongs to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from accessibility.checker.report import Score

RULE, WEB, OURS = "适老化规范", "国际网页标准", "我们自己定的"

CRITERIA: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "APP 1.1": ("字够大,可以再放大", f"{RULE} 1.1"),
    "APP 1.2": ("行和段隔得开", f"{RULE} 1.2"),
    "APP 1.3": ("字和底色分得清", f"{RULE} 1.3"),
    "APP 1.4": ("不只靠颜色分辨", f"{RULE} 1.4"),
    "APP 1.5": ("没有看图认字的关卡", f"{RULE} 1.5"),
    "APP 2.1": ("按钮够大,点得到", f"{RULE} 2.1"),
    "APP 2.2": ("不用三根手指", f"{RULE} 2.2"),
    "APP 2.3": ("页面不会自己变", f"{RULE} 2.3"),
    "APP 2.4": ("弹出的窗关得掉", f"{RULE} 2.4"),
    "APP 3.1": ("长辈版找得到", f"{RULE} 3.1"),
    "APP 4.1": ("读屏软件都能用", f"{RULE} 4.1"),
    "APP 5.1": ("没有广告和诱导", f"{RULE} 5.1"),
    "WCAG 1.3.1": ("标题和正文分明", f"{WEB} 1.3.1"),
    "WCAG 1.4.4": ("放大后字不缺", f"{WEB} 1.4.4"),
    "WCAG 1.4.8": ("一行字不太长", f"{WEB} 1.4.8"),
    "WCAG 1.4.10": ("窄屏不用左右拖", f"{WEB} 1.4.10"),
    "WCAG 1.4.12": ("拉开字距,字不缺", f"{WEB} 1.4.12"),
    "WCAG 2.4.2": ("每页有名字", f"{WEB} 2.4.2"),
    "WCAG 3.1.1": ("写明用的是中文", f"{WEB} 3.1.1"),
    "WCAG 3.2.6": ("打电话总在老地方", f"{WEB} 3.2.6"),
    "gap": ("按钮之间有空隙", OURS),
    "overlap": ("字不压字", OURS),
    "wording": ("日子说人话,不夹英文", OURS),
    "opens": ("每页都打得开", OURS),
    "axe": ("另一个检查工具也通过", "网页通用检查"),
})  # fmt: skip
"""Per criterion of the checker (all of axe-core's rules as one): what it asks for, and whose rule it is."""

PARTS: Final[Mapping[str, str]] = MappingProxyType({
    "": "首页", "clinic": "看病", "breakfast": "早餐", "charging": "充电", "eldercare": "助老",
    "places": "附近", "bookings": "我的预约", "me": "个人", "elder": "长辈版", "staff": "工作台",
    "sign-in": "登录", "search": "查找", "preferences": "大小和颜色", "accessibility": "无障碍说明",
    "design": "设计", "offline": "没有网络时",
})  # fmt: skip
ELSEWHERE: Final = "别处"


def family(criterion: str) -> str:
    """Return the criterion that a finding is told under: axe-core's many rules are one."""
    return "axe" if criterion.startswith("axe ") else criterion


def part_of(address: str) -> str:
    """Name the part of the site that a path belongs to."""
    return PARTS.get(address.split("?", maxsplit=1)[0].strip("/").split("/", maxsplit=1)[0], ELSEWHERE)


def violations(score: Score) -> dict[str, int]:
    """Count what was found for each criterion there is, 0 where nothing was; unknown ones stand last."""
    counted = dict.fromkeys(CRITERIA, 0)
    for criterion, found in score.by_criterion.items():
        name = family(criterion)
        counted[name] = counted.get(name, 0) + found
    return counted
