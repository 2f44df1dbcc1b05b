"""What kind of wish a sentence is: emergency, question, cancellation, payment, a call for a human."""

import re
from typing import Final

_EMERGENCY: Final = re.compile(
    r"救命|救救我|[摔跌掼滑](?:倒|伤|下来|了?一[跤交])|摔了|[摔跌掼]在|起不来|滚下来|满?[头脸]上?(?:都)?是血"
    r"|(?:胸口?|心口|心脏|胸前)[^,。]{0,4}(?:痛|疼|闷|绞|压|难受)"
    r"|[喘透]不过气|气[^,。]{0,2}[透喘]不|[透喘]不(?:出|上)气|没有?呼吸"
    r"|[晕昏](?:倒|过去|迷)|叫不醒|不省人事|没反应了|中风|嘴巴?歪|口眼歪斜"
    r"|半边[^,。]{0,4}(?:动不了|不能动|没知觉)"
    r"|(?:流血|血流|出血)[^,。]{0,3}(?:不止|不停|止不住)|大出血"
    r"|(?:叫|打|喊)[^,。]{0,4}(?:救护车|120)|救护车|(?<!赶)快来人(?!看|修)"
    r"|煤气[^,。]{0,2}[漏泄]|[着起失]火|吃错药|(?:喉咙|气管)[^,。]{0,3}卡|噎[住牢]|触电|中毒"
    r"|要死了|人不行了|不想活|自杀"
)
_HARMLESS_BEFORE: Final = re.compile(
    r"(?:去年|前年|上个月|上个?(?:礼拜|星期)|以前|从前|前几天|前一阵|小时候|上次|昨天|前天)[^救]{0,8}$"
    r"|(?:万一|怕|防|防止|担心|免得|没有?|不是|别|不用|不要)[^,。救]{0,2}$"
)
_AMBULANCE_QUESTION: Final = re.compile(
    r"(?:120|救护车)[^,。]{0,8}(?:电话|多少|怎么|几号|号码|钱)|怎么(?:打|叫)(?:120|救护车)"
)
_RESCHEDULE: Final = re.compile(
    r"改(?:到|成|期|约|个?时间|个?日子|一?天)|换(?:个|一)?(?:时间|日子|天)|换到|延后|推迟|提前一?天|往后挪"
)
_HUMAN: Final = re.compile(
    r"人工|真人|客服|工作人员|给我[打回来]个?电话|回个电话|接电话"
    r"|电话给(?:我|社区|居委)|打电话[^,。]{0,2}(?:社区|居委)|居委[^,。]{0,6}电话"
    r"|不会(?:弄|搞|操作)|搞不(?:懂|来|清)|看不懂|听不懂|弄不来|看不[见清]字|[跟和]我?人?[讲说]{1,2}话|[跟和]人[讲说]"
    r"|[叫找]个?人[^,。]{0,2}帮我弄"
)
_PAYMENT: Final = re.compile(
    r"付(?:一下|个|过)?[钱款账]|付(?:掉|好)|[钱款][^,。]{0,8}付|付一下|费[^,。]{0,2}[交缴]"
    r"|[转汇](?:账|款|钱)|充值|充话费|扫码付|买单|结账|扣款|交钱"
)
_BILL: Final = re.compile(r"的(?:钱|费用?)[^,。]{0,4}付|付[^,。]{0,6}的(?:钱|费)")
_TRANSFER: Final = re.compile(r"[转汇](?:账|款|钱)|钱[^,。]{0,3}[转汇]|充值|充话费")
_OWN: Final = re.compile(
    r"我的(?:预约|号(?!码)|单子|订单)|(?:查|看)(?:一下|查|看)?下?我(?:的(?:预约|号|单)|挂的|约的|订的|有哪些|有什么)"
    r"|我都?[约挂订]了(?:哪|什么|啥|几|些)|来着|[订约挂叫]好了(?:伐|吗|没|么)|预约记录|有没有[约挂订]过"
    r"|我[^,。]{0,6}几[点号][^,。]{0,8}的(?:[,。?]|$)"
)
_CANCEL: Final = re.compile(
    r"取消|退掉|退号|退了|退订|作废|撤[销了掉]|[去来]不了|(?:不要|别)来了|不想?吃了|不去[^,。]{0,5}了"
    r"|不(?:想|用|能)?(?:去|来)?(?:去|看|来|挂|约|订|洗|充|叫|拔|补)[^,。]{0,5}了"
)
_UNWANTED: Final = re.compile(r"不要了")
_REFUSED: Final = re.compile(
    r"(?:不要|别|不用|不想|没想)(?:再|帮我|给我|去)*(?:挂号|叫车|看病|充电|看医生|预约|订|陪)"
)
_POLITE: Final = re.compile(
    r"(?:能不能|可不可以|可以|能否|能|好|请|麻烦)(?=(?:你|侬|您|请)?[帮替给])"
    r"|,?(?:好[吗伐]|好不好|行[吗伐]|行不行|可以[吗伐])|(?<=[帮替给].{3})吗$|谢谢.*$"
)
_QUESTION: Final = re.compile(
    r"多少|几点(?:开|关|下|上|有|到)|在哪|哪里|哪天|哪个好|怎么|什么时候|有什么|带什么|是什么|啥|有没有"
    r"|[吗么伐呢](?:[,。?!]|$)|是不是|贵不贵|甜不甜|好不好吃|为什么|多久|问问|问一下|请问|[多几]不[多几]|来不来|在不在|去不去|开不开"
    r"|电话号码|\?"
)
_REQUEST: Final = re.compile(
    r"(?:帮|替|给)(?:一?下)?(?:我|伊|她|他|老伴|阿拉)[^,。]{0,10}(?:挂|约|订|叫|登记|看看(?!.*有没有)|买|取|交|送|来)"
    r"|我要(?:挂|约|订|叫)|给我挂|有就[挂约订]"
)
_DONE: Final = re.compile(r"(?:看|去|吃|洗|做|配|拔)过|[挂约订叫]好了")


def is_emergency(text: str) -> bool:
    """Tell whether help is needed at once; what is long past, feared or denied is not."""
    return any(not _HARMLESS_BEFORE.search(text[: match.start()]) for match in _EMERGENCY.finditer(text))


def names_emergency(text: str) -> bool:
    """Tell whether words of an emergency are there at all."""
    return bool(_EMERGENCY.search(text))


def asks_for_ambulance(text: str) -> bool:
    """Tell whether it only asks about an ambulance: its number, its price."""
    return bool(_AMBULANCE_QUESTION.search(text))


def wants_other_time(text: str) -> bool:
    """Tell whether a booking is to be moved (a day put right within the sentence is not)."""
    return bool(_RESCHEDULE.search(text)) and "不是" not in text and "不对" not in text


def wants_human(text: str) -> bool:
    """Tell whether a human is asked for, or the person is lost."""
    return bool(_HUMAN.search(text))


def speaks_of_paying(text: str) -> bool:
    """Tell whether money is to be moved."""
    return bool(_PAYMENT.search(text))


def pays_a_bill(text: str) -> bool:
    """Tell whether what is already booked is to be paid."""
    return bool(_BILL.search(text))


def speaks_of_transfer(text: str) -> bool:
    """Tell whether money is to go to somebody: nothing we do."""
    return bool(_TRANSFER.search(text))


def wants_own_bookings(text: str) -> bool:
    """Tell whether one's own bookings are to be shown."""
    return bool(_OWN.search(text))


def wants_cancel(text: str) -> bool:
    """Tell whether something booked is to be given up for sure."""
    return bool(_CANCEL.search(text))


def wants_less(text: str) -> bool:
    """Tell whether something is said to be not wanted any more: a booking or one dish of an order."""
    return bool(_UNWANTED.search(text))


def refuses(text: str) -> bool:
    """Tell whether the wish itself is denied: 「不要叫车」."""
    return bool(_REFUSED.search(text))


def asks(text: str) -> bool:
    """Tell whether it is a question, and not a wish put politely."""
    plain = _POLITE.sub("", text)
    return bool(_QUESTION.search(plain)) and not _REQUEST.search(text)


def reports(text: str) -> bool:
    """Tell whether it tells of what was done, and wants nothing."""
    return bool(_DONE.search(text)) and not _REQUEST.search(text)
