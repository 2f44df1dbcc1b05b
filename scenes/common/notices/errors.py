"""Why the notices desk refuses."""

from scenes.common.kit.refusals import Conflict, Forbidden, Invalid, NotFound


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


class QuietHoursInvalid(Invalid):
    """Quiet hours need a beginning and a different end."""

    zh = "安静时间的开始和结束不对,请改一下。"
    en = "The quiet hours are not valid."


class ReceiptRefused(Forbidden):
    """A receipt is not signed by the gateway, too old, or cannot be read."""

    code = "receipt_refused"
    zh = "回执没有通过核对。"
    en = "The receipt was refused."


class ChannelNotOffered(Conflict):
    """This district has no carrier for the channel."""

    code = "channel_not_offered"
    zh = "这里还没有开通这种通知方式。"
    en = "This district does not offer that channel."


class GrantCodeRefused(Invalid):
    """WeChat does not know the code, or it was used."""

    code = "grant_code_refused"
    zh = "微信登录凭证无效,请重新打开小程序再试。"
    en = "WeChat refused the code; please open the mini-program again."


class CallNotFound(NotFound):
    """There is no such call on the list."""

    zh = "没有找到这个电话任务,可能已经办完了。"
    en = "No such call; it may be done already."


class CallTaken(Conflict):
    """A colleague is calling this person."""

    code = "call_taken"
    zh = "同事正在打这个电话,请选下一个。"
    en = "A colleague is making this call."


class CallNotYours(Conflict):
    """Only the one who took a call can say how it ended."""

    code = "call_not_yours"
    zh = "请先点「我来打」,再记结果。"
    en = "Take the call first."
