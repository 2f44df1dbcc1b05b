"""Residents who book and cancel without rest, ask again with the same key, give up, and record it all."""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID, uuid4

import httpx
import msgspec

from api.history_file import Call

API = "/api/v1"
ATTEMPTS = 5
ANSWER_SECONDS = 8.0
GRANTED, OVERLOADED, TOO_MANY = {200, 201}, 503, 429
SERVER_ERROR = 500


class Recorder:
    """All calls of all clients, in memory until the end."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.statuses: Counter[str] = Counter()

    @property
    def acknowledged(self) -> int:
        """How many calls were answered as done."""
        return sum(call.outcome == "ok" for call in self.calls)


class Client:
    """One browser: its people book and cancel, one after the other."""

    def __init__(  # noqa: PLR0913 - each is one fact of a client
        self, number: int, *, http: httpx.AsyncClient, recorder: Recorder, tokens: dict[UUID, str],
        windows: Sequence[UUID], servers: Sequence[str],
    ) -> None:  # fmt: skip
        self.number = number
        self.http = http
        self.recorder = recorder
        self.tokens = tokens
        self.people = list(tokens)
        self.windows = windows
        self.servers = servers
        self.chance = random.Random(number)  # noqa: S311 - a test load, the same each time
        self.mine: list[tuple[UUID, UUID, UUID]] = []

    async def live(self, ended: Callable[[], bool]) -> None:
        """Book or cancel until the end is called."""
        while not ended():
            if self.mine and self.chance.random() < 0.4:  # noqa: PLR2004 - four wishes of ten are cancels
                await self.cancel(*self.mine.pop(self.chance.randrange(len(self.mine))))
            else:
                await self.book(self.chance.choice(self.people), self.chance.choice(self.windows))

    async def book(self, person: UUID, window: UUID) -> None:
        """Ask for a window; what is granted may be cancelled later."""
        facts = {"op": "book", "window_id": window, "person_id": person}
        granted = await self.persist(f"{API}/clinic/appointments", {"windowId": str(window)}, facts)
        if granted is not None:
            self.mine.append((granted, person, window))

    async def cancel(self, booking: UUID, person: UUID, window: UUID) -> None:
        """Give a booking up."""
        facts = {"op": "cancel", "window_id": window, "person_id": person, "booking_id": booking}
        await self.persist(f"{API}/bookings/{booking}/cancel", {}, facts)

    async def persist(self, path: str, body: dict[str, str], facts: dict[str, Any]) -> UUID | None:
        """Ask until there is an answer, always under the same key, or give up."""
        key = str(uuid4())
        for attempt in range(ATTEMPTS):
            call = await self.once(path, body, {**facts, "key": key})
            self.recorder.calls.append(call)
            if call.outcome == "ok":
                return call.booking_id
            if call.outcome == "refused" or self.chance.random() < 0.05:  # noqa: PLR2004 - some give up early
                return None
            await asyncio.sleep(0.1 * 2**attempt * self.chance.uniform(0.5, 1))
        return None

    async def once(self, path: str, body: dict[str, str], facts: dict[str, Any]) -> Call:
        """Send one request to one of the servers and write down what came of it."""
        server = self.chance.choice(self.servers)
        headers = {
            "Authorization": f"Bearer {self.tokens[facts['person_id']]}",
            "Idempotency-Key": facts["key"],
        }
        invoked = datetime.now(UTC)
        try:
            answer = await self.http.post(server + path, json=body, headers=headers)
        except httpx.HTTPError as error:
            self.recorder.statuses[type(error).__name__] += 1
            return Call(client=self.number, invoked_at=invoked, returned_at=None, outcome="unknown", **facts)
        self.recorder.statuses[str(answer.status_code)] += 1
        return self._answered(answer, invoked, facts)

    def _answered(self, answer: httpx.Response, invoked: datetime, facts: dict[str, Any]) -> Call:
        status, told = answer.status_code, {}
        if status in GRANTED:
            outcome = "ok"
            told = {"booking_id": UUID(msgspec.json.decode(answer.content)["id"])}
        elif status >= SERVER_ERROR or status == TOO_MANY:
            outcome = "unknown"
        else:
            outcome = "refused"
            told = {"code": msgspec.json.decode(answer.content).get("code")}
        return Call(
            **{
                **facts,
                **told,
                "client": self.number,
                "invoked_at": invoked,
                "returned_at": datetime.now(UTC),
                "outcome": outcome,
                "status": status,
                "replayed": answer.headers.get("Idempotency-Replayed") == "true",
            }
        )


class Crowd:
    """Clients in a thread of their own, so that restarting a server does not stop them."""

    def __init__(
        self, count: int, *, tokens: dict[UUID, str], windows: Sequence[UUID], servers: Sequence[str]
    ) -> None:
        self.recorder = Recorder()
        self._count = count
        self._tokens = tokens
        self._windows = windows
        self._servers = servers
        self._end = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        if self._failure is not None:
            raise RuntimeError("a client failed") from self._failure

    def _run(self) -> None:
        try:
            asyncio.run(self._all())
        except BaseException as failure:  # noqa: BLE001 - handed to the main thread
            self._failure = failure

    async def _all(self) -> None:
        limits = httpx.Limits(max_connections=self._count)
        async with httpx.AsyncClient(trust_env=False, timeout=ANSWER_SECONDS, limits=limits) as http:
            shares = [dict(list(self._tokens.items())[n :: self._count]) for n in range(self._count)]
            clients = [
                Client(
                    number, http=http, recorder=self.recorder, tokens=share, windows=self._windows,
                    servers=self._servers,
                )
                for number, share in enumerate(shares)
            ]  # fmt: skip
            await asyncio.gather(*[client.live(self._end.is_set) for client in clients])
