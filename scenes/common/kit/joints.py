"""Where a place's name may break into lines: between its words, never within one."""

import re
from typing import Final

_WORDS: Final = (
    "社区", "卫生服务中心", "卫生服务站", "服务中心", "服务站", "卫生", "智慧健康驿站", "日间照料中心",
    "照护之家", "养老院", "互联网医院", "为老", "助浴点", "充电站", "停车场", "地下车库", "公园", "商场",
    "小区", "沿街", "邻里中心", "智慧早餐店", "早餐工程店", "智能早餐车", "无人早餐车", "早餐自提柜",
    "网订柜取点", "大饼油条店", "点心店", "豆浆店", "早餐坊", "(演示)",
)  # fmt: skip
_WORD: Final = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_PIECES: Final = re.compile(rf"{_WORD}|(?:(?!{_WORD})[^路街道弄镇])*[路街道弄镇]?(?={_WORD}|$)|.")


def joints(name: str) -> list[str]:
    """Split a name into the pieces that stay whole: 「曹杨」「社区」「卫生服务中心」."""
    pieces: list[str] = []
    for piece in _PIECES.findall(name):
        if not piece:
            continue
        if pieces and len(piece) == 1:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
