"""The notices desk's verbs; each runs in the caller's transaction."""

from scenes.common.notices.service.inbox import Receipt, inbox, read, receipts
from scenes.common.notices.service.knowing import known_of, rule_at, set_rule
from scenes.common.notices.service.telling import tell

__all__ = ["Receipt", "inbox", "known_of", "read", "receipts", "rule_at", "set_rule", "tell"]
