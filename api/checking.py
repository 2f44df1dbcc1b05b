"""Publishing what a check of the pages came to."""

import asyncio

from accessibility.checker.publishing import publish
from accessibility.checker.report import Score
from api.settings import Settings
from scenes.common.kit.database import Database


def publish_score(settings: Settings, score: Score) -> None:
    """Let `/accessibility` show this score."""

    async def write() -> None:
        database = Database(settings.database_url or "", pool_size=2)
        try:
            async with database.transaction() as session:
                await publish(session, score)
        finally:
            await database.close()

    asyncio.run(write())
