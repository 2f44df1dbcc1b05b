"""Migrations from an empty database lead to exactly what the models say."""

import asyncpg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from api.migrate import sync_url, upgrade
from api.migrations.filters import ours
from api.tables import METADATA
from scenes.common.kit.embedded import EmbeddedUrls
from tests.conftest import admin, url_of


async def test_from_nothing_to_the_models(stack: EmbeddedUrls) -> None:
    await admin(stack, "CREATE DATABASE migrated")
    url = url_of(stack.database, "migrated")
    upgrade(url)
    upgrade(url)  # a second time changes nothing

    engine = create_engine(sync_url(url))
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": ours}
        difference = compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)
    engine.dispose()
    await admin(stack, "DROP DATABASE migrated")
    assert difference == []


async def test_the_audit_log_refuses_to_change(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        refused = None
        try:
            await connection.execute("DELETE FROM audit_entry")
        except asyncpg.RaiseError as error:
            refused = error.message
    finally:
        await connection.close()
    assert refused == "audit entries are final"
