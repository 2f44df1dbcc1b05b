"""Why the notices desk refuses."""

from scenes.common.kit.refusals import Conflict, Invalid, NotFound


class MessageNotFound(NotFound):
    """There is no such message, or it is someone else's."""

    zh = "没有找到这条消息。"
    en = "No such message."


class IllegalNoticeMove(Conflict):
    """The notice is not in a state from which this can happen."""

    code = "illegal_move"
    zh = "这条通知现在不能这样处理,请刷新再看。"
    en = "This notice cannot be handled so at present."


class NoticeRuleInvalid(Invalid):
    """The rule for notices contradicts itself."""

    zh = "通知规则有误,请改正后再试。"
    en = "The rule for notices is not valid."
