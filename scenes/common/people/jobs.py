"""What the people desk does by the clock."""

from datetime import timedelta

from scenes.common.kit.jobs import Periodic, Works
from scenes.common.kit.outbox import Handler
from scenes.common.people.service import forget_ended_sign_ins

KEPT = timedelta(days=30)
"""How long a sign-in that ran out is kept, for questions about who was signed in."""


async def forget_sign_ins(works: Works) -> None:
    """Delete sign-ins that ran out more than 30 days ago."""
    async with works.database.transaction() as session:
        await forget_ended_sign_ins(session, works.clock() - KEPT)


PERIODIC = [Periodic("people.forget_sign_ins", "17 3 * * *", forget_sign_ins)]

HANDLERS: dict[str, list[Handler]] = {}
