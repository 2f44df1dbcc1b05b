"""Why the daily sign (平安签到) refuses."""

from scenes.common.kit.refusals import Conflict, Forbidden, Invalid, NotFound


class WellbeingNotFound(NotFound):
    """No such person, or whoever asks is not near them."""

    zh = "没有找到这位老人。"
    en = "No such person."


class OnlyThemselves(Forbidden):
    """A sign is given by the person alone: that somebody else is well proves nothing."""

    zh = "报平安要本人来点。"
    en = "Only the person themselves can say that they are well."


class ConsentMissing(Forbidden):
    """The person has not agreed that family sees how they are."""

    zh = "老人还没有同意让家人看。请老人在「我的」里同意健康信息。"
    en = "The person has not agreed to share health information."


class HourInvalid(Invalid):
    """An hour before five in the morning or after nine in the evening."""

    zh = "时间请选早上5点到晚上9点之间。"
    en = "Choose an hour between 05:00 and 21:00."


class PauseInvalid(Invalid):
    """A pause that ends before it begins, or lasts longer than ninety days."""

    zh = "暂停最长90天,结束要晚于开始。"
    en = "A pause ends after it begins and lasts at most 90 days."


class VisitOver(Conflict):
    """The visit is closed, or there is none yet."""

    code = "illegal_move"
    zh = "这次上门已经结束,或还没有开始。"
    en = "There is no such visit to make."


class VisitTaken(Conflict):
    """A colleague goes already."""

    code = "illegal_move"
    zh = "已经有同事去了。"
    en = "A colleague goes already."
