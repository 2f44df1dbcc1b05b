"""Why the clinic room refuses."""

from scenes.common.kit.refusals import Conflict, Invalid, NotFound


class ClinicNotFound(NotFound):
    """No such venue in the clinic room, or it is not within the scope of who asks."""

    zh = "没有找到这家卫生服务中心。"
    en = "No such health centre."


class SessionNotFound(NotFound):
    """No such clinic session."""

    zh = "没有找到这一场门诊,请刷新后再选。"
    en = "No such clinic session."


class DoctorNotFound(NotFound):
    """No such doctor at this venue."""

    zh = "没有找到这位医生。"
    en = "No such doctor here."


class ContractNotFound(NotFound):
    """The person has no family doctor at the moment."""

    zh = "您现在没有签约的家庭医生。"
    en = "You have no family doctor contract."


class RuleMissing(Conflict):
    """No clinic rule is in force for the venue on that day, so nothing can be published or counted."""

    code = "clinic_rule_missing"
    zh = "这一天还没有设定号源规则,请先设定再发布。"
    en = "No clinic rule is in force for that day."


class RuleInvalid(Invalid):
    """A clinic rule contradicts itself or keeps more than half of the numbers from the public."""

    zh = "号源规则有误,请改正。"
    en = "The clinic rule is not valid."


class ShiftInvalid(Invalid):
    """A shift to be published has no room for a single number, or ends before it starts."""

    zh = "排班的时间不对,请改正。"
    en = "The shift's times are not valid."


class ScheduleOverlaps(Conflict):
    """A doctor would sit in two sessions at the same time."""

    code = "schedule_overlaps"
    zh = "这位医生在同一时间已经有门诊,请改时间。"
    en = "The doctor already has a session at that time."


class ScheduleUnreadable(Invalid):
    """A file of shifts cannot be read as a whole."""

    zh = "这个文件读不了。"
    en = "The file cannot be read."


class ScheduleWrong(Invalid):
    """Lines of a schedule are wrong; nothing is published until they are put right."""

    zh = "还有写错的行,改好了才能发布。"
    en = "Some lines are wrong; nothing was published."


class ScheduleChanged(Conflict):
    """What would be published is no longer what was shown."""

    code = "preview_changed"
    zh = "内容和刚才看到的不一样了,请看过再发布。"
    en = "What would be published has changed. Look again, then publish."


class WaitlistOver(Conflict):
    """The waitlist of this session has been cleared; a later wish cannot be served."""

    code = "too_late"
    zh = "这一场的候补已经结束,请选别的时间,或者当天早上看当日号。"
    en = "The waitlist of this session has ended. Try another, or the same-day numbers."


class SessionStopped(Conflict):
    """The session does not take place."""

    code = "session_stopped"
    zh = "这一场停诊了,请选别的医生或时间。"
    en = "This session has been stopped. Choose another."


class AlreadySigned(Conflict):
    """The person has a family doctor already, and a person has one."""

    code = "already_signed"
    zh = "您已经签约了一位家庭医生,换医生请先解约。"
    en = "You already have a family doctor. End that contract first."


class NotFamilyDoctor(Conflict):
    """This doctor takes no family-doctor contracts."""

    code = "not_family_doctor"
    zh = "这位医生不接受家庭医生签约,请选别的医生。"
    en = "This doctor takes no family-doctor contracts."


class WindowHasBookings(Conflict):
    """People are booked in the window; stopping it takes a closure, which shows whom it touches."""

    code = "window_has_bookings"
    zh = "已经有人约了这个时段,请用「停诊」先看会影响谁。"
    en = "People are booked here. Use a closure to preview who is affected."
