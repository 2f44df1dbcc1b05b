"""The notices desk's verbs; each runs in the caller's transaction."""

from scenes.common.notices.service.calls import (
    CallsWaiting,
    CallView,
    call_done,
    call_unanswered,
    count_listed,
    listed,
    take_call,
)
from scenes.common.notices.service.granting import (
    grant,
    grants_left,
    refuse_grants,
)
from scenes.common.notices.service.inbox import Receipt, inbox, read, receipts
from scenes.common.notices.service.knowing import known_of, number_to_call, rule_at, set_rule
from scenes.common.notices.service.liking import Liking, like, liking_of
from scenes.common.notices.service.moving import (
    NOT_OFFERED,
    Parcel,
    answered,
    anything_due,
    drop_stale,
    put_off,
    receipted,
    silent,
    stayed_silent,
    take,
)
from scenes.common.notices.service.reminding import remind, take_back
from scenes.common.notices.service.telling import tell, withdraw

__all__ = [
    "NOT_OFFERED",
    "CallView",
    "CallsWaiting",
    "Liking",
    "Parcel",
    "Receipt",
    "answered",
    "anything_due",
    "call_done",
    "call_unanswered",
    "count_listed",
    "drop_stale",
    "grant",
    "grants_left",
    "inbox",
    "known_of",
    "like",
    "liking_of",
    "listed",
    "number_to_call",
    "put_off",
    "read",
    "receipted",
    "receipts",
    "refuse_grants",
    "remind",
    "rule_at",
    "set_rule",
    "silent",
    "stayed_silent",
    "take",
    "take_back",
    "take_call",
    "tell",
    "withdraw",
]
