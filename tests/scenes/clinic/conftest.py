"""A furnished clinic for each test, its rows checked at the end, and its doors over HTTP."""

from collections.abc import AsyncIterator

import httpx
import pytest

from scenes.common.booking.ledger import Ledger
from scenes.common.kit.cache import Cache
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.places.directory import PlaceDirectory
from tests.support.clinic import Clinic, Doors, clinic_app
from tests.support.clock import AdjustableClock


@pytest.fixture
async def clinic(database: Database, clock: AdjustableClock, cipher: FieldCipher) -> AsyncIterator[Clinic]:
    clinic = Clinic(database, clock, cipher)
    await clinic.furnish()
    yield clinic
    await clinic.stop()
    await clinic.check()


@pytest.fixture
async def ledger(clinic: Clinic) -> Ledger:
    return await clinic.ledger()


@pytest.fixture
async def doors(clinic: Clinic, ledger: Ledger, cache: Cache) -> AsyncIterator[Doors]:
    fanout = Fanout(cache)
    directory = PlaceDirectory(clinic.database, clock=clinic.clock)
    await directory.refresh()
    app, parts = clinic_app(clinic, ledger, fanout=fanout, directory=directory)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://lifecircle.test") as http:
        yield Doors(http, parts)
    await fanout.close()
