"""Why the nursing home's list and the video visits refuse."""

from scenes.common.kit.refusals import Conflict, Forbidden, NotFound


class NotThisHome(Forbidden):
    """Only staff of the nursing home, and the district."""

    zh = "这件事由养老院的工作人员办。"
    en = "Only the staff of the nursing home may do this."


class HomeResidentNotFound(NotFound):
    """Nobody of that name and number lives here on that day."""

    zh = "没有找到这位老人,或者那天不住在这里。"
    en = "No such resident of this home."


class LivesElsewhere(Conflict):
    """The person is on the list of a home already."""

    code = "lives_elsewhere"
    zh = "这位老人还登记在一家养老院,请先办离院。"
    en = "The person is registered with a home already."


class VideoVisitNotFound(NotFound):
    """No such video visit, or it is somebody else's."""

    zh = "没有找到这次视频看诊。"
    en = "No such video visit."


class VideoNotOffered(Conflict):
    """This district has no provider of video rooms."""

    code = "video_not_offered"
    zh = "这里还没有开通视频看诊。"
    en = "This district does not offer video visits."


class TooEarlyToJoin(Conflict):
    """The room opens some minutes before the hour."""

    code = "too_early"
    zh = "还没有到时间,快到点再进。"
    en = "It is too early to join."


class VisitOver(Conflict):
    """The visit is over, cancelled, or its hour has passed."""

    code = "too_late"
    zh = "这次视频看诊已经结束或取消了。"
    en = "This video visit is over."
