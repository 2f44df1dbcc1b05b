"""Refused requests give their connections back, whoever refuses and however late, without the collector."""

import gc
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from litestar import Litestar, Request, Response, get
from litestar.di import NamedDependency, Provide
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import status_of
from api.sessions import SessionsMiddleware, sessions
from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Forbidden, Refusal
from tests.support.booking import World
from tests.support.clock import AdjustableClock
from tests.support.whole import API, Whole, resident_of, staff_of

TIMES = 20
"""More than the connections of a process."""


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
async def world(database: Database, clock: AdjustableClock, forgotten: None) -> World:
    assert forgotten is None
    return World(database, clock)


def refused(_: Request, refusal: Refusal) -> Response[str]:
    return Response(refusal.code, status_code=status_of(refusal))


async def no_friend(reading: NamedDependency[AsyncSession]) -> str:
    """Ask the database who this is, and refuse."""
    await reading.execute(text("SELECT 1"))
    raise Forbidden


@get("/friends")
async def friends(session: NamedDependency[AsyncSession], friend: NamedDependency[str]) -> str:
    await session.execute(text("SELECT 1"))
    return friend


async def test_a_dependency_that_refuses_late_leaves_no_connection_behind(database: Database) -> None:
    app = Litestar(
        [friends],
        middleware=[SessionsMiddleware],
        dependencies={**sessions(lambda: database), "friend": Provide(no_friend)},
        exception_handlers={Refusal: refused},
        openapi_config=None,
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as http:
        assert [(await http.get("/friends")).status_code for _ in range(TIMES)] == [403] * TIMES
    assert database.lent == 0


@pytest.mark.parametrize(
    ("path", "token"),
    [("/me", "Bearer nonsense"), ("/me", None), ("/staff/venues", "resident"), ("/bookings", "staff")],
)
async def test_who_may_not_come_in_takes_no_connection(
    world: World, whole: Whole, path: str, token: str | None
) -> None:
    (person,) = await world.people(1)
    headers = {
        "resident": whole.bearer(resident_of(person)),
        "staff": whole.bearer(staff_of("clinic")),
        None: {},
    }.get(token, {"Authorization": str(token)})
    answers = [await whole.http.get(f"{API}{path}", headers=headers) for _ in range(TIMES)]
    assert {answer.status_code for answer in answers} <= {401, 403}
    assert whole.house.database.lent == 0


@pytest.mark.parametrize("page", ["/breakfast", "/clinic", "/charging", "/places", "/search?q=ya", "/"])
async def test_who_is_no_longer_kept_takes_no_connection_of_a_page(
    world: World, whole: Whole, page: str
) -> None:
    (person,) = await world.people(1)
    await erase(world.database, person)
    answers = [await whole.http.get(page, headers=whole.bearer(resident_of(person))) for _ in range(TIMES)]
    assert {answer.status_code for answer in answers} == {401}
    assert whole.house.database.lent == 0


@pytest.mark.parametrize("token", ["nonsense", ""])
async def test_a_bad_refresh_takes_no_connection(whole: Whole, token: str) -> None:
    answers = [
        await whole.http.post(f"{API}/auth/refresh", json={"refreshToken": token}) for _ in range(TIMES)
    ]
    assert all(400 <= answer.status_code < 500 for answer in answers)
    assert whole.house.database.lent == 0


async def erase(database: Database, person: UUID) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE person SET erased_at = now() WHERE id = :id"), {"id": person})
