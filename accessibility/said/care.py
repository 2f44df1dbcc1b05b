"""What a sentence says of help at home: which service, where to, for whom."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from accessibility.said.mentions import Mention, standing, values


class _Service(NamedTuple):
    words: re.Pattern[str]
    name: re.Pattern[str]
    timed: bool
    covers: bool
    """Whether it speaks of seeing a doctor without booking one (陪我看病, 叫车去看牙)."""


def _service(words: str, name: str, *, timed: bool = False, covers: bool = False) -> _Service:
    return _Service(re.compile(words), re.compile(name), timed, covers)


_SERVICES: Final = (
    _service(
        r"(?:叫|喊|打|约|要|派)(?:的|好?一?[部辆个台])?(?:差头|出租车?|车(?!站))|差头|一键叫车|打的|的士|叫滴滴"
        r"|的车(?=取消|退掉?|不要了|不用了)|(?:取消|退掉)[^,。]{0,14}的车",
        "车", covers=True,
    ),
    _service(
        r"助医|陪诊|陪[^,。]{0,6}(?:看病|看医生|就医)"
        r"|陪(?:我|我们|伊|着|一下)?[^,。陪]{0,5}(?:去|到|看)[^,。]{0,8}(?:医院|看病|看医生|中心|配药)",
        "助医", timed=True, covers=True,
    ),
    _service(
        r"陪[^,。]{0,6}(?:走走|散步|散散步|出去|下楼|晒太阳|买菜|逛逛)|助行|推轮椅|轮椅", "助行", timed=True
    ),
    _service(r"洗个?澡|助浴|[汏淴]浴|擦身|洗头", "助浴", timed=True),
    _service(
        r"打扫|搞卫生|擦窗|擦擦窗|擦擦?玻璃|钟点工|保洁|拖地|拖拖地|助洁|收作房间|做家务", "助洁", timed=True
    ),
    _service(
        r"送(?:个|点|一份)?[中晚午]?饭|[中晚午]饭(?:帮|给|替)我送|助餐|送餐|烧(?:个)?饭|订[中晚午]饭", "助餐"
    ),
    _service(
        r"代办|(?:帮|替|给)[^,。]{0,8}(?:买点?药|拿药|拿一下药|取药|代配药|买点?菜)|去药店|跑腿"
        r"|[交缴](?:水电?费|电费|煤气费|费)|水电费|取个?快递|拿快递|买药",
        "代办", covers=True,
    ),
    _service(
        r"(?:教|学)[^,。]{0,6}(?:手机|微信|随申办|上网|视频)|数字助老"
        r"|(?:手机|微信)[^,。]{0,3}(?:不会|怎么用)",
        "数字助老", timed=True,
    ),
    _service(
        r"护士[^,。]{0,6}(?:上门|来打针|来换药)|上门(?:护理|换药|打针|量血压|输液)"
        r"|(?:到|来)(?:我)?家里?来?(?:换药|打针|量血压)",
        "上门护理", timed=True, covers=True,
    ),
    _service(r"安宁疗护|临终|安宁", "安宁"),
    _service(
        r"助急|修[^,。]{0,2}(?:龙头|马桶|管子|下水道?|门锁|电灯)|通(?:一?下)?(?:马桶|下水道?)"
        r"|(?:龙头|马桶|电灯|下水道)[^,。]{0,2}(?:坏|不灵|漏)|水管|漏水|急事|停电|跳闸|马桶堵|(?:钥匙|门锁|门)[^,。]{0,8}(?:忘|进不|打不开|锁)|锁在外面",
        "助急",
    ),
)  # fmt: skip
_SOME_HELP: Final = re.compile(
    r"护工|保姆|阿姨(?!你|侬|啊|,|好)|照顾|伺候|养老院|敬老院|日托|上门服务|居家养老"
    r"|(?:来|[叫找请派喊])(?:一?个)?人(?:来|上门|到我?家里?来?)*(?:陪|帮忙)"
)
_DESTINATION: Final = re.compile(r"(?:送我|带我|陪我|送伊)?(?:去|到|回)(?P<where>[\u4e00-\u9fff0-9]{1,14})")
_TAIL: Final = re.compile(
    r"(?:看病|看医生|看牙|看眼睛|看(?!守)|配药|拿药|复查|办事|接|取|买|一趟|好伐|好吗|谢谢|吧|呀|啊|哦|呢|来|的)[\u4e00-\u9fff]*$"
)
_NO_PLACE: Final = re.compile(r"^(?:看|哪|啥|什么|办|买|取|交|那里|那边|走走|家里)|^(?:家|时候|点)$")
_KIN: Final = (
    ("老伴", r"老伴|老头子|老太婆|老太|老公|老婆|爱人"),
    ("外孙女", "外孙女"),
    ("外孙", "外孙(?!女)"),
    ("孙女", "(?<!外)孙女"),
    ("孙子", "(?<!外)孙子"),
    ("妈妈", "妈妈|姆妈|老妈|我妈|母亲|老娘"),
    ("爸爸", "爸爸|阿爸|老爸|我爸|父亲"),
    ("女儿", "女儿|囡儿"),
    ("儿子", "儿子"),
    ("姐姐", "姐姐|阿姐"),
    ("妹妹", "妹妹"),
    ("哥哥", "哥哥|阿哥"),
    ("弟弟", "弟弟"),
)
_RELATIVES: Final = tuple((name, re.compile(words)) for name, words in _KIN)
_FOR: Final = re.compile(r"(?:给|帮|替|为|带|陪|教|照顾|伺候|是)(?:我们|我|阿拉|咱)?(?:家|的)?[小大老]?$")
_NOT_FOR: Final = re.compile(
    r"^(?:家|陪我|带我|帮我|替我|给我|的车|讲|说|叫我|让我|送我|蛮)|^[^,。]{0,2}(?:讲的|说的)"
)
_SUFFERS: Final = re.compile(
    r"^(?:[^,。]{0,6}(?:痛|疼|要换|发烧|发热|不舒服|看不清|血糖|血压|要打|想看|要看|要配|咳嗽|头晕|感冒)|(?:今天|明天|后天)[^,。]{0,6}的)"
)
_FOR_THEM: Final = re.compile(r"(?:给|帮|替|为|带|陪)[伊他她](?!们)")
_TOWARDS: Final = re.compile(r"(?:去|到|回|告诉)$")
_WITH: Final = re.compile(r"(?:和|跟|同|问|打电话给|叫|让)(?:我|阿拉)?[小大老]?$")


_WORDS: Final = (
    r"推轮椅|轮椅|晒晒太阳|一键叫车|叫滴滴|出租车|差头|的士|打的|[一]?[部辆台]?车子?"
    r"|助医|陪诊|陪(?:我|伊)?|配药|走走|散散步|散步|下楼|晒太阳|逛逛|助行|洗个?澡|助浴|[汏淴]浴|擦身|洗头|打扫|搞卫生"
    r"|擦?擦玻?璃?窗|擦玻璃|钟点工|保洁|拖拖?地板?|助洁|收作房间|做家务|送[中晚午]?饭|[中晚午]饭|助餐|送餐"
    r"|代办|买一?点?菜|买点药|买药|拿药|取药|[交缴]水?电费|学?教?用?(?:手机|微信|随申办)|视频|数字助老|护士|护理|换药|打针|量血压"
    r"|安宁疗护|水管|漏水|助急|一趟"
)


def patterns() -> tuple[str, ...]:
    """Give the words that name a service and nothing besides."""
    return (_WORDS,)


def relative(name: str) -> str:
    """Give the words for a relative."""
    words = next(words for each, words in _KIN if each == name)
    return rf"小?(?:{words}|{name[0]})+"


class Help(NamedTuple):
    """What was said of help: `services` that stand (none: to be asked), and whether any is wanted."""

    services: tuple[str | None, ...] = ()
    wanted: bool = False
    timed: bool = False
    covers: bool = False


def help_said(text: str, *, services: Sequence[str], denials: bool = True) -> Help:
    """Read which service is meant; the first words to name one win over a mere wish for help."""
    found: list[Mention[_Service]] = []
    for service in _SERVICES:
        found += [Mention(m.start(), m.end(), service) for m in service.words.finditer(text)]
    kept = values(standing(text, found, denials=denials))
    names = tuple(dict.fromkeys(_named(each, services) for each in kept))
    if len(kept) > 1 and len(names) > 1:
        return Help((None,), wanted=True, covers=any(each.covers for each in kept))
    if kept:
        return Help(names, wanted=True, timed=kept[0].timed, covers=kept[0].covers)
    return Help((None,), wanted=True) if _SOME_HELP.search(text) else Help()


def _named(service: _Service, services: Sequence[str]) -> str | None:
    return next((each for each in services if service.name.search(each)), None)


def destination_said(text: str) -> str | None:
    """Read where to go: 「叫车去华山医院看牙」 is 华山医院; a purpose alone is no place."""
    for match in _DESTINATION.finditer(text):
        where = _TAIL.sub("", match["where"])
        if where and not _NO_PLACE.search(where):
            return where
    return None


def somebody_unclear(text: str) -> bool:
    """Tell whether it may be for somebody else too: 「帮我和老伴都挂」, or a relative of no clear part."""
    for _, words in _RELATIVES:
        if re.search(rf"(?:和|跟|同)我?(?:{words.pattern})(?:都|一起|一道|各)", text):
            return True
        for match in words.finditer(text):
            before, after = text[: match.start()], text[match.end() :]
            if not (_NOT_FOR.search(after) or _WITH.search(before) or _TOWARDS.search(before)):
                return True
    return False


def person_said(text: str) -> str | None:
    """Read for whom it is, none for oneself; who only comes along or says so is not meant."""
    for name, words in _RELATIVES:
        for match in words.finditer(text):
            before, after = text[: match.start()], text[match.end() :]
            if words.pattern.endswith("母亲|老娘") and match[0] == "我妈":
                before += "我"
            if _NOT_FOR.search(after) or _WITH.search(before):
                continue
            if _FOR.search(before) or _SUFFERS.search(after) or _FOR_THEM.search(after):
                return name
    return None
