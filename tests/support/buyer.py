"""A resident of a running demo district who orders breakfast and pays, by the API."""

from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, NamedTuple, Self
from uuid import UUID, uuid4

import httpx

from scenes.common.kit.clock import local_day, system_clock
from tests.scenes.common.payments.conftest import until


class Order(NamedTuple):
    """A paid order: what its signed code is made of."""

    id: UUID
    code: str
    place_id: UUID
    starts_at: datetime
    scene: str = "breakfast"


class Buyer:
    """Signs in as resident 2 and buys for tomorrow."""

    def __init__(self, url: str) -> None:
        self.http = httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False, timeout=20)
        self.day = local_day(system_clock()) + timedelta(days=1)

    async def __aenter__(self) -> Self:
        signed = await self.post("/auth/demo", {"residentNo": 2})
        self.http.headers["Authorization"] = f"Bearer {signed['accessToken']}"
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def post(self, path: str, body: Any = None) -> Any:
        answer = await self.http.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.http.get(path, params=params)
        assert answer.is_success, answer.text
        return answer.json()

    async def points(self, count: int) -> list[str]:
        """Name some breakfast points near the middle of Caoyang."""
        near = {"lat": 31.2418, "lng": 121.4004, "minutes": 60, "scene": "breakfast", "limit": count}
        return [place["id"] for place in (await self.get("/places", **near))["items"]]

    async def paid_breakfast(self, place_id: str) -> Order:
        """Order one thing for the first time that is free tomorrow, and pay."""
        menu = await self.get(f"/breakfast/points/{place_id}/menu", date=str(self.day))
        item = next(item for item in menu["items"] if item["left"])
        window = next(window for window in menu["windows"] if window["free"])
        booking = await self.post(
            "/breakfast/orders",
            {
                "placeId": place_id,
                "windowId": window["id"],
                "items": [{"itemId": item["id"], "quantity": 1}],
            },
        )
        order = Order(
            UUID(booking["id"]), booking["code"], UUID(place_id), datetime.fromisoformat(booking["startsAt"])
        )
        payment = await self.post("/payments", {"bookingId": booking["id"], "method": "sandbox"})
        await self.post(f"/sandbox/payments/{payment['id']}/approve")
        await until(lambda: self._is_confirmed(order))
        return order

    async def _is_confirmed(self, order: Order) -> bool:
        return await self.states(order) == ["confirmed"]

    async def states(self, *orders: Order) -> list[str]:
        """Say how orders stand."""
        return [(await self.get(f"/bookings/{order.id}"))["state"] for order in orders]
