"""Messages as they go over the wire."""

from datetime import datetime
from uuid import UUID

from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire
from scenes.common.notices.tables import InboxMessageRow


class Message(Wire, frozen=True, kw_only=True):
    """One message of an inbox; `text` is for the eye, `speak` for the ear."""

    id: UUID
    title: str
    text: str
    speak: str
    at: datetime
    read_at: datetime | None


def shown(row: InboxMessageRow) -> Message:
    """Show a message to its person."""
    return Message(
        id=row.id,
        title=row.title,
        text=row.text,
        speak=row.speak,
        at=shanghai(row.at),
        read_at=shanghai(row.read_at) if row.read_at else None,
    )
