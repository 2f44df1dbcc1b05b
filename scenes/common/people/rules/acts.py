"""The plain words for what others did in a person's name."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "bookAppointment": "约了看病",
    "joinWaitlist": "排了候补",
    "leaveWaitlist": "不再候补",
    "checkInAppointment": "看病报到",
    "signFamilyDoctor": "签了家庭医生",
    "endFamilyDoctorContract": "家庭医生解约",
    "cancelBooking": "取消了预约",
    "confirmBooking": "确认了预约",
    "extendHold": "延长了留号",
    "checkIn": "到场签到",
    "orderBreakfast": "订了早饭",
    "quoteBreakfast": "看了早饭的价钱",
    "repeatBreakfast": "订了每周的早饭",
    "endBreakfastRepeat": "停了每周的早饭",
    "skipBreakfastRepeat": "跳过一次早饭",
    "reserveConnector": "约了充电",
    "joinChargingQueue": "排了充电的队",
    "leaveChargingQueue": "不排充电的队了",
    "snoozeChargingQueue": "充电先让后面的人",
    "beginCharge": "开始了充电",
    "stopCharge": "停了充电",
    "requestCare": "请了人来帮忙",
    "cancelCareRequest": "取消了帮忙",
    "rateCareRequest": "评价了帮忙的人",
    "callForHelp": "替您呼救了",
    "nameCareAppointment": "说了陪去看哪个号",
    "POST /eldercare/requests/{request_id}/appointment": "说了陪去看哪个号",
    "giveWellbeingSign": "替您报了平安",
    "openPayment": "付了款",
    "approveSandboxPayment": "付了款(演示)",
    "declineSandboxPayment": "没有付款(演示)",
    "readMessage": "看了消息",
    "setNoticePreference": "改了收通知的方式",
    "putPreferences": "改了字的大小",
    "getSos": "看了呼救的情况",
    "POST /bookings/{booking_id}/cancel": "取消了预约",
    "POST /bookings/{booking_id}/confirm": "确认了预约",
    "POST /bookings/{booking_id}/extend": "延长了留号",
    "POST /bookings/{booking_id}/check-in": "到场签到",
    "POST /bookings/{booking_id}/pay": "付了款",
    "POST /me/inbox/{message_id}/read": "看了消息",
    "POST /clinic/windows/{window_id}": "约了看病",
    "POST /clinic/sessions/{session_id}/waitlist": "排了候补",
    "POST /clinic/waitlist/{entry_id}/leave": "不再候补",
    "POST /breakfast/{place_id}/orders": "订了早饭",
    "POST /breakfast/repeats/{repeat_id}/end": "停了每周的早饭",
    "POST /breakfast/repeats/{repeat_id}/skip": "跳过一次早饭",
    "POST /charging/{station_id}/reserve": "约了充电",
    "POST /charging/{station_id}/queue": "排了充电的队",
    "POST /charging/queue/{entry_id}/leave": "不排充电的队了",
    "POST /charging/queue/{entry_id}/snooze": "充电先让后面的人",
    "POST /charging/connectors/{connector_id}/start": "开始了充电",
    "POST /charging/sessions/{session_id}/stop": "停了充电",
    "POST /eldercare/services/{service_id}": "请了人来帮忙",
    "POST /eldercare/requests/{request_id}/cancel": "取消了帮忙",
    "POST /eldercare/requests/{request_id}/rate": "评价了帮忙的人",
    "POST /eldercare/sos": "替您呼救了",
    "sayToElder": "替您说了一句话",
    "startFlow": "替您开始办一件事",
    "answerFlow": "替您选了一步",
    "backInFlow": "退回了一步",
    "askForCall": "请人打电话给您",
    "POST /elder/say": "替您说了一句话",
    "POST /elder/start/{flow}": "替您开始办一件事",
    "POST /elder/flows/{run_id}/answers": "替您选了一步",
    "POST /elder/flows/{run_id}/back": "退回了一步",
    "POST /elder/call-me": "请人打电话给您",
}
"""By the call's or page's name in api/delegable.py; a test holds the two together."""

LOOKED: Final = "看了您的资料"
DID: Final = "办了一件事"


def words_for(action: str) -> str:
    """Say plainly what was done; what has no words of its own was looked at, or done."""
    looks = action.startswith(("GET ", "get", "list", "follow"))
    return WORDS.get(action) or (LOOKED if looks else DID)
