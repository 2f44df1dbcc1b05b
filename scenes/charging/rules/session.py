"""What a charging session needs next, decided from what is known of it; and its number at the operator."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from scenes.charging.rules.bill import Standing
from scenes.charging.rules.rule import ChargingRule

Step = Literal["wait", "give_up", "time_out", "start", "ask", "limit", "stop", "bill", "close"]
PAID: Final = frozenset({"confirmed", "checked_in"})
GONE: Final = frozenset({"cancelled", "expired", "no_show"})
SEQ_PART: Final = 18
OPERATOR_PART: Final = 9
SHORTEST_STAY: Final = timedelta(minutes=10)
"""Nobody is let begin who would have to stop within ten minutes for the next reservation."""

SLOWEST_SECONDS: Final = 60
STANDS: Final = frozenset({2, 3, 4})
"""T/CEC 102 connector Status in which a car is seen to stand at the connector."""

ANOTHERS: Final = frozenset({3, 4})
"""T/CEC 102 connector Status that no car shows after its charge: charging, reserved."""

SETTLED: Final = timedelta(minutes=1)
"""After which a status is no late word that will be set right."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a session; `until` is when the connector is somebody else's."""

    state: str
    booking_state: str
    paid_at: datetime | None
    asked_at: datetime | None
    accepted_at: datetime | None
    heard_at: datetime | None
    running_fen: int
    authorised_fen: int
    until: datetime | None


def start_seq(operator_code: str, session_id: UUID) -> str:
    """Make T/CEC 102's StartChargeSeq: the operator's 9 characters and 18 of the session's identifier.

    The identifier's tail holds its random bits, so that a number is never used again.
    """
    return operator_code[:OPERATOR_PART].rjust(OPERATOR_PART, "0") + session_id.hex[-SEQ_PART:].upper()


def next_step(known: Known, *, rule: ChargingRule, now: datetime) -> Step:
    """Say what a session needs now."""
    if known.state == "requested":
        return _before_charging(known, rule, now)
    if known.state == "charging":
        return _while_charging(known, rule, now)
    return {"stopping": "stop", "ended": "bill", "failed": "close"}[known.state]  # pyright: ignore[reportReturnType]


def _before_charging(known: Known, rule: ChargingRule, now: datetime) -> Step:
    if known.booking_state in GONE:
        return "give_up"
    if known.booking_state not in PAID:
        return "wait"
    since = known.accepted_at or known.asked_at or known.paid_at
    if since is not None and now >= since + timedelta(seconds=rule.start_timeout_seconds):
        return "time_out"
    return "ask" if known.accepted_at is not None else "start"


def _while_charging(known: Known, rule: ChargingRule, now: datetime) -> Step:
    spent = known.running_fen + rule.stop_margin_fen >= known.authorised_fen
    if spent or (known.until is not None and now >= known.until):
        return "limit"
    silent = known.heard_at is None or now >= known.heard_at + timedelta(seconds=rule.poll_seconds)
    return "ask" if silent else "wait"


def retry_after(tries: int) -> timedelta:
    """Say how long to leave an operator alone that does not answer: 2, 4, 8 … 60 seconds."""
    return timedelta(seconds=min(2 ** min(tries, 6), SLOWEST_SECONDS))


def may_bill(ended_at: datetime, *, order_heard: bool, rule: ChargingRule, now: datetime) -> bool:
    """Tell whether to wait no longer for the operator's own account of the charge."""
    return order_heard or now >= ended_at + timedelta(seconds=rule.stop_timeout_seconds)


class Seen(msgspec.Struct, frozen=True):
    """A connector's last word: its status, since when, and when it was received."""

    status: int
    since: datetime
    received_at: datetime


def left_at(
    ended_at: datetime, seen: Seen | None, *, gone_at: datetime | None, patience: timedelta, now: datetime
) -> datetime | None:
    """Say when a car left after its charge; none while it is seen to stand, or nothing was heard yet.

    `gone_at` is when the connector was first told not to be taken after the end: whoever stands there later
    is somebody else. So is whoever draws energy there for a minute, or has it reserved: a late word of the
    charge that ended is set right sooner. Only standing that was seen is charged: without any word for as
    long as our patience, it left at the end.
    """
    if gone_at is not None:
        return max(ended_at, gone_at)
    if seen is None or seen.received_at < ended_at:
        return ended_at if now >= ended_at + patience else None
    if seen.status not in STANDS:
        return max(ended_at, seen.since)
    another = seen.status in ANOTHERS and seen.since > ended_at and now >= seen.since + SETTLED
    return seen.since if another else None


def standing_of(ended_at: datetime, left: datetime, others: Sequence[Seen]) -> Standing:
    """Say how long a car stood, and since when no other connector was free, as far as that was seen."""
    full = bool(others) and all(each.status in STANDS for each in others)
    return Standing(ended_at, left, max(each.since for each in others) if full else None)
