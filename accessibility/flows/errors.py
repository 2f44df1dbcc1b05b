"""Why the guided flows refuse."""

from scenes.common.kit.refusals import Conflict, Invalid, NotFound


class FlowNotFound(NotFound):
    """There is no flow of this name."""

    zh = "没有这件事可以办,请回首页再选。"
    en = "No such flow."


class RunNotFound(NotFound):
    """No such run, it is somebody else's, or it was kept long enough and swept."""

    zh = "没有找到这件事,可能放得太久了。请重新开始。"
    en = "No such run."


class ChoiceUnknown(Invalid):
    """The answer names nothing that this flow ever asks."""

    zh = "没有这个选项,请再选一次。"
    en = "No such choice."


class UndoOver(Conflict):
    """The minutes in which this could be undone are over."""

    code = "too_late"
    zh = "撤销的时间过了。要取消,请到「我约好的」。"
    en = "The time to undo this has passed. Cancel it from your bookings."


class RunElsewhere(Conflict):
    """The run is not where this event is possible."""

    code = "illegal_move"
    zh = "这一步已经办过了,请看现在的一步。"
    en = "This run is past that step."


class CallBackNotFound(NotFound):
    """No such wish to be called, or it is settled."""

    zh = "没有找到这个回电,可能已经打过了。"
    en = "No such call-back."
