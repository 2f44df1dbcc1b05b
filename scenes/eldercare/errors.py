"""Why the service catalogue, the requests and the desk refuse."""

from scenes.common.kit.refusals import Conflict, Forbidden, Invalid, NotFound


class ServiceNotFound(NotFound):
    """No such service, or it is not offered now."""

    zh = "没有找到这项服务。"
    en = "No such service."


class RequestNotFound(NotFound):
    """No such request, or it belongs to somebody else."""

    zh = "没有找到这次服务。"
    en = "No such request."


class CarerNotFound(NotFound):
    """No such carer, or not one who can do this."""

    zh = "这位护理员不能做这项服务,请选别人。"
    en = "This carer cannot do this."


class RequestMoveIllegal(Conflict):
    """The request is not at a point where this can happen."""

    code = "illegal_move"
    zh = "现在不能这样做,请刷新后再看。"
    en = "The request does not allow this now."


class TooYoung(Conflict):
    """The service is for people from a certain age on."""

    code = "too_young"
    zh = "这项服务只给规定年龄以上的老人。"
    en = "This service is for older people."


class AgreementNeeded(Invalid):
    """The service needs the person's informed agreement first."""

    zh = "请先看说明,同意后再提交。"
    en = "Please read and agree first."


class NotAnEscort(Conflict):
    """The service goes along to nothing."""

    code = "not_an_escort"
    zh = "这项服务不陪着去看病。"
    en = "This service does not go along to an appointment."


class AppointmentNotFound(NotFound):
    """No such appointment of this person, or it is over."""

    zh = "没有找到这个预约,可能已经取消了。"
    en = "No such appointment."


class PickupTooLate(Conflict):
    """The carer would come too late for the appointment, or on another day."""

    code = "pickup_too_late"
    zh = "护理员来的时间赶不上这个号。请另选一个号,或另约时间。"
    en = "The carer would come too late for this appointment, or on another day."


class WindowNeeded(Invalid):
    """A service that costs something, or is done by the hour, is asked for with a time."""

    zh = "请先选一个时间。"
    en = "Please choose a time first."


class HourPast(Invalid):
    """The hour wished for is over."""

    zh = "这个时间已经过了。请选晚一点的时间。"
    en = "That hour is over. Please choose a later one."


class HourTooFar(Invalid):
    """The hour wished for is further ahead than the terms allow; with none ahead, help is at once only."""

    zh = "这一项是马上来的,不能约时间。"
    en = "That is too far ahead for this service."


class HourNotServed(Invalid):
    """Nobody comes at that hour of the day."""

    zh = "这个时间没有人来。请换一个时间。"
    en = "Nobody comes at that hour. Please choose another."


class ArrivalUnproved(Invalid):
    """The code told is not the elder's, or nothing was written in its place."""

    zh = "到达码不对。没有码,请写明情况。"
    en = "Wrong arrival code. Without one, write what you found."


class NotTheCareDesk(Forbidden):
    """Only the eldercare desk, the district, and for their own visits the carers."""

    zh = "这件事由养老服务台或派到的护理员办。"
    en = "Only the eldercare desk or the assigned carer may do this."


class NotVisiting(Conflict):
    """Photos belong to a visit: from the arrival until it was rated."""

    code = "not_visiting"
    zh = "到了老人家里才能加照片。"
    en = "Photos can be added once the carer is there."


class PhotosFull(Conflict):
    """A visit keeps so many photos and no more."""

    code = "photos_full"
    zh = "这次服务的照片已经够了,最多6张。"
    en = "A visit keeps six photos at most."


class PhotoNotFound(NotFound):
    """No such photo of this visit, or it was deleted after its time."""

    zh = "没有找到这张照片,可能已经过期删除了。"
    en = "No such photo; it may have been deleted after its time."
