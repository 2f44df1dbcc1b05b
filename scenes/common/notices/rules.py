"""The words of each notice: plain Chinese, one thing a sentence, our own at most 20 characters long.

A fact that comes from elsewhere (the title of what was booked, its time) stands in a sentence of its own,
and a sentence whose fact is not known is left out.
"""

from collections.abc import Mapping
from datetime import datetime
from string import Formatter

import msgspec

from scenes.common.kit.money import spoken_yuan, yuan_text
from scenes.common.kit.speech import heard_when, spoken_when


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a notice is about; amounts in fen, instants in UTC. `for_family` is whom one arranged it for."""

    title: str | None = None
    place: str | None = None
    starts_at: datetime | None = None
    until: datetime | None = None
    amount_fen: int = 0
    for_family: bool = False


class Template(msgspec.Struct, frozen=True):
    """A headline and its sentences, with gaps for title, place, when, until and amount."""

    headline: str
    sentences: tuple[str, ...]


class Words(msgspec.Struct, frozen=True):
    """A finished notice: a headline, and the same text for the eye and for the ear."""

    headline: str
    text: str
    speak: str


FAMILY = "这是您帮家人办的。"
TEMPLATES: Mapping[str, Template] = {
    "booking_confirmed": Template("约好了", ("{title}。", "{when}。", "请按时来。", "来不了请早点取消。")),
    "booking_cancelled": Template(
        "预约取消了", ("{title}。", "{when}。", "这个预约已经取消。", "付过的{amount}会退回。")
    ),
    "booking_called_off": Template(
        "预约办不成了",
        (
            "很抱歉,这个预约办不成了。",
            "{title}。",
            "{when}。",
            "付过的{amount}会退回。",
            "请另选时间,或打电话给我们。",
        ),
    ),
    "booking_expired": Template(
        "没有付款,号放回去了",
        ("{title}。", "{when}。", "时间到了还没有付款。", "还想要,请重新预约。"),
    ),
    "offer_lapsed": Template(
        "留的号给了下一位",
        ("{title}。", "{when}。", "留给您的时间过了。", "还想要,请再排一次。"),
    ),
    "booking_no_show": Template(
        "这次您没有来",
        ("{title}。", "{when}。", "我们没有等到您。", "多次不来会暂停预约。", "有难处请打电话给我们。"),
    ),
    "charging_suspended": Template(
        "充电暂停预约",
        (
            "约了充电几次没有来。",
            "{until}以前不能预约。",
            "到站直接充电不受影响。",
            "有难处请打电话给我们。",
        ),
    ),
    "clinic_suspended": Template(
        "看病暂停预约",
        (
            "几次约了没来,或取消太多。",
            "{until}以前不能预约。",
            "急病请直接去医院,或打120。",
            "有难处请打电话给我们。",
        ),
    ),
    "refund_waits": Template(
        "钱在柜台等您拿", ("付过的{amount}请到柜台拿。", "在{place}。", "报姓名和手机号后四位。")
    ),
    "payment_handed_back": Template(
        "柜台退钱给您了", ("{amount}已经在柜台退给您。", "没有拿到,请打电话给我们。")
    ),
    "payment_refunded": Template("钱退回来了", ("{amount}已经退给您。", "退到原来付款的账户。")),
    "refund_stuck": Template(
        "钱要由工作人员退给您",
        ("{amount}没能退回付款的账户。", "工作人员会和您联系,用别的办法退给您。", "不用再申请。"),
    ),
    "refund_returned": Template(
        "钱退给您了", ("{amount}已经由工作人员退给您。", "没有收到,请打电话给我们。")
    ),
    "charging_paid": Template("充电付好了", ("先付的{amount}收到了。", "正在启动充电桩。", "充完多退少补。")),
    "charging_called_off": Template(
        "没有充成", ("很抱歉,这次没有充成。", "付过的{amount}会退回。", "请换一个充电桩试试。")
    ),
    "booking_moved": Template(
        "给您换了地方",
        (
            "很抱歉,原来的地方用不了了。",
            "{title}。",
            "改到{place}。",
            "{when}。",
            "号码不变,钱也不变。",
            "不方便请取消,或打电话给我们。",
        ),
    ),
    "food_recall": Template(
        "这批早点请不要吃",
        (
            "您拿到的早点有一批有问题。",
            "{title}。",
            "没吃完的请不要再吃。",
            "不舒服请马上去看医生。",
            "有疑问请打电话给我们。",
        ),
    ),
    "food_recall_waiting": Template(
        "您订的早点先不要取",
        ("您订的早点有一批有问题。", "{title}。", "请先不要取,也不要吃。", "怎么处理,请打电话给我们。"),
    ),
    "waitlist_offered": Template(
        "候补等到号了",
        ("{title}。", "{when}。", "这个号给您留着。", "{until}前请办好。", "过了时间就给下一位。"),
    ),
    "waitlist_cleared": Template(
        "候补没有等到", ("{title}。", "{when}。", "这次没有等到号。", "没有收您的钱。")
    ),
    "queue_offered": Template(
        "排到充电位了",
        ("{title}。", "{when}。", "这个位子给您留着。", "{until}前请确认。", "过了时间就给下一位。"),
    ),
    "queue_ended": Template(
        "充电位没有排到", ("排了很久,一直没有空位。", "我们先不替您排了。", "还想充,请再排一次。")
    ),
    "session_stopped": Template(
        "停诊通知",
        (
            "很抱歉,这一场停诊了。",
            "{title}。",
            "{when}。",
            "付过的{amount}会退回。",
            "可以另约同级医生的号。",
            "要帮忙请打电话给我们。",
        ),
    ),
    "repeat_placed": Template(
        "每周的早饭订上了",
        ("{title}。", "{when}。", "这次付{amount}。", "{until}前请付款。", "不要,请早点取消。"),
    ),
    "reminder_evening": Template("明天别忘了", ("{title}。", "{when}。", "请按时来。", "来不了请早点取消。")),
    "reminder_soon": Template("时间快到了", ("{title}。", "{when}。", "请准备出门。")),
    "repeat_failed": Template(
        "每周的早饭这次没订上",
        (
            "很抱歉,这次没有订上。",
            "{title}。",
            "{when}。",
            "卖完了或约满了。",
            "没有收您的钱。",
            "还想要,请另选时间。",
        ),
    ),
    "sos_help": Template(
        "快去看看:有人呼救",
        ("{title}。", "请马上打开应用。", "点「我来处理」,再去看。", "去不了,会叫下一个人。"),
    ),
    "sos_help_drill": Template(
        "【演练】呼救", ("这是演练,没有人出事。", "{title}。", "请打开应用。", "点「我来处理」。")
    ),
    "sos_answered": Template("有人去处理了", ("{title}。", "已经有人在处理。", "您能去,也可以去。")),
    "sos_answered_drill": Template("【演练】有人处理了", ("这是演练。", "{title}。", "已经有人在处理。")),
    "sos_closed": Template(
        "呼救处理完了", ("{title}。", "这次呼救处理完了。", "想知道详情,请打电话给我们。")
    ),
    "sos_closed_drill": Template("【演练】结束了", ("这是演练。", "{title}。", "演练结束,谢谢您。")),
    "sos_120": Template("请打120", ("还没有人回应您的呼救。", "请现在打120。", "我们还在继续叫人。")),
    "care_assigned": Template("派了人,等他答应", ("{title}。", "{when}。", "已经派了护理员,等他答应。")),
    "care_accepted": Template(
        "有人来帮您", ("{title}。", "{when}。", "护理员答应来了。", "到了会问您到达码。")
    ),
    "care_agreed": Template("时间说好了", ("{title}。", "{when}。", "到时候有人来。")),
    "care_arrived": Template("护理员到了", ("{title}。", "护理员已经到了。")),
    "care_done": Template("服务做完了", ("{title}。", "这次服务做完了。", "请说说做得好不好。")),
    "care_declined": Template("这次办不了", ("{title}。", "很抱歉,这次办不了。", "请打电话给我们。")),
    "care_cancelled": Template("服务取消了", ("{title}。", "这次服务已经取消。")),
    "family_granted": Template(
        "您让家人代办了", ("{title}可以替您办事了。", "到{until}为止。", "不是您办的,请马上取消。")
    ),
    "family_given": Template("可以替家人办事了", ("{title}让您替他办事。", "请在「我的」里开始。")),
    "family_asked": Template(
        "有人想替您办事", ("{title}想替您办事。", "同意请在「我的」里点同意。", "不认识请不要同意。")
    ),
    "family_ended": Template("代办结束了", ("{title}。", "代办已经结束。")),
    "family_declined": Template("没有同意代办", ("{title}没有同意。", "有疑问请直接问他。")),
    "family_odd_payment": Template(
        "有人替您付了一笔钱",
        ("{title}。", "这笔是{amount}。", "不是您要的,请马上取消代办。", "再打电话给我们。"),
    ),
    "wellbeing_remind": Template(
        "今天还没有报平安", ("您今天还没有报平安。", "请打开应用,点「我平安」。", "不点,我们会告诉家人。")
    ),
    "wellbeing_kin": Template(
        "家人今天没有报平安", ("{title}。", "今天还没有报平安。", "请打个电话问问。", "急事请打120。")
    ),
    "wellbeing_seen": Template("家人报平安了", ("{title}。", "刚刚报了平安。", "请放心。")),
    "reading_alert": Template(
        "请看一下您的读数", ("有几次读数不在范围里。", "请打开应用看看。", "不舒服请去看医生,或打120。")
    ),
    "reading_alert_kin": Template(
        "请问问家人的身体", ("{title}。", "有几次读数不在范围里。", "请打个电话问问。", "急事请打120。")
    ),
    "water_silent": Template("家里很久没用水了", ("家里很久没有用水。", "您还好吗?", "社区会联系您。")),
    "water_silent_kin": Template("家里很久没用水了", ("{title}。", "家里很久没有用水。", "请打个电话问问。")),
    "sos_120_drill": Template(
        "【演练】到了最后一步", ("这是演练。", "真有急事才打120。", "没有事,什么都不用做。")
    ),
}


REMINDERS = frozenset({"reminder_evening", "reminder_soon"})
"""What is of no use any more once the thing itself has begun."""


def useless_after(template: str, facts: Facts) -> datetime | None:
    """Say when a notice is stale and need not go out any more: a reminder after the start, an offer's end."""
    return facts.starts_at if template in REMINDERS else facts.until


def compose(template: str, facts: Facts, *, now: datetime) -> Words:
    """Put facts into a template, seen from `now`: "明天上午9点半", "三元五角"."""
    chosen = TEMPLATES[template]
    sentences = (FAMILY, *chosen.sentences) if facts.for_family else chosen.sentences
    eye, ear = _for_eye(facts, now), _for_ear(facts, now)
    return Words(chosen.headline, _filled(sentences, eye), _filled(sentences, ear))


def _for_eye(facts: Facts, now: datetime) -> dict[str, str | None]:
    return {
        "title": facts.title,
        "place": facts.place,
        "when": spoken_when(facts.starts_at, now) if facts.starts_at else None,
        "until": heard_when(facts.until, now) if facts.until else None,
        "amount": yuan_text(facts.amount_fen) if facts.amount_fen else None,
    }


def _for_ear(facts: Facts, now: datetime) -> dict[str, str | None]:
    return {
        "title": facts.title,
        "place": facts.place,
        "when": heard_when(facts.starts_at, now) if facts.starts_at else None,
        "until": heard_when(facts.until, now) if facts.until else None,
        "amount": spoken_yuan(facts.amount_fen) if facts.amount_fen else None,
    }


def _filled(sentences: tuple[str, ...], gaps: Mapping[str, str | None]) -> str:
    """Join the sentences all of whose gaps can be filled."""
    return "".join(each.format_map(gaps) for each in sentences if all(gaps[name] for name in _gaps(each)))


def _gaps(sentence: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(sentence) if name]
