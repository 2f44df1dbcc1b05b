"""Calls as they go over the wire to the staff who make them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire
from scenes.common.notices.calling import Hands
from scenes.common.notices.service import CallView


class Call(Wire, frozen=True, kw_only=True):
    """One person to be called and what to say; name masked and no number unless one has it in hand.

    `hands` says whose: free, mine, colleague. `tries` counts calls that nobody answered.
    """

    id: UUID
    state: Literal["listed", "done"]
    person: str
    phone: str | None
    title: str
    text: str
    speak: str
    urgent: bool
    hands: Hands
    tries: int
    listed_at: datetime

    @classmethod
    def of(cls, view: CallView) -> "Call":
        """Show a call to a member of staff."""
        return cls(
            id=view.row.id,
            state="done" if view.row.state == "done" else "listed",
            person=view.name,
            phone=view.phone,
            title=view.message.title,
            text=view.message.text,
            speak=view.message.speak,
            urgent=view.row.urgent,
            hands=view.hands,
            tries=view.row.tries,
            listed_at=shanghai(view.row.created_at),
        )
