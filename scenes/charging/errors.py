"""Why the charging room refuses."""

from scenes.common.kit.refusals import Busy, Conflict, Invalid, NotFound


class ChargingRuleMissing(Conflict):
    """No charging rule is in force for the station on that day, so nothing can be offered."""

    code = "charging_rule_missing"
    zh = "这一天还没有设定充电规则,请先设定。"
    en = "No charging rule is in force for that day."


class ChargingRuleInvalid(Invalid):
    """A charging rule contradicts itself."""

    zh = "充电规则有误,请改正。"
    en = "The charging rule is not valid."


class TariffMissing(Conflict):
    """The station has no price in force, so nobody can be told what a charge costs."""

    code = "tariff_missing"
    zh = "这个充电站还没有公布电价,暂时不能充电。"
    en = "This station has no price in force yet."


class TariffInvalid(Invalid):
    """A tariff has no period, a price below zero, or two periods with the same start."""

    zh = "电价时段有误,请改正。"
    en = "The price periods are not valid."


class IllegalChargeMove(Conflict):
    """The charging session is in a state from which this event leads nowhere."""

    code = "illegal_move"
    zh = "这次充电现在不能这样办。"
    en = "The charging session cannot do that now."


class UnknownCharge(NotFound):
    """No charging session of this operator has this sequence number."""

    zh = "没有找到这次充电。"
    en = "No such charging session."


class MeterWentBack(Conflict):
    """A meter reading is negative or below what was read before; nothing was changed."""

    code = "meter_went_back"
    zh = "电表读数比之前小,没有采用。"
    en = "The meter reading is below an earlier one and was not taken."


class MeterTimeWentBack(Conflict):
    """A meter reading contradicts a later one, or lies before the start or in the future."""

    code = "meter_time_went_back"
    zh = "电表读数的时间不对,没有采用。"
    en = "The meter reading's time is not credible and was not taken."


class OperatorUnknown(NotFound):
    """There is no such operator."""

    zh = "没有这家充电企业。"
    en = "No such charging operator."


class StationUnknown(NotFound):
    """There is no such charging station."""

    zh = "没有找到这个充电站。"
    en = "No such charging station."


class ConnectorUnknown(NotFound):
    """There is no such connector, or it is outside a member of staff's scope."""

    zh = "没有找到这个充电枪。"
    en = "No such connector."


class TariffInPast(Conflict):
    """A tariff would begin before today: what was charged stays charged."""

    code = "tariff_in_past"
    zh = "新电价最早从今天起用。"
    en = "A tariff begins today at the earliest."


class FaultReported(Conflict):
    """The person has an open report of this connector already."""

    code = "already_reported"
    zh = "您已经报过了,我们正在处理。谢谢您。"
    en = "You have reported this already. Thank you."


class FaultNotFound(NotFound):
    """There is no such fault report, or it is outside a member of staff's scope."""

    zh = "没有找到这条报修。"
    en = "No such fault report."


class EntryNotFound(NotFound):
    """There is no such incident or difference, or it is outside a member of staff's scope."""

    zh = "没有找到这一条。"
    en = "No such entry."


class OperatorUnreachable(Busy):
    """The operator gave no usable answer; `maybe_done` tells whether it may have acted all the same."""

    code = "operator_unreachable"
    zh = "充电企业没有回应,请等一会儿再试。"
    en = "The charging operator does not answer. Please try again shortly."

    def __init__(self, why: str, *, maybe_done: bool, retry_after: int = 5) -> None:
        super().__init__(retry_after)
        self.why = why
        self.maybe_done = maybe_done

    def __str__(self) -> str:
        return self.why


class OperatorRefused(Conflict):
    """The operator said no, in its protocol's own code (`ret`) and words (`why`)."""

    code = "operator_refused"
    zh = "充电企业没有接受,请换一个充电桩。"
    en = "The charging operator refused. Please choose another connector."

    def __init__(self, ret: int, why: str) -> None:
        super().__init__()
        self.ret = ret
        self.why = why

    def __str__(self) -> str:
        return f"{self.ret}: {self.why}"


class PartnerInputRefused(Invalid):
    """What a partner sent cannot be taken: `ret` is T/CEC 102's code, `kind` ours, `why` for staff."""

    code = "partner_input"

    def __init__(self, ret: int, kind: str, *, why: str) -> None:
        super().__init__(why)
        self.ret = ret
        self.kind = kind
        self.why = why


class ReservationTimeInvalid(Invalid):
    """A reservation does not begin on a quarter-hour ahead, or is too long."""

    zh = "时间请选整刻钟,而且在可以预约的范围里。"
    en = "Choose a quarter-hour ahead within the days on offer."


class ConnectorNotUsable(Conflict):
    """No connector of the wish can be used then: occupied, broken, offline, or it takes no reservations."""

    code = "connector_not_usable"
    zh = "这个时间没有能用的充电桩,请换个时间或换一站。"
    en = "No usable connector for that time. Choose another time or station."


class QueueNotNeeded(Conflict):
    """Something is free and nobody waits: charge or reserve instead of queuing."""

    code = "queue_not_needed"
    zh = "现在有空位,不用排队。可以直接去充。"
    en = "A connector is free now; there is no need to queue."


class NothingToQueueFor(Conflict):
    """The station has no connector of that kind that could be kept for somebody."""

    code = "nothing_to_queue_for"
    zh = "这个站不能排这种枪,请选别的站。"
    en = "This station has no such connector to queue for."


class QueueEntryUnknown(NotFound):
    """There is no such place in a queue, or it belongs to someone else."""

    zh = "没有找到这个排队。"
    en = "No such queue entry."


class SnoozeRefused(Conflict):
    """One may let others go first only so often, for so long, and only while waiting."""

    code = "snooze_refused"
    zh = "不能再往后让了。请接受,或不排了。"
    en = "You cannot let others go first again."


class AlreadyQueuing(Conflict):
    """One person waits at one place at a time."""

    code = "already_queuing"
    zh = "您已经在排队了。先退出,再排别的。"
    en = "You are in a queue already. Leave it first."


class ConnectorBusy(Conflict):
    """Somebody else charges at the connector, or it is theirs by reservation."""

    code = "connector_busy"
    zh = "这个充电桩现在有人用或已被预约,请换一个。"
    en = "The connector is in use or reserved. Please choose another."


class ReservationElsewhere(Conflict):
    """The reservation is for another connector, or is over."""

    code = "reservation_elsewhere"
    zh = "您的预约不是这个充电桩,请看预约里的桩号。"
    en = "Your reservation is for another connector, or is over."


class ChargeNotFound(NotFound):
    """No such charging session, or it is someone else's."""

    zh = "没有找到这次充电。"
    en = "No such charging session."


class BillNotReady(Conflict):
    """The charge is not billed yet."""

    code = "bill_not_ready"
    zh = "账单还没有出来,请稍等一会儿。"
    en = "The bill is not ready yet."
