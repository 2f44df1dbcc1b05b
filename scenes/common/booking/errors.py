"""Why the booking desk refuses."""

from uuid import UUID

from scenes.common.kit.refusals import Conflict, Invalid, NotFound


class BookingNotFound(NotFound):
    """No such booking, or it is someone else's."""

    zh = "没有找到这个预约。"
    en = "No such booking."


class WindowNotFound(NotFound):
    """No such window in this scene."""

    zh = "没有找到这个时段,请刷新后再选。"
    en = "No such window."


class WindowFull(Conflict):
    """Fewer units of a wanted window are free than asked for; `window_id` says which, where it is known."""

    window_id: UUID | None = None
    code = "window_full"
    zh = "这个时段约满了,请换一个时段,或者排候补。"
    en = "This time is full. Choose another, or join the waitlist."


class WindowNotOpen(Conflict):
    """The window is not open for booking to this person at this moment."""

    code = "window_not_open"
    zh = "这个时段现在不能约,请看放号时间。"
    en = "This time is not open for booking now."


class AlreadyBooked(Conflict):
    """The person already holds an active booking of the same group."""

    code = "already_booked"
    zh = "您已经约过这一场了,在「我的预约」里可以看到。"
    en = "You already have a booking here. See your bookings."


class Suspended(Conflict):
    """The person may not book in this scene for now, after too many no-shows or late cancels."""

    code = "suspended"
    zh = "因为多次约了没来,暂时不能网上预约,请打电话或到现场办理。"
    en = "Online booking is suspended after missed appointments. Please call or come in."


class TooLate(Conflict):
    """The time for this act has passed."""

    code = "too_late"
    zh = "已经过了可以办理的时间,请打电话给我们。"
    en = "It is too late for this. Please call us."


class TooEarly(Conflict):
    """The time for this act has not come."""

    code = "too_early"
    zh = "还没到可以办理的时间,请晚一点再来。"
    en = "It is too early for this."


class HoldExpired(Conflict):
    """The hold ran out before it was confirmed; its units have gone back."""

    code = "hold_expired"
    zh = "没有在时限内付款,号已经放回去了,请重新预约。"
    en = "The hold has expired. Please book again."


class IllegalMove(Conflict):
    """The booking is in a state from which this move does not exist."""

    code = "illegal_move"
    zh = "这个预约现在不能这样办。"
    en = "This booking cannot do that now."


class PaymentDue(Conflict):
    """The booking has a price that is not paid yet; `booking_id` says which to a desk."""

    booking_id: UUID | None = None
    code = "payment_due"
    zh = "请先付款,付款后自动约好。"
    en = "Please pay first; paying confirms the booking."


class PriceChanged(Conflict):
    """The price is no longer the one that was shown; nothing was taken."""

    code = "price_changed"
    zh = "价钱刚刚变了,请看过新的价钱再下单。"
    en = "The price has just changed. Please look again before ordering."


class CapacityBelowBooked(Conflict):
    """The new capacity is below what is booked; a closure with preview is the way."""

    code = "capacity_below_booked"
    zh = "已经约出去的号比这个数多,请用「停诊」先看会影响谁。"
    en = "More is booked than that. Use a closure to preview who is affected."


class WaitlistNotNeeded(Conflict):
    """There is still something free, so booking is the way."""

    code = "waitlist_not_needed"
    zh = "还有号,可以直接约。"
    en = "There is still room: book directly."


class PreviewStale(Conflict):
    """What was previewed has changed since; preview again."""

    code = "preview_stale"
    zh = "预览之后情况有变化,请重新预览再确认。"
    en = "Things changed since the preview. Preview again."


class WantInvalid(Invalid):
    """A claim asks for no units, too many, or the same window twice."""

    zh = "预约的数量不对。"
    en = "The units asked for are not valid."


class SeveralFound(Conflict):
    """Name and number fit more than one booking of the day; the code tells them apart."""

    code = "several_found"
    zh = "有几位都符合,请报预约码。"
    en = "Several bookings match. Please use the booking code."


class RedeemInvalid(Invalid):
    """Neither a code, nor a name with a number of four digits or more."""

    zh = "请输入预约码,或者姓名加手机号(身份证号)后四位。"
    en = "Give the booking code, or the name and the last four digits of phone or id."
