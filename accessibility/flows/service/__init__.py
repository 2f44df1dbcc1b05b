"""What the guided flows do: start, look, answer, go back, act once, undo, understand, call back."""

from accessibility.flows.service.calling import (
    MAY_CALL,
    CallCard,
    ask_for_call,
    call_settled,
    calls_waiting,
    count_calls,
    take_call,
)
from accessibility.flows.service.greeting import Home, Unfinished, helper_of, home_of
from accessibility.flows.service.looking import Look
from accessibility.flows.service.running import answer, back, look, start, wait_for_call
from accessibility.flows.service.saying import Meant, hear
from accessibility.flows.service.taking import WILL_CALL, Reply

__all__ = [
    "MAY_CALL",
    "WILL_CALL",
    "CallCard",
    "Home",
    "Look",
    "Meant",
    "Reply",
    "Unfinished",
    "answer",
    "ask_for_call",
    "back",
    "call_settled",
    "calls_waiting",
    "count_calls",
    "hear",
    "helper_of",
    "home_of",
    "look",
    "start",
    "take_call",
    "wait_for_call",
]
