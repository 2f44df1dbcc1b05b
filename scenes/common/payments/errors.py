"""Why a payment is refused, and what partners may do wrong."""

from scenes.common.kit.refusals import Busy, Conflict, Forbidden, Invalid, NotFound


class PaymentNotFound(NotFound):
    """There is no such payment, or it belongs to someone else."""

    zh = "没有找到这笔付款,请回到预约里看看。"
    en = "No such payment."


class IllegalPaymentMove(Conflict):
    """The payment or refund is in a state from which this event leads nowhere."""

    code = "illegal_move"
    zh = "这笔付款已经有结果了,不能再改。"
    en = "This payment has already come to another end."


class NothingToPay(Conflict):
    """The booking is not waiting for money: free, paid, cancelled or over."""

    code = "nothing_to_pay"
    zh = "这个预约现在不用付款。"
    en = "This booking is not waiting for a payment."


class AlreadyPaid(Conflict):
    """A payment of this booking has succeeded; nobody pays twice."""

    code = "already_paid"
    zh = "这个预约已经付过钱了,不用再付。"
    en = "This booking is already paid."


class RefundWayInvalid(Invalid):
    """Money is said to be back without a word on how, or with too many."""

    code = "refund_way_invalid"
    zh = "请写钱是怎样退的,200字以内,比如银行转账的流水号。"
    en = "Say how the money went back, in at most 200 characters."


class FinalChargeInvalid(Conflict):
    """A final charge below nothing, above what was paid, or other than the one already taken."""

    code = "final_charge_invalid"
    zh = "结算的金额不对,没有扣款。"
    en = "The final charge is not within what was paid, or differs from the one already taken."


class PaymentOpen(Conflict):
    """Another payment of this booking is under way with another method."""

    code = "payment_open"
    zh = "另一种付款方式还没办完,请先付完或取消。"
    en = "A payment with another method is still open."


class MethodNotOffered(Invalid):
    """No provider is registered for this method of payment."""

    code = "payment_method_not_offered"
    zh = "这种付款方式还没有开通,请换一种方式付款。"
    en = "This method of payment is not offered yet."


class NoticeRefused(Forbidden):
    """A provider's notice is unsigned, wrongly signed, or too old to be trusted."""

    code = "notice_refused"
    zh = "通知的签名不对,没有受理。"
    en = "The notice is not signed as agreed, or too old."


class ProviderUnreachable(Busy):
    """The provider does not answer, or answers nonsense; asking again is safe."""

    zh = "付款平台暂时连不上,请等几秒再试,不会重复扣钱。"
    en = "The payment provider does not answer. Try again; you are not charged twice."


class ProviderRefused(Conflict):
    """The provider answered and will not do it."""

    code = "provider_refused"
    zh = "付款平台没有办成,请换一种方式或打电话给我们。"
    en = "The payment provider declined the request."
