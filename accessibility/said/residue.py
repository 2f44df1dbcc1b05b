"""What is left of a sentence once all that was read is taken out: the words nobody accounted for.

A reading is trusted only if it leaves nothing: a name, a time, a "not", a "last time", a second wish that the
rules do not know stays behind as a word, and the sentence is asked back. So what the rules miss costs a
question, never a wrong booking.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from accessibility.said import breakfast, care, clinic, days, hours, places, tales
from accessibility.said.heard import Flow, Heard, Known

_SIGNS: Final = re.compile(r"[\s,。!?、;:.~…「」“”]+")
_SMALL: Final = (
    r"(?:能不能|可不可以|可以|能否|好[吗伐]|好不好|行[吗伐]|行不行|可以[吗伐]|请问|谢谢(?:你|侬|您|了|啊)?|麻烦(?:你|侬|您)?"
    r"|拜托|劳驾|[你侬您]好|喂+|听得[到见][吗伐]|(?:我)?[跟和][你侬您]讲|(?:事情)?是这样的?|小姑娘|阿妹|小伙子|同志|年纪大了|腿脚?不好|牙齿?不好|就是说|那个|那么|吗|[嗯呃唔啊哦诶欸额呀吧哈呢嘛呗]"
    r"|[我俺你侬您请帮替给想要约挂订去到来个的就]|阿拉|我们|我家|一下|一个|预约|登记|安排|找|需要|打算|准备)"
)
"""Words that carry no wish of their own."""

_ILL: Final = (
    r"(?:痛|疼|酸|胀|痒)(?:得[很来]?|死了|煞了|了)?|不舒服|有点|一直|老是|睡不着(?:觉)?|好?几天了?|了|厉害|蛮|难过"
    r"|看不清(?:楚|爽)?|模糊|高|发炎|肿|出血"
)
_FLOW_WORDS: Final[dict[Flow, str]] = {
    "clinic": r"自己|号子?|门诊|看看?|做|检查|大夫|医生|医院|配药?|打|[拔补镶洗]掉?"
    r"|要配|药|清?楚|把?这[个颗只]坏?|[一两]?只?号头|复查|[你侬您]们这里|(?:我)?是?住在?|在"
    rf"|{_ILL}",
    "breakfast": r"早饭|早餐|早点|点心|弄点?吃的|(?:要|的)?[买吃拿取]|和|跟|加|夹|还要|各|低糖的?那种"
    rf"|(?:{tales.SPOUSE})要?吃?",
    "eldercare": r"药店|药房|窗|药|出去|地板|拿|[部辆台]|车子|有|教|学|快递|跑腿|一份|饭|取|年纪大了|够不着"
    r"|阿姨|师傅|人|上门|龙头|电灯|家里|屋里|房间|卫生|做|看病|看医生|[叫喊派找]|送",
    "charging": rf"{tales.KIN}要用车|快?没电了?|充电桩?|充个?电|车子?|汽车|电动车|电车|新能源车|[充桩位]",
}
_URGENT: Final = (
    r"家里|屋里|厨房|卫生间|厕所|阳台|门口|水龙?头?|管子|爆[掉开]?|漏|满地|淌|淹|钥匙|门|锁|忘记?|带|丢|打不开|进不[了去]|被|关|在?外[面头]"
    r"|马桶|堵[住牢]?|停电|跳闸|没电|黑漆漆的?|黑|急事|漫|坏|水|出不去|开|出|来?人|修(?![了好过])|通(?=马桶|下水|[,。]|$)|看看|快|掉|住|都|在|是|有|了|点"
)
"""Words of trouble at home: help that cannot wait is not held up by a question."""

_FOR_TWO: Final = rf"我?[和跟]我?(?:{tales.SPOUSE})两个人吃?"
_GIVEN_UP: Final = (
    r"取消掉?|退掉|退号|退了|退订|作废|撤[销了掉]|[去来]不了|不(?:想|用|能)?(?:去|来|要|看|吃|约|订|洗|充|叫|拔|补)+|别来|了"
    r"|那[个份只]|[这一][个份只]|单子?|预约|订单|的号|钱退给我|退(?=一下)|那[里边]"
)
_KEPT: Final = re.compile(r"(?:不|别|勿|没|要不|还没)(?:要|用|能|想|是|给|帮|可以|许)*我?(?:取消|退|作废|撤)")
"""What is not to be given up: 「不要取消」."""

_PLACE_WORDS: Final = r"卫生(?:服务)?(?:中心|站)|在|社区|街道|新村|那家|那边|那里|(?:早餐|豆浆)?店"
_FOR_THEM: Final = r"[伊他她带陪]"
_FOR_A_STRANGER: Final = re.compile(
    r"(?:给|帮|替|代)(?:[小大老隔楼邻对同]|[\u4e00-\u9fff]{1,3}(?:阿姨|伯伯|先生|师傅))"
)
_IN_A_NAME: Final = re.compile(
    r"社区|街道|卫生|医院|门诊部|新村|[一-龥]路|弄|[一-龥](?:那家|店)|医生|大夫|主任"
)
_SOME_DOCTOR: Final = frozenset({"家庭", "签约"})
_ENDS_A_PLACE: Final = re.compile(
    r"(?:医院|中心|车站|站|路|街|弄|号|小区|新村|公园|超市|菜场|银行|邮局|药房|药店|商场|广场|大厦|大楼|机场|学校|图书馆)$"
)
_NOT_IN_A_PLACE: Final = re.compile(r"[我你侬您他她伊不别先再接送看买来回给帮]|然后|或者|还是")


def residue(text: str, heard: Heard, known: Known) -> str:
    """Give what of a sentence its reading does not account for; nothing is left of one wholly understood."""
    if heard.flow is None:
        return text
    if heard.action == "cancel" and (kept := _KEPT.search(text)):
        return kept[0]
    left = re.sub(r"再(?=[帮替给教]我)", "|", text)
    for taken in _taken(text, heard, known):
        left = re.sub(taken, "|", left)
    left = re.sub(_SMALL, "|", re.sub(_words_of(heard.flow), "|", left))
    return _SIGNS.sub("", left).replace("|", "")


def _words_of(flow: Flow) -> str:
    every = (_GIVEN_UP, *_FLOW_WORDS.values()) if flow == "my-bookings" else (_FLOW_WORDS[flow],)
    return "|".join(every)


def _taken(text: str, heard: Heard, known: Known) -> Iterable[str]:
    """List patterns of what was read, the longest reach first."""
    yield from tales.PATTERNS
    if heard.flow == "breakfast" or (heard.service or "").endswith("车"):
        yield _FOR_TWO
    if heard.destination and is_a_place(heard.destination):
        yield re.escape(heard.destination)
    yield from _names(heard, known)
    yield from (pattern.pattern for pattern in days.PATTERNS)
    yield r"(?<=\|)[早晚夜](?!一|点|些|饭|餐|上|晨|浪|里|到|头|间)"
    yield from hours.patterns()
    if heard.service is not None:
        yield from _of_the_service(heard.service)  # after the hours: 「点」 and 「三」 are theirs
    for place in heard.places if heard.place is None else (heard.place,):
        yield _PLACE_WORDS
        yield places.part_said(place, text)
    if heard.for_whom is not None:
        yield care.relative(heard.for_whom)
        yield _FOR_THEM


def _names(heard: Heard, known: Known) -> Iterable[str]:
    if heard.flow in {"clinic", "my-bookings"}:
        yield from _longest_first(known.doctors, known.departments)
        yield from clinic.patterns()
    if heard.flow in {"breakfast", "my-bookings"}:
        yield from _longest_first(known.dishes)
        yield from breakfast.dishes_said()
        yield from breakfast.numbers_said() if heard.action == "book" else ()
    if heard.flow in {"eldercare", "my-bookings"}:
        yield from care.patterns()


def _of_the_service(service: str) -> Iterable[str]:
    """List the words of two services: whom a car takes and what for, and what is broken at home."""
    if service.endswith("车"):
        yield from (rf"看?(?:{words})" for words in clinic.patterns()[1:])
    if service == "助急":
        yield _URGENT


def _longest_first(*names: Sequence[str]) -> list[str]:
    every = sorted({name for each in names for name in each}, key=lambda name: (-len(name), name))
    return [re.escape(name) for name in every]


def speaks_for_a_stranger(text: str, heard: Heard) -> bool:
    """Tell whether it may be for somebody who is no relative: 「给老王约明天看牙」."""
    return heard.for_whom is None and bool(_FOR_A_STRANGER.search(text))


def is_a_name(text: str, left: str) -> bool:
    """Tell whether what is left over names a place or a doctor nobody knows: 「桃浦社区」, 「黎」(医生)."""
    if not left or left in _SOME_DOCTOR:
        return False
    return bool(_IN_A_NAME.search(left) or re.search(rf"{re.escape(left)}(?:{clinic.TITLES})", text))


def is_a_place(where: str) -> bool:
    """Tell whether words are nothing but the name of a place: 华山医院, and not 「华山医院看朋友」."""
    return bool(_ENDS_A_PLACE.search(where)) and not _NOT_IN_A_PLACE.search(where)
