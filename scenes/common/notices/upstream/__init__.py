"""How the notices desk speaks with those who carry messages: an SMS gateway, and WeChat."""

from scenes.common.notices.upstream.carriers import (
    SMS_SECRET,
    SMS_URL,
    Carriers,
    open_carriers,
)
from scenes.common.notices.upstream.carrying import (
    Answer,
    Carrier,
    CarrierTrouble,
    Outgoing,
    SmsReceipt,
)
from scenes.common.notices.upstream.sms import SmsGateway
from scenes.common.notices.upstream.wechat import WechatMessages

__all__ = [
    "SMS_SECRET",
    "SMS_URL",
    "Answer",
    "Carrier",
    "CarrierTrouble",
    "Carriers",
    "Outgoing",
    "SmsGateway",
    "SmsReceipt",
    "WechatMessages",
    "open_carriers",
]
