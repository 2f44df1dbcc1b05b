"""Loading a district's own files: each command reads the whole file first and writes all of it or nothing."""

import asyncio
from pathlib import Path

from api.settings import Settings
from scenes.charging.service.taking_on import read_operators, take_on
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database


def import_operators(settings: Settings, path: Path) -> int:
    """Take on the charging operators of a file; refuses with Invalid and then changes nothing."""
    operators = read_operators(path.read_bytes())

    async def write() -> int:
        database = Database(settings.database_url or "", pool_size=2)
        try:
            async with database.transaction() as session:
                cipher = FieldCipher(settings.field_key, settings.index_key)
                return await take_on(session, operators, cipher=cipher)
        finally:
            await database.close()

    return asyncio.run(write())
