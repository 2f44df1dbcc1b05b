"""Which channel a notice takes, when it may leave, and what comes after a channel that failed.

Pure: what is known of the person and the district's rule go in, a decision comes out.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

import msgspec

from scenes.common.kit.clock import SHANGHAI, instant, local_day
from scenes.common.kit.dated_rules import DatedRule, values_on
from scenes.common.kit.ids import new_id
from scenes.common.notices.errors import NoticeRuleInvalid, QuietHoursInvalid

INBOX, WECHAT, SMS, CALL = "inbox", "wechat", "sms", "call"
Channel = Literal["inbox", "wechat", "sms", "call"]
Preference = Literal["auto", "sms", "call", "inbox"]

IN_APP_ONLY: Final = (
    "booking_confirmed",
    "booking_cancelled",
    "booking_expired",
    "booking_no_show",
    "charging_called_off",
    "charging_paid",
    "payment_refunded",
)
"""What a person sees on the screen as it happens, so that no further channel is needed at first."""


class NoticeRule(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How notices leave; times are Shanghai wall-clock, valid from day to day by rows of the district.

    The first try is at once; the next waits `retry_seconds`, each further one `retry_factor` times as long
    up to `retry_most_seconds`, `most_tries` in all. The default is GOV.UK Notify's manner: every 300 s.
    Without a receipt within `receipt_hours` (theirs: 72) a channel counts as failed for now. Urgent notices
    have a quicker pace of their own and know no quiet hours. A provider has `timeout_seconds` for an answer;
    a try asks once and sends once, so a worker that is silent for `lease_seconds` has died.
    """

    quiet_from: time = time(21)
    quiet_until: time = time(7)
    retry_seconds: float = 300
    retry_factor: float = 1
    retry_most_seconds: float = 3600
    most_tries: int = 12
    receipt_hours: float = 72
    urgent_retry_seconds: float = 10
    urgent_most_tries: int = 3
    urgent_receipt_seconds: float = 120
    timeout_seconds: float = 5
    lease_seconds: float = 30
    call_take_minutes: int = 15
    call_again_minutes: int = 30
    evening_at: time = time(18)
    soon_minutes: int = 90
    reminded_scenes: tuple[str, ...] = ("clinic", "breakfast", "eldercare")
    in_app_only: tuple[str, ...] = IN_APP_ONLY


class Quiet(msgspec.Struct, frozen=True):
    """Hours of the day in which a person likes to be left alone, Shanghai wall-clock."""

    begins: time
    ends: time


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What decides how a person is reached; `grants` are WeChat messages they still allow.

    `has_call_phone` when they named a number to call other than their own; `quiet` are hours of their own.
    """

    has_account: bool
    has_phone: bool
    has_call_phone: bool = False
    grants: int = 0
    prefer: Preference = "auto"
    quiet: Quiet | None = None
    reminders: bool = True

    @property
    def callable(self) -> bool:
        """Tell whether there is any number to call."""
        return self.has_phone or self.has_call_phone


def rule_on(day: date, rows: Sequence[DatedRule]) -> NoticeRule:
    """Return the rule in force on a day; what no row says is as the defaults are."""
    return msgspec.convert(values_on(new_id(), day, rows), NoticeRule, strict=False)


def check_rule(rule: NoticeRule) -> None:
    """Refuse a rule that contradicts itself (NoticeRuleInvalid)."""
    wrong = {
        "retrySeconds": min(rule.retry_seconds, rule.urgent_retry_seconds) <= 0 or rule.retry_factor < 1,
        "retryMostSeconds": rule.retry_most_seconds < rule.retry_seconds,
        "mostTries": min(rule.most_tries, rule.urgent_most_tries) < 1,
        "receiptHours": min(rule.receipt_hours, rule.urgent_receipt_seconds) <= 0,
        "timeoutSeconds": rule.timeout_seconds <= 0,
        "leaseSeconds": rule.lease_seconds < 3 * rule.timeout_seconds,
        "callTakeMinutes": min(rule.call_take_minutes, rule.call_again_minutes) < 1,
        "soonMinutes": not 0 < rule.soon_minutes <= 24 * 60,
    }
    errors = tuple((field, "不合理 / out of range") for field, is_wrong in wrong.items() if is_wrong)
    if errors:
        raise NoticeRuleInvalid(errors=errors)


def first_channels(known: Known, *, urgent: bool) -> tuple[Channel, ...]:
    """Choose where a notice goes besides the inbox, the best first.

    An urgent one takes every channel at once, for one in five first channels fails (MASCOT telecare
    figures); another takes one, and the next only when that failed.
    """
    if urgent:
        return _all_channels(known)
    if known.prefer == "inbox":
        return ()
    if known.prefer == "call" and known.callable:
        return (CALL,)
    return _ranked(known)[:1]


def _ranked(known: Known) -> tuple[Channel, ...]:
    """Rank the channels of somebody with a phone in the pocket; without the app a person calls."""
    if not known.has_account and known.prefer != "sms":
        return (CALL,) if known.callable else ()
    wechat = (WECHAT,) if known.grants > 0 and known.prefer == "auto" else ()
    return (*wechat, *((SMS,) if known.has_phone else ()), *((CALL,) if known.callable else ()))


def _all_channels(known: Known) -> tuple[Channel, ...]:
    wechat = (WECHAT,) if known.grants > 0 else ()
    sms = (SMS,) if known.has_phone else ()
    reachable = (*wechat, *sms)
    return reachable if reachable and known.has_account else (*reachable, CALL)


def following(channel: str, known: Known, *, urgent: bool) -> Channel | None:
    """Say which channel comes after one that failed; none when the list of calls was the last.

    Somebody without a number can only be called on, which staff do for urgent things.
    """
    if channel == WECHAT and known.has_phone:
        return SMS
    if channel in {WECHAT, SMS} and (known.callable or urgent):
        return CALL
    return None


def quiet_between(begins: time | None, ends: time | None) -> Quiet | None:
    """Read quiet hours, none when neither end is named (QuietHoursInvalid when only one is)."""
    if begins is not None and ends is not None:
        return Quiet(begins, ends)
    if begins is None and ends is None:
        return None
    raise QuietHoursInvalid(errors=(("quietFrom", "开始和结束都要填 / both ends are needed"),))


def check_quiet(quiet: Quiet) -> None:
    """Refuse hours that begin and end at once: it cannot be told whether all day or never is meant."""
    if quiet.begins == quiet.ends:
        raise QuietHoursInvalid(errors=(("quietUntil", "开始和结束不能一样 / begins and ends at once"),))


def suited(rule: NoticeRule, quiet: Quiet | None) -> NoticeRule:
    """Return the rule with a person's own quiet hours in place of the district's."""
    if quiet is None:
        return rule
    return msgspec.structs.replace(rule, quiet_from=quiet.begins, quiet_until=quiet.ends)


def may_leave_at(at: datetime, rule: NoticeRule, *, urgent: bool) -> datetime:
    """Return the first instant from `at` on that is not in the quiet hours; urgent ones need not wait."""
    if urgent or not _is_quiet(at.astimezone(SHANGHAI).time(), rule):
        return at
    day = local_day(at)
    morning = instant(day, rule.quiet_until)
    return morning if morning > at else instant(day + timedelta(days=1), rule.quiet_until)


def _is_quiet(at: time, rule: NoticeRule) -> bool:
    begins, ends = rule.quiet_from, rule.quiet_until
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends


def retry_wait(tries: int, rule: NoticeRule, *, urgent: bool) -> timedelta | None:
    """Say how long to wait after the `tries`-th try; none when there were enough."""
    if urgent:
        again = tries < rule.urgent_most_tries
        return timedelta(seconds=rule.urgent_retry_seconds) if again else None
    if tries >= rule.most_tries:
        return None
    grown = rule.retry_seconds * rule.retry_factor ** min(tries - 1, 60)
    return timedelta(seconds=min(grown, rule.retry_most_seconds))


def receipt_wait(rule: NoticeRule, *, urgent: bool) -> timedelta:
    """Say how long a sent notice may stay without a receipt."""
    if urgent:
        return timedelta(seconds=rule.urgent_receipt_seconds)
    return timedelta(hours=rule.receipt_hours)
