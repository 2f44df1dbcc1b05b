"""What elders tell besides their wish: where it hurts, what they cannot do, who is away, the weather, thanks.

These are kinds of words, never whole sentences: a part of the body with a complaint, an ability denied, an
absent child, an accident long past. None names a service, an hour, a number of anything or a person to be
served, so nothing of the wish is lost where they are passed over.
"""

import re
from typing import Final

_ADVERB: Final = (
    r"(?:(?:吃饭|走路|看书|看报纸?|看电视|看东西|睡觉)都?|现在|最近|近来|这[几两]天|这一阵|一直|老是|总是|经常|常常|又|也|都|实在|已经|真的|老|有点儿?|有些|蛮|很|太|特别"
    r"|越来越|是|一点|一[走动]就)*+"
)
_LONG: Final = (
    r"(?:得(?:很|来|要命|不得了|厉害|慌)?|死了|煞了?|极了|了)?"
    r"(?:[好一二两三四五六七八九十几]+(?:天|年|个?月|个?(?:礼拜|星期))了?)?"
)
_BODY: Final = (
    r"(?:这?[两一]?[只条个颗])?(?:腿脚|手脚|手|腿|脚|膝盖|腰|背|肩膀|肩胛|脖子|颈椎|关节|骨头|浑身|身上|身体|人|头|眼睛|眼乌珠|耳朵|鼻子"
    r"|坏?牙齿|假牙|牙床|牙|喉咙|嗓子|胃口|胃|肚子|血压|血糖|血脂|记性|脑子|力气|皮肤|嘴巴?|精神)(?:里|上)?"
)
_STATE: Final = (
    r"(?:不(?:太|大|是很|怎么|很)?(?:好|灵[光便]?|便|方便|舒服|利索|听使唤|稳|适意)|没有?力气?|没有?劲"
    r"|痛|疼|酸|麻|胀|痒|肿|抖|僵|软|干|差|高|低|晕|花|聋|背|难过|难受|乏|发[软酸抖麻肿炎胀]|松[脱动]?|掉|坏|模糊"
    r"|迎风流眼泪|流眼泪|出血)"
)
_ABLE: Final = (
    r"(?:[走烧搬提拎弯爬蹲跑]不[动了下]|[做烧]不[动了]|看不[清见](?:楚|爽)?|听不[清见到](?:楚)?|记不[住牢得]|睡不[着好]"
    r"|吃不[下进动]|咬不[动了下]|嚼不[动烂]|[抬举]不起来?|站不[住牢稳久]|拿不动|拎不动|认不得|不认得|不认识|不识|下不[了来]楼|爬不[上动]|够不着"
    r"|走不[远快稳]|不会(?:烧|做|写))(?:楼梯|东西|地|饭|路|菜|字|觉|楼|床|重)?"
)
_ILLNESS: Final = (
    r"(?:有|得了|是|患了?)?(?:老)?(?:糖尿病|高血压|白内障|青光眼|哮喘|冠心病|心脏病|痛风|老花眼?|老寒腿|骨质疏松|颈椎病|胃病"
    r"|帕金森|[关胃鼻肩气肠牙][\u4e00-\u9fff]{0,2}炎)(?:病人)?"
)
KIN: Final = (
    r"(?:我|阿拉|我们)?(?:的|家)?(?:儿子|女儿|囡儿|小囡|小孩|孩子|子女|儿女"
    r"|老伴|老头子|老太婆|孙子|孙女|媳妇|女婿|小辈)们?"
)
"""A relative who is spoken of, not served."""
SPOUSE: Final = r"老伴|老头子|老太婆"
"""Who eats at the same table and rides in the same car."""

_TODAY: Final = r"(?:今天|今朝)?"
_ENDS: Final = r"(?=[,。!?;]|$)"

_AWAY: Final = (
    rf"{KIN}(?:白天|平时|最近|今天|也|都|又|和{KIN})*+(?:不在(?:家|身边|上海|屋里)?|在(?:外地|外头|外国|国外|上班)|上班(?:去)?"
    r"|忙|很忙|没(?:有)?(?:空|时间)|出差|出去|住得远|不住一起|走得早|过世|去世|回老家)(?:没(?:有)?(?:空|时间))?了?"
)
_PAST: Final = (
    r"(?:去年|前年|上个月|上个?(?:礼拜|星期)|前几天|前一阵|前段时间|以前|从前|早几年)(?:我|不小心|也|脑)*"
    r"(?:[摔跌掼](?:倒过?|伤过?|过|了)?(?:一?[跤交]|一次)?|中风过?|开(?:过|了)刀|住(?:过|了)院|骨折过?|动(?:过|了)手术)了?"
)
_WEATHER: Final = (
    rf"{_TODAY}(?:外面|外头|(?<![今明后])天气?|路上?)?(?:太|蛮|很|又|有点|要)*(?:下雨|落雨|下雪|落雪|刮风|天[太蛮很]?[冷热]|天气[太蛮很]?(?:冷|热|不好)"
    r"|外面[太蛮很]?[冷热滑]|路[太蛮很]?[滑远])(?:得很|了)?"
)
_HELLO: Final = (
    r"(?:(?:早上|上午|中午|下午|晚上)好(?![吗伐不了])|早[啊呀](?=[,。]|$))[啊呀]?"
    r"(?:小姑娘|阿妹|小伙子|同志|师傅)?"
)
_NO_COOKING: Final = r"我?(?:不想|懒得|不高兴|没力气)(?:再)?(?:烧饭?|做饭)"

_COMES_ALONG: Final = rf"{KIN}(?:会|要|可以)?陪我(?:一起|一道)?去?的?"
_BEFORE: Final = re.compile(
    rf"(?:^|(?<=[,。!?;]))(?:因为)?(?:{_AWAY}|{_PAST}|{_WEATHER}|{_HELLO}|{_NO_COOKING}|{_COMES_ALONG})"
    rf"[啊呀呢嘛的]*{_ENDS}"
)
_TODAYS: Final = re.compile("今天|今朝")
_WEATHER_OF_A_DAY: Final = re.compile(r"^(?:明天|明朝|后天)(?:要)?(?:下雨|落雨|下雪|天冷|天热)(?:了)?(?=,)")

_PLACE: Final = r"(?:家里|屋里(?:厢)?|家里厢)"
_ALONE: Final = (
    r"(?:就|只有)?(?:我|剩)?(?:一个人|独自|单独)(?:在家(?:里)?|在屋里|住|过(?:日子)?|生活)|独居(?:老人)?"
    rf"|{_PLACE}(?:又)?(?:没有?人|就我一个人?|来(?:客)?人了|有客人|[蛮很太]?[乱脏]|灰[蛮很太]?[大多])"
    r"|没有?人(?:陪|管|照顾|帮)(?:我|忙)*"
)
_TELLS: Final = (
    r"(?:血压药|降压药|药|米|眼药水)(?:快|都)?(?:吃|用)(?:完|光|没)了|怕(?:摔倒?|跌倒?|滑倒?|冷|热|走丢|迷路)"
    r"|(?:年纪|岁数)[蛮很太也]?大了?|人老了|(?:今年)?[七八九]十[一二三四五六七八九多几]?岁(?:的人)?了?|不识字|没文化"
    r"|好(?:久|几天|长时间)没(?:有)?(?:洗澡?|打扫|好好吃|吃|看|擦)(?:了|过)?|肚子饿|起得早|老毛病(?:又)?犯|人[蛮很]?好的|(?:手机|微信)我?(?:不会用|用不来)"
    r"|得?(?:一夜|夜里|整夜)(?:没睡|睡不着)|不能吃(?:硬|冷|辣|油)的|不能吃甜的(?!.*甜)|不能吃咸的(?!.*咸)"
    r"|(?:吃饭|走路|睡觉|上下楼)[也都很蛮又]*不(?:太|大)?(?:方便|好|便|香)|懒得[烧动]饭?|嘴巴?馋"
    r"|(?:老早|早)就想[吃看去]了?|[喜爱]欢?吃|开刀以后|手术以后|(?:胃管|尿管|药)要换|(?:瘫|躺)在床上|瘫痪|卧床"
)
_POLITE: Final = (
    r"辛苦(?:你|侬|您)*了?|不好意思|打扰(?:你|侬|您)?(?:一下)?了?|对不起|求求(?:你|侬|您)|多谢(?:你|侬|您)?|费心|帮帮忙|有劳|烦劳"
    r"|谢谢(?:你|侬|您|你们|大家)?|[你侬您]?讲得?[响慢]一?点|老实讲|其实|反正|所以|因为|我?想问(?:你|侬|您)|阿可以|听得[见到][伐吗]|(?<=[午点科医号])好了(?=[,。]|$)"
)
_HURRY: Final = r"赶快|赶紧|快[点些]儿?|急(?:的|得很|死了|煞了|用)|着急|越早越好|抢一?个"
_FAMILY_SAYS: Final = (
    rf"{KIN}(?:讲|说)的|{KIN}[叫让劝喊](?=我)|(?<=,)[叫让](?=我)"
    r"|(?:医生|大夫)[叫让](?=我.*帮我)"
    rf"|{_COMES_ALONG}"
)
_BOOKABLE: Final = r"(?:在|有号|有空)的话|有没有号|有就[挂约订]"

PATTERNS: Final = (
    _AWAY, _PAST, _WEATHER, _ALONE, _TELLS, _POLITE, _HURRY, _FAMILY_SAYS, _BOOKABLE,
    rf"(?:我|我的|阿拉)?{_ADVERB}这?{_BODY}(?:[痛疼]得(?=\S不))?{_ADVERB}(?:{_STATE}|{_ABLE}){_LONG}",
    rf"(?:我|人)?{_ADVERB}{_ABLE}{_LONG}",
    rf"(?:我)?{_ADVERB}{_ILLNESS}{_LONG}",
)  # fmt: skip
"""What may be passed over in what is left of a sentence, the longest first."""


def without_tales(text: str, *, days: int) -> str:
    """Take out clauses whose days and persons are of no wish: an absent child, an old fall, a greeting.

    `days` counts the days a sentence names: rain today is the wish's own day where no other is said.
    """
    told = _BEFORE.sub(lambda told: told[0] if days < 2 and _TODAYS.search(told[0]) else "", text)  # noqa: PLR2004 - another
    if days > 1:
        told = _WEATHER_OF_A_DAY.sub("", told)
    return told.strip(",") and told
