"""Real PostgreSQL and Redis for every test: one embedded stack a run, one fresh database a test."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from api.app import spare_the_collector
from api.lifespan import House
from api.migrate import upgrade
from api.settings import Settings, load_settings
from scenes.common.kit.cache import Cache
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.embedded import EmbeddedStack, EmbeddedUrls
from tests.support.clock import AdjustableClock
from tests.support.demo_district import SharedDemo
from tests.support.folders import fast_folder
from tests.support.redis_server import RedisServer
from tests.support.standing import front_of

TEMPLATE = "lifecircle_template"

DEMO = pytest.StashKey[SharedDemo]()
LOOK_AT_THE_DEMO = [Path(__file__).parent / name for name in ("accessibility", "api")]

CARELESS = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "SELECT pg_reload_conf()",
)
"""Nothing here outlives a power cut, and a killed server's writes are with the system already: making and
dropping a database a test need not wait for the disk. Tests of the embedded servers have their own."""


def pytest_configure(config: pytest.Config) -> None:
    """Give this run a temporary folder of its own.

    pytest closes its shared one to other accounts each time a run starts, and so would take a PostgreSQL
    of the run beside, which has an account of its own, its way to its data.
    """
    config.stash[DEMO] = SharedDemo()
    config.add_cleanup(config.stash[DEMO].end)
    if config.option.basetemp is None:
        config.option.basetemp = tempfile.mkdtemp(prefix="lc-run-", dir=fast_folder())
        config.add_cleanup(partial(shutil.rmtree, config.option.basetemp, ignore_errors=True))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End the demo behind the last tests that look at it: its jobs cost a seventh of a core."""
    if nextitem is None or not any(folder in nextitem.path.parents for folder in LOOK_AT_THE_DEMO):
        item.config.stash[DEMO].end()


def pytest_collection_finish() -> None:
    """Spare the garbage collector, as a process that serves does: the imports live as long as it."""
    spare_the_collector()


def url_of(stack_url: str, name: str) -> str:
    """Point a stack's URL at another of its databases."""
    return urlunsplit(urlsplit(stack_url)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def stack() -> Iterator[EmbeddedUrls]:
    with tempfile.TemporaryDirectory(prefix="lc-test-", dir=fast_folder()) as folder:
        Path(folder).chmod(0o755)
        embedded = EmbeddedStack(Path(folder) / "data")
        urls = embedded.start()
        asyncio.run(admin(urls, *CARELESS))
        try:
            yield urls
        finally:
            embedded.stop()


async def admin(stack: EmbeddedUrls, *statements: str) -> None:
    connection = await asyncpg.connect(url_of(stack.database, "postgres"))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def template(stack: EmbeddedUrls) -> str:
    """Migrate the template database that each test's own is cloned from."""
    asyncio.run(admin(stack, f"CREATE DATABASE {TEMPLATE}"))
    upgrade(url_of(stack.database, TEMPLATE))
    return TEMPLATE


@pytest.fixture
async def database_url(stack: EmbeddedUrls, template: str) -> AsyncIterator[str]:
    name = f"t_{uuid4().hex}"
    await admin(stack, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield url_of(stack.database, name)
    await admin(stack, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, pool_size=8)
    yield database
    await database.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.transaction() as session:
        yield session


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock()


@pytest.fixture
def cipher() -> FieldCipher:
    return FieldCipher(bytes(range(16)), bytes(range(32)))


@pytest.fixture
def settings(stack: EmbeddedUrls, database_url: str, tmp_path: Path) -> Settings:
    """Settings of a demo district on this test's own database.

    One connection for its requests: one that opens a second while it holds the first waits for itself and is
    refused as busy, as sixteen of them together would be in the morning.
    """
    return load_settings({
        "LIFECIRCLE_DATABASE_URL": database_url,
        "LIFECIRCLE_REDIS_URL": stack.redis,
        "LIFECIRCLE_DATA_DIR": str(tmp_path),
        "LIFECIRCLE_DEMO": "1",
        "LIFECIRCLE_DATABASE_CONNECTIONS": "1",
    })  # fmt: skip


@pytest.fixture
def house(settings: Settings, clock: AdjustableClock) -> House:
    return House(settings, clock)


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """The whole application of a house, in this loop; make the data before asking for it."""
    async with house.open():
        transport = httpx.ASGITransport(app=cast("Any", front_of(house)), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://lifecircle.test") as client:
            yield client


@pytest.fixture
def demo(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The whole demo district, shared by a worker's tests: its address, and its folder.

    Tests take residents of their own, and leave the staff's second factors half a minute between uses.
    """
    return request.config.stash[DEMO].running()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis of the test's own, to kill and bring back."""
    with tempfile.TemporaryDirectory(prefix="lc-redis-") as folder:  # a short path: sockets allow 107 bytes
        server = RedisServer(Path(folder))
        server.start()
        yield server
        server.kill()


@pytest.fixture
async def cache(stack: EmbeddedUrls) -> AsyncIterator[Cache]:
    cache = Cache(stack.redis)
    yield cache
    await cache.close()
