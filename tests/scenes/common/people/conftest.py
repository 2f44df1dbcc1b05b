"""Two residents, a nurse, and the people desk's app on real PostgreSQL and Redis."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from scenes.common.kit.cache import Cache
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.embedded import EmbeddedUrls
from scenes.common.kit.ids import new_id
from scenes.common.kit.resident_id import make_resident_id
from scenes.common.people.service import NewStaff, StaffAccount, create_staff
from scenes.common.people.tables import PersonRow, make_person_row
from tests.support.clock import AdjustableClock
from tests.support.people import PASSWORD, VENUE, Desk, make_app, make_tools


@pytest.fixture
async def desk(
    database: Database, clock: AdjustableClock, cipher: FieldCipher, stack: EmbeddedUrls
) -> AsyncIterator[Desk]:
    cache = Cache(stack.redis, prefix=f"{new_id()}:")
    tools = make_tools(database, cache, clock)
    app = make_app(tools, database, clock=clock, cipher=cipher)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as http:
        yield Desk(http=http, app=app, database=database, clock=clock, cipher=cipher, tools=tools)
    await cache.close()


@pytest.fixture
async def wang(desk: Desk) -> PersonRow:
    """Write resident 1: an elder with an account, born 1950."""
    row = make_person_row(
        desk.cipher,
        new_id(),
        name="王秀英",
        birth_date=date(1950, 3, 1),
        sex="f",
        now=desk.clock(),
        area="曹杨新村街道",
        phone="13800005678",
        resident_id=make_resident_id("310107", date(1950, 3, 1), 2),
        resident_no=1,
        has_account=True,
        synthetic=True,
    )
    async with desk.database.transaction() as session:
        session.add(row)
    return row


@pytest.fixture
async def li(desk: Desk) -> PersonRow:
    """Write resident 2: another account, born 1985."""
    row = make_person_row(
        desk.cipher,
        new_id(),
        name="李强",
        birth_date=date(1985, 7, 9),
        sex="m",
        now=desk.clock(),
        phone="13900001234",
        resident_id=make_resident_id("310107", date(1985, 7, 9), 1),
        resident_no=2,
        has_account=True,
        synthetic=True,
    )
    async with desk.database.transaction() as session:
        session.add(row)
    return row


@pytest.fixture
async def mei(desk: Desk) -> PersonRow:
    """Write resident 3: the elder's daughter, with an account, born 1978."""
    row = make_person_row(
        desk.cipher,
        new_id(),
        name="王梅",
        birth_date=date(1978, 5, 20),
        sex="f",
        now=desk.clock(),
        phone="13700009876",
        resident_no=3,
        has_account=True,
        synthetic=True,
    )
    async with desk.database.transaction() as session:
        session.add(row)
    return row


@pytest.fixture
async def nurse(desk: Desk) -> StaffAccount:
    """Write a member of the clinic's staff, working at one venue."""
    new = NewStaff(
        username="Clinic",
        password=PASSWORD,
        display_name="张医生",
        role="clinic",
        place_ids=frozenset({VENUE}),
    )
    async with desk.database.transaction() as session:
        return await create_staff(
            session, new, passwords=desk.tools.passwords, cipher=desk.cipher, now=desk.clock()
        )
