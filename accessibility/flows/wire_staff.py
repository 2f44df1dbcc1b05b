"""Call-backs as the desk sees them on the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from accessibility.flows.service import CallCard
from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire


class CallBack(Wire, frozen=True, kw_only=True):
    """One person to be called back; `lines` are what they had chosen in the run."""

    id: UUID
    person: str
    phone: str | None
    hands: Literal["free", "mine", "colleague"]
    asked_at: datetime
    flow: str
    lines: list[str]
    run_id: UUID | None

    @classmethod
    def of(cls, card: CallCard) -> "CallBack":
        """Show a call-back."""
        return cls(
            id=card.row.id, person=card.name, phone=card.phone, hands=card.hands,
            asked_at=shanghai(card.row.asked_at), flow=card.flow, lines=list(card.lines),
            run_id=card.row.run_id,
        )  # fmt: skip
