"""Why the breakfast room refuses."""

from scenes.common.kit.refusals import Conflict, Invalid, NotFound


class PointNotFound(NotFound):
    """No such breakfast point, or it is outside a member of staff's scope."""

    zh = "没有找到这个早餐点。"
    en = "No such breakfast point."


class RuleMissing(Conflict):
    """No complete breakfast rule is in force for the point and day."""

    code = "rule_missing"
    zh = "这一天还没有定好规则,请打电话给我们。"
    en = "No breakfast rule is in force for that day."


class RuleInvalid(Invalid):
    """A breakfast rule contradicts itself."""

    code = "rule_invalid"


class SlotNotFound(NotFound):
    """No such pick-up time at this point."""

    zh = "没有找到这个取餐时间,请刷新后再选。"
    en = "No such pick-up time."


class ItemNotFound(NotFound):
    """The point does not sell this on that day."""

    zh = "这一天没有这样早点,请刷新后再选。"
    en = "This item is not on the menu that day."


class OrderInvalid(Invalid):
    """An order names nothing, the same thing twice, or too many of one thing."""

    code = "order_invalid"
    zh = "请选要什么、要几份。"
    en = "Choose what you want and how many."


class SoldOut(Conflict):
    """Something wanted has fewer portions left than asked for."""

    code = "window_full"
    zh = "有一样卖完了,请换一样。"
    en = "Something you chose has sold out."


class AlreadyCollected(Conflict):
    """The order was handed out already."""

    code = "already_collected"
    zh = "这一份已经取走了。"
    en = "This order has been collected already."


class CodeForged(Invalid):
    """A signed code that this district did not sign, or that was changed."""

    code = "code_forged"
    zh = "这个码不是我们发的,请核对姓名和号码。"
    en = "This code was not issued here."


class BatchRecalled(Conflict):
    """Something of the order is of a batch that was recalled: it must not be handed out."""

    code = "batch_recalled"
    zh = "这一份里有召回的早点,不能给人吃。请换一批,或退钱。"
    en = "Part of this order is of a recalled batch. Use another batch or refund it."


class StockChangeInvalid(Invalid):
    """A change of stock says nothing, several things at once, or leads out of bounds."""

    code = "stock_change_invalid"
    zh = "请说加几份、改成几份,或者卖完。"
    en = "Say how many to add, how many there are, or that it is sold out."


class StockNotFound(NotFound):
    """No such stock of a day, or it is outside a member of staff's scope."""

    zh = "没有找到这样早点的库存。"
    en = "No such stock."


class ForecastInvalid(Invalid):
    """A forecast for a day too far off, or for a weather nobody knows."""

    code = "forecast_invalid"
    zh = "只能估今天起两周以内的日子。"
    en = "A forecast reaches two weeks ahead from today."


class PositionInvalid(Invalid):
    """A cart cannot be where it says it is: the wrong datum, or the wrong device."""

    code = "position_invalid"
    zh = "这个位置离餐车的地点太远,请检查设备。"
    en = "This position is too far from the cart's place. Check its datum and device."


class NotACart(NotFound):
    """The point is no cart, or is outside a member of staff's scope."""

    zh = "没有找到这辆餐车。"
    en = "No such cart."


class BatchInvalid(Invalid):
    """No batch number, or one with other signs than letters, digits, dots and dashes."""

    code = "batch_invalid"
    zh = "批号只能有字母、数字、点和横线。"
    en = "A batch number has letters, digits, dots and dashes only."


class RepeatNotFound(NotFound):
    """No such weekly order, it has ended, or it is somebody else's."""

    zh = "没有找到这个每周的早饭。"
    en = "No such weekly order."


class RepeatLimitReached(Conflict):
    """The account keeps as many weekly orders as it may."""

    code = "repeat_limit_reached"
    zh = "每周的早饭太多了,请先停掉一个。"
    en = "Too many weekly orders; end one first."


class RepeatDayInvalid(Invalid):
    """The day is not one of the weekly order's, or it is over."""

    code = "repeat_day_invalid"
    zh = "这一天不在每周的早饭里。"
    en = "The weekly order has no such day."


class RepeatPlaced(Conflict):
    """The day has been ordered already: its booking can be cancelled instead."""

    code = "repeat_placed"
    zh = "这一天已经订了,请到「我的预约」里取消。"
    en = "That day has been ordered already; cancel its booking instead."
