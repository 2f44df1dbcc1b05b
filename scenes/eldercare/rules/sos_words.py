"""Where an alarm stands, in plain words for the person it is about."""

from typing import Final

from scenes.eldercare.rules.sos import LAST_RUNG, Alarm

RUNG_WORDS: Final = {
    1: "正在叫服务台。", 2: "正在叫您的家人。", 3: "正在叫附近的护理员。", 4: "正在叫街道值班的人。",
    5: "请您现在打120。",
}  # fmt: skip
STATE_WORDS: Final = {
    "pending": "马上就要叫人了。", "answered": "有人来处理了。", "attended": "有人在您身边了。",
    "closed": "这次呼救结束了。", "cancelled": "已经撤回,没有叫人。",
}  # fmt: skip
DRILL_WORDS: Final = "这是演练。"


def words_of(alarm: Alarm, *, drill: bool) -> str:
    """Say where an alarm stands; a drill says first that it is one, and never sends anybody to 120."""
    said = STATE_WORDS.get(alarm.state) or RUNG_WORDS.get(alarm.rung, STATE_WORDS["pending"])
    if not drill:
        return said
    advice = alarm.state == "calling" and alarm.rung == LAST_RUNG
    return DRILL_WORDS + ("真有急事才打120。" if advice else said)
