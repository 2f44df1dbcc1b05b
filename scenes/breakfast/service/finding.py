"""What of the breakfast points can be searched: what they sell."""

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.store import days
from scenes.common.kit.findable import Findable
from scenes.common.kit.money import yuan_text


async def findables(session: AsyncSession) -> list[Findable]:
    """Tell every item of every point."""
    return [
        Findable(
            kind="dish",
            title=row.name,
            href=f"/breakfast/{row.place_id}",
            scene="breakfast",
            about=yuan_text(row.price_fen),
            place_id=row.place_id,
        )
        for row in await days.items(session)
    ]
