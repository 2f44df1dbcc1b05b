"""The whole application asked over HTTP: tokens of the house's own, answers held to the contract's shape."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from api.lifespan import House
from scenes.common.kit.caller import Caller, Resident, Staff
from scenes.common.kit.ids import new_id
from tests.scenes.common.payments.conftest import until

API = "/api/v1"
PROBLEM = "application/problem+json"
PROBLEM_FIELDS = {"type", "title", "status", "detail", "code", "help", "errors"}
BOOKING_FIELDS = {
    "id", "scene", "state", "place", "title", "startsAt", "endsAt", "holdExpiresAt", "amountFen", "payment",
    "code", "person", "bookedBy", "terms", "lines", "actions", "version",
}  # fmt: skip
"""What contract.md names of a Booking; more may be there."""


class Whole:
    """The application of a house; every request says who asks."""

    def __init__(self, house: House, http: httpx.AsyncClient) -> None:
        self.house = house
        self.http = http

    def bearer(self, caller: Caller) -> dict[str, str]:
        """Sign somebody in as the house's own tokens do; a visitor sends nothing."""
        if caller is None:
            return {}
        now = self.house.clock()
        token = self.house.sign_in_tools.signer.sign(caller, now=now, until=now + timedelta(minutes=15))
        return {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, by: Caller = None, /, **params: Any) -> httpx.Response:
        """Read as somebody."""
        return await self.http.get(f"{API}{path}", params=params, headers=self.bearer(by))

    async def post(self, path: str, by: Caller, *, key: str | None = "", json: Any = None) -> httpx.Response:
        """Write as somebody, with a fresh key unless one is given; None sends none."""
        headers = self.bearer(by)
        if key is not None:
            headers["Idempotency-Key"] = key or str(uuid4())
        return await self.http.post(f"{API}{path}", json=json, headers=headers)


def staff_of(role: str, *places: UUID) -> Staff:
    """Be a member of staff of these places."""
    return Staff(new_id(), new_id(), role, frozenset(places))


def resident_of(person_id: UUID) -> Resident:
    """Be this person, signed in."""
    return Resident(person_id, new_id())


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Read a refusal's status and code, and hold it to the contract's problem document."""
    problem = answer.json()
    assert answer.headers["content-type"] == PROBLEM, answer.text
    assert problem.keys() >= PROBLEM_FIELDS - {"errors"}
    assert problem["status"] == answer.status_code
    assert problem["help"].keys() == {"phone", "speak"}
    assert problem["detail"]
    return answer.status_code, problem["code"]


def good(answer: httpx.Response, status: int = 200) -> Any:
    """Read an answer that went well."""
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def booking(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """Read a booking, held to the contract's shape, its lines adding up to its amount, in any order."""
    shown = good(answer, status)
    assert shown.keys() >= BOOKING_FIELDS
    shown["lines"].sort(key=str)
    assert sum(line["units"] * line["unitFen"] for line in shown["lines"]) == shown["amountFen"]
    assert all(is_local(shown[name]) for name in ("startsAt", "endsAt"))
    return shown


def is_local(instant: str) -> bool:
    """Tell whether an instant is written as the contract wants it: RFC 3339 with +08:00."""
    return instant.endswith("+08:00") and datetime.fromisoformat(instant).tzinfo is not None


async def pay(whole: Whole, by: Caller, booking_id: str) -> dict[str, Any]:
    """Open a payment of a booking at the demo provider."""
    asked = {"bookingId": booking_id, "method": "sandbox"}
    payment = good(await whole.post("/payments", by, json=asked), 201)
    assert payment.keys() >= {"id", "state", "amountFen", "payUrl"}
    return payment


async def becomes(whole: Whole, by: Caller, path: str, state: str) -> dict[str, Any]:
    """Wait until what is read at a path is in a state."""

    async def there() -> dict[str, Any] | None:
        found = good(await whole.get(path, by))
        return found if found["state"] == state else None

    found: Any = await until(there)
    return found
