"""The weekly orders in the background: placed ahead of each day."""

from scenes.breakfast.service import repeating
from scenes.common.kit.jobs import Periodic, Works


async def place_repeats(works: Works) -> None:
    """Place the weekly orders that are due."""
    await repeating.place_due(works.database, works.ledger, works.clock)


PERIODIC: list[Periodic] = [Periodic("breakfast.place_repeats", "*/2 * * * *", place_repeats)]
