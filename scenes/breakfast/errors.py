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
