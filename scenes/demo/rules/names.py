"""Names as they are met in Shanghai: surnames by how common they are, given names by sex and generation."""

import random
from itertools import accumulate
from typing import Final

SURNAMES: Final = {
    "张": 80, "王": 78, "陈": 64, "李": 56, "朱": 36, "徐": 35, "周": 34, "沈": 30, "陆": 28, "吴": 28,
    "顾": 24, "刘": 24, "杨": 22, "黄": 20, "赵": 18, "金": 16, "孙": 16, "胡": 14, "施": 12, "倪": 11,
    "蔡": 11, "潘": 10, "姚": 10, "郑": 10, "钱": 10, "何": 9, "马": 9, "俞": 9, "高": 9, "林": 9,
    "曹": 8, "许": 8, "唐": 8, "严": 8, "龚": 8, "汪": 7, "郭": 7, "宋": 7, "秦": 7, "谢": 7, "盛": 6,
    "邵": 6, "范": 6, "叶": 6, "董": 6, "程": 6, "康": 5, "梁": 5, "方": 5, "杜": 5, "瞿": 4, "季": 4,
    "夏": 4, "蒋": 4, "戴": 4, "丁": 4, "乔": 3, "褚": 2, "欧阳": 1, "诸葛": 1,
}  # fmt: skip
"""With about how often each is met in a thousand people."""

RETIRED: Final = 58
"""The age from which given names are of the oldest generation."""

_ELDER: Final = {
    "f": (
        (
            "秀英 桂英 秀珍 玉兰 桂珍 凤英 惠芳 美华 丽华 雪珍 阿妹 月娥 素珍 金娣 兰英 秀兰 玉珍 美娟 "
            "文英 招娣 彩英 慧珍 爱珍 瑞芳 佩华 根娣 芬娣 莉娟 佩芬 国英 建华 爱华 丽娟 雅琴 淑芬"
        ),
        "秀玉桂惠美丽月素金兰佩慧爱瑞雅淑文彩",
        "英珍芳华娣娟芬琴兰娥凤妹莲",
    ),
    "m": (
        (
            "建国 国强 志明 德明 福生 根生 阿根 建华 国华 永康 金龙 伟民 家骏 志强 宝根 国平 国庆 建平 "
            "荣根 长根 林根 鸿发 炳生 祖德 文彬 兆祥 海根 龙根 正华 耀明 维新 忠良 关荣 福康"
        ),
        "建国志德福根永金伟家宝荣文正耀忠炳兆",
        "国强明生根华康龙民平荣祥良德发兴",
    ),
}
_GROWN: Final = {
    "f": (
        "敏 静 丽萍 燕 红 芳 莉 洁 慧 雯 丽 霞 晓燕 海燕 文静 佳 颖 婷 琳 蓉 蕾 群 薇 晓敏 丽君 春燕",
        "晓文丽佳海春雅慧怡思静雪",
        "燕敏萍静芳洁莉雯君霞婷琳",
    ),
    "m": (
        "伟 军 强 磊 斌 杰 勇 涛 明 超 俊 海峰 晓东 志刚 文杰 鹏 峰 健 辉 毅 凯 华 刚 俊杰 海涛 晓明",
        "志文海晓俊建伟国家永",
        "伟军强杰明峰涛辉东华斌刚",
    ),
}
_YOUNG: Final = {
    "f": (
        "欣怡 梓涵 诗涵 雨桐 思琪 佳怡 子萱 梦瑶 若曦 语嫣 雨欣 佳琪 静怡 悦 嘉怡 一诺 可馨 芷若 晨曦 书瑶",
        "欣梓诗雨思佳子梦若语嘉可书",
        "怡涵桐琪萱瑶曦欣悦馨诺",
    ),
    "m": (
        "浩然 子轩 宇轩 浩宇 一鸣 俊豪 嘉豪 天佑 子涵 宇航 博文 皓轩 泽宇 俊熙 致远 睿 逸飞 思远 明轩 晨",
        "浩子宇一俊嘉天博皓泽致思明",
        "然轩宇鸣豪佑涵航文熙远飞",
    ),
}
_WHOLE: Final = 0.6
"""Share of given names taken as they are; the others are put together of two characters."""

_FAMILY_NAMES: Final = tuple(SURNAMES)
_FAMILY_NAMES_UP_TO: Final = list(accumulate(SURNAMES.values()))
_POOLS: Final = {
    (generation, sex): (tuple(whole.split()), first, second)
    for generation, names in enumerate((_YOUNG, _GROWN, _ELDER))
    for sex, (whole, first, second) in names.items()
}
_YOUNG_UP_TO: Final = 26


def draw_surname(chance: random.Random) -> str:
    """Draw a surname, the common ones more often."""
    return chance.choices(_FAMILY_NAMES, cum_weights=_FAMILY_NAMES_UP_TO)[0]


def draw_given_name(chance: random.Random, sex: str, age: int) -> str:
    """Draw a given name of the sex ("f" or "m") and the generation."""
    generation = (age > _YOUNG_UP_TO) + (age >= RETIRED)
    whole, first, second = _POOLS[generation, sex]
    if chance.random() < _WHOLE:
        return chance.choice(whole)
    return chance.choice(first) + chance.choice(second)
