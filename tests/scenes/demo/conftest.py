from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from rich.console import Console

from scenes.common.kit.database import Database
from scenes.common.kit.embedded import EmbeddedUrls
from scenes.demo.service import make_district
from scenes.demo.service.progress import Report
from tests.conftest import admin, url_of

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, nine o'clock in Shanghai."""


@dataclass(frozen=True)
class Keys:
    database_url: str | None = None
    data_dir: Path = Path("/nowhere")
    secret_key: bytes = b"a secret of this test's own, 32 b"
    field_key: bytes = bytes(range(16))
    index_key: bytes = bytes(range(32))


@pytest.fixture
def report() -> Report:
    return Report(Console(file=StringIO()))


async def make(database: Database, report: Report, **differently: object) -> bool:
    facts = {"residents": 1500, "days": 8, "if_empty": True, "now": NOW, **differently}
    return await make_district(database, Keys(), report=report, **facts)


Made = Callable[..., Awaitable[Database]]


@pytest.fixture(scope="session")
def made_once() -> dict[str, str]:
    """The databases of districts made in this run, by what was asked for."""
    return {}


@pytest.fixture
async def made(
    stack: EmbeddedUrls, template: str, report: Report, made_once: dict[str, str]
) -> AsyncIterator[Made]:
    """Gives a district of a test's own: made once a run for each wish, and copied after that."""
    copies: dict[str, Database] = {}

    async def give(**wish: object) -> Database:
        asked = repr(sorted(wish.items()))
        if asked not in made_once:
            name = f"made_{uuid4().hex}"
            await admin(stack, f"CREATE DATABASE {name} TEMPLATE {template}")
            first = Database(url_of(stack.database, name), pool_size=8)
            await make(first, report, **wish)
            await first.close()
            made_once[asked] = name
        copy = f"t_{uuid4().hex}"
        await admin(stack, f"CREATE DATABASE {copy} TEMPLATE {made_once[asked]}")
        copies[copy] = Database(url_of(stack.database, copy), pool_size=8)
        return copies[copy]

    yield give
    for name, database in copies.items():
        await database.close()
        await admin(stack, f"DROP DATABASE {name} WITH (FORCE)")
