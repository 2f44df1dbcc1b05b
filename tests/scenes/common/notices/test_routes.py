from uuid import UUID

import httpx
from litestar import Litestar, Request, Response
from litestar.di import Provide

from api.sessions import SessionsMiddleware, sessions
from scenes.common.kit.caller import Resident
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import NotFound
from scenes.common.notices import service
from scenes.common.notices.routes import list_inbox, read_message
from scenes.common.notices.rules import Facts
from tests.support.clock import MONDAY_NINE, AdjustableClock


def app_for(database: Database, resident: Resident, clock: AdjustableClock) -> Litestar:
    def refuse(_: Request, refusal: NotFound) -> Response:
        return Response({"code": refusal.code}, status_code=404)

    return Litestar(
        [list_inbox, read_message],
        dependencies={
            **sessions(lambda: database),
            "resident": Provide(lambda: resident, sync_to_thread=False),
            "clock": Provide(lambda: clock, sync_to_thread=False),
        },
        middleware=[SessionsMiddleware],
        exception_handlers={NotFound: refuse},
        openapi_config=None,
    )


def client_of(app: Litestar) -> httpx.AsyncClient:
    """Call the app in the test's own loop, where its database connections live."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def told(database: Database, person_id: UUID, count: int) -> None:
    async with database.transaction() as session:
        for number in range(count):
            await service.tell(
                session,
                person_id,
                dedupe=str(number),
                template="payment_refunded",
                facts=Facts(amount_fen=350),
                now=MONDAY_NINE,
            )


async def test_the_inbox_shows_ones_own_messages_page_by_page(
    database: Database, clock: AdjustableClock
) -> None:
    resident = Resident(new_id(), new_id())
    await told(database, resident.person_id, 3)
    await told(database, new_id(), 1)
    async with client_of(app_for(database, resident, clock)) as client:
        first = (await client.get("/me/inbox", params={"limit": 2})).json()
        second = (await client.get("/me/inbox", params={"limit": 2, "cursor": first["nextCursor"]})).json()
        wrong = await client.get("/me/inbox", params={"cursor": "nonsense"})
    assert (len(first["items"]), len(second["items"]), second["nextCursor"]) == (2, 1, None)
    assert second["items"][0] == {
        "id": second["items"][0]["id"],
        "title": "钱退回来了",
        "text": "3.5 元已经退给您。退到原来付款的账户。",
        "speak": "三元五角已经退给您。退到原来付款的账户。",
        "at": "2026-11-23T09:00:00+08:00",
        "readAt": None,
    }
    assert wrong.status_code == 400


async def test_a_message_is_marked_read_by_its_own_person_only(
    database: Database, clock: AdjustableClock
) -> None:
    resident = Resident(new_id(), new_id())
    await told(database, resident.person_id, 1)
    async with client_of(app_for(database, resident, clock)) as client:
        [message] = (await client.get("/me/inbox")).json()["items"]
        answer = await client.post(f"/me/inbox/{message['id']}/read")
    async with client_of(app_for(database, Resident(new_id(), new_id()), clock)) as stranger:
        refused = await stranger.post(f"/me/inbox/{message['id']}/read")
    assert (answer.status_code, answer.json()["readAt"]) == (200, "2026-11-23T09:00:00+08:00")
    assert (refused.status_code, refused.json()) == (404, {"code": "not_found"})
