"""What a sentence says of the clinic: the department by its name or by the complaint, and the doctor."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from accessibility.said.mentions import Mention, standing, values
from accessibility.said.names import namesakes

NAMED, COMPLAINT, GENERAL = 3, 2, 1
TITLES: Final = "医生|大夫|主任|医师"
_CONCEPTS: Final[tuple[tuple[int, str, str], ...]] = (
    (NAMED, r"看牙(?:子|齿|医)?|牙(?:科|医|子)|口腔科?|[拔补镶洗]牙|装假牙", "口腔|牙"),
    (NAMED, r"眼科|看眼睛|白内障|验光|配眼镜|青光眼", "眼"),
    (NAMED, r"中医科?|针灸|推拿|拔罐|[搭把号]搭?脉|膏方|吃中药", "中医"),
    (NAMED, r"妇科|妇女病", "妇"),
    (NAMED, r"儿童保健科?|儿科|儿保|(?:预防|防疫)针|打疫苗", "儿"),
    (NAMED, r"慢性?病(?:管理)?(?:门诊|科)?", "慢病|慢性病"),
    (NAMED, r"康复(?:医学)?科?|理疗", "康复"),
    (NAMED, r"全科", "全科"),
    (NAMED, r"骨科|皮肤科?|外科|心内科|内科|耳鼻喉科?|泌尿科|神经科|精神科|肿瘤科|肠胃科|消化科", r"(?!)"),
    (COMPLAINT, r"牙齿?", "口腔|牙"),
    (COMPLAINT, r"眼睛|眼乌珠|看(?:东西)?(?:不清|模糊)", "眼"),
    (COMPLAINT, r"高血压|血压药|降压药|血糖|糖尿病|血脂|血压高", "慢病|慢性病"),
    (
        GENERAL,
        r"配药|打针|量个?血压|挂水|换药|体检|感冒|发烧|发热|咳嗽|头晕|头痛|头疼|肚子|拉肚子|没力气",
        "全科",
    ),
    (GENERAL, r"[腰腿颈肩]痛|[腰腿颈肩]疼|膝盖|关节|骨头|耳朵|鼻子|皮肤|心慌|心脏|胃", r"(?!)"),
)
"""How sure the words are, the words, and what the department's name has in it (nothing: to be asked)."""

_DEPARTMENTS: Final = tuple((rank, re.compile(words), re.compile(name)) for rank, words, name in _CONCEPTS)
_WANTED: Final = re.compile(
    r"挂(?:个|一个|好|掉|一)?号|挂(?:个|一个)|看病|看医生|看大夫|门诊|医生|大夫|约号|号源|身体不(?:舒服|好)|不舒服|毛病|[痛疼]"
)
_STRONG: Final = re.compile(r"挂(?:个|一个|好)?号|看病|看医生|看大夫|约号")
_SAME: Final = re.compile(
    r"(?:上次|上趟|上回|以前|一直|老)的?(?:那|这)?个?(?:看的)?(?:医生|大夫)|家庭医生|签约医生"
)
_TITLED: Final = re.compile(rf"(?P<surname>[\u4e00-\u9fff])(?:{TITLES})")
_SELF: Final = re.compile(r"(?:我叫|我是|名字是|姓名)$")
_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔钟谭"
    "陆汪范廖贾夏韦付邹孟熊秦邱江尹薛闫段雷侯龙陶贺顾毛郝龚邵钱严覃武戴莫孔汤施庄章俞翁倪季樊"
)


def patterns() -> tuple[str, ...]:
    """Give the words for departments, complaints and doctors."""
    titled = f"[{''.join(sorted(_SURNAMES))}](?:{TITLES})"
    generic = r"挂(?:个|一个|好|掉|一)?号|看病|约号|号源"
    return titled, *(words.pattern for _, words, _ in _DEPARTMENTS), generic


class Visit(NamedTuple):
    """What was said of a visit; `unclear` names what is two-fold.

    `doctors` are those one of whom may be meant, `stranger` a doctor whom no room has.
    """

    department: str | None = None
    doctor: str | None = None
    doctors: tuple[str, ...] = ()
    stranger: str | None = None
    unclear: tuple[str, ...] = ()
    wanted: bool = False
    strong: bool = False


def visit_said(
    text: str, *, departments: Sequence[str], doctors: Sequence[str], denials: bool = True
) -> Visit:
    """Read department and doctor; the surer word wins, two equally sure ones are asked back."""
    rank, named = _departments(text, departments, denials=denials)
    named_doctor = _doctor(text, doctors, denials=denials)
    unclear: list[str] = []
    if rank and (len(named) != 1 or named[0] is None):
        unclear.append("department")
    if named_doctor.said and named_doctor.name is None:
        unclear.append("doctor")
    generic = _WANTED.search(text) is not None
    return Visit(
        department=named[0] if len(named) == 1 else None,
        doctor=named_doctor.name,
        doctors=named_doctor.names,
        stranger=named_doctor.stranger,
        unclear=tuple(unclear),
        wanted=generic or rank > 0 or named_doctor.said,
        strong=rank == NAMED or named_doctor.said or _STRONG.search(text) is not None or _does_general(text),
    )


def _does_general(text: str) -> bool:
    return bool(re.search(r"配药|打针|量个?血压|挂水|体检", text))


def _departments(text: str, departments: Sequence[str], *, denials: bool) -> tuple[int, list[str | None]]:
    ranked: dict[int, list[Mention[str | None]]] = {}
    for rank, words, name in _DEPARTMENTS:
        known = next((each for each in departments if name.search(each)), None)
        for match in words.finditer(text):
            ranked.setdefault(rank, []).append(Mention(match.start(), match.end(), known))
    for each in departments:
        at = text.find(each)
        if at >= 0:
            ranked.setdefault(NAMED, []).append(Mention(at, at + len(each), each))
    for rank in sorted(ranked, reverse=True):
        kept = standing(text, ranked[rank], denials=denials)
        if kept:
            return rank, values(kept)
    return 0, []


class _Doctor(NamedTuple):
    """Whether a doctor was named, who it is, or who it may be."""

    said: bool
    name: str | None = None
    names: tuple[str, ...] = ()
    stranger: str | None = None


def _doctor(text: str, doctors: Sequence[str], *, denials: bool) -> _Doctor:
    found = _doctors_named(text, doctors)
    if not found:
        return _Doctor(said=bool(_SAME.search(text)))
    kept = values(standing(text, found, denials=denials))
    if len(kept) == 1 and kept[0].sure and len(kept[0].names) == 1:
        return _Doctor(said=True, name=kept[0].names[0])
    names = tuple(dict.fromkeys(name for each in kept for name in each.names))
    strangers = "、".join(each.words for each in kept if not each.names)
    return _Doctor(said=bool(kept), names=names, stranger=strangers or None)


class _Named(NamedTuple):
    """The doctors that words may mean; `words` only where nobody is called so."""

    names: tuple[str, ...]
    sure: bool = True
    words: str = ""


def _doctors_named(text: str, doctors: Sequence[str]) -> list[Mention[_Named]]:
    """Find full names, and surnames with a title."""
    found: list[Mention[_Named]] = []
    for name in doctors:
        at = text.find(name)
        if at >= 0 and not _SELF.search(text[:at]):
            found.append(Mention(at, at + len(name), _Named((name,))))
    for match in _TITLED.finditer(text):
        inside = any(each.start <= match.start() < each.end for each in found)
        if match["surname"] in _SURNAMES and not inside:
            names, sure = namesakes(match["surname"], doctors)
            named = _Named(names, sure, "" if names else match[0])
            found.append(Mention(match.start(), match.end(), named))
    return found
