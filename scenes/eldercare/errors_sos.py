"""Why the alarm desk, the daily sign and the readings refuse."""

from scenes.common.kit.refusals import Conflict, Forbidden, Invalid, NotFound


class SosRuleInvalid(Invalid):
    """Waits below one second or minute."""

    zh = "等待时间至少是1。"
    en = "Every wait must be at least one."


class AlarmNotFound(NotFound):
    """There is no such alarm, or whoever asks is not on its ladder."""

    zh = "没有找到这次呼救。"
    en = "No such alarm."


class AlarmOver(Conflict):
    """The alarm was closed or taken back."""

    code = "illegal_move"
    zh = "这次呼救已经结束。"
    en = "This alarm is over."


class TooLateToUndo(Conflict):
    """The seconds to take a tap back are over."""

    code = "too_late"
    zh = "已经在叫人了,撤不回了。"
    en = "It is too late to take it back."


class AlarmNotAnswered(Conflict):
    """Nobody has said yet that they take care of it."""

    code = "illegal_move"
    zh = "请先点「我来处理」。"
    en = "Somebody has to answer the alarm first."


class NotTheAlarmDesk(Forbidden):
    """Only the eldercare desk and the district work on alarms."""

    zh = "只有养老服务台能处理呼救。"
    en = "Only the eldercare desk works on alarms."


class PersonNotFound(NotFound):
    """There is no such resident to practise with."""

    zh = "没有找到这位居民。"
    en = "No such resident."


class ClosingInvalid(Invalid):
    """A drill must be closed as a drill, and a real alarm must not."""

    zh = "演练只能按演练结束,真的呼救不能。"
    en = "A drill is closed as a drill, a real alarm is not."
