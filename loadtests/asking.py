"""How a resident's phone asks: one answer or none, retries with the same key, and patience that runs out."""

import random
import time
from typing import Any, Final
from uuid import uuid4

import gevent
import msgspec
from locust.contrib.fasthttp import FastHttpSession

from loadtests.plan import Person
from loadtests.record import BOOKING_CALLS, STEP_CALLS, Call, Recorder

TRIES: Final = 5
TIMEOUT: Final = 8.0
"""Seconds after which a phone takes a connection for dead and asks again."""

FIRST_PAUSE: Final = 0.5
"""Seconds before the second try where no Retry-After says otherwise; doubled each time, with jitter."""

LEAST_PATIENCE: Final = 0.05
"""Seconds that a request is given even by somebody about to leave."""

RUN_ENDED: Final = "RunEnded"
"""The error of a request under which the run ended."""

DONE: Final = frozenset({200, 201})
REFUSED: Final = 409
BUSY: Final = 503


class LeftError(Exception):
    """The visitor's patience ran out, and they went away."""


class NoAnswerError(ConnectionError):
    """The phone stopped waiting for one answer."""


class NetworkLostError(ConnectionError):
    """The phone lost its network under a request, as it was drawn to."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it is sent at every try; `about` are the fields it has in the record."""

    method: str
    call: str
    path: str
    headers: dict[str, str] = {}
    body: str = ""
    about: dict[str, Any] = {}


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: a status (0 for nothing), the problem's code, the decoded body."""

    status: int
    code: str = ""
    body: dict[str, Any] = {}
    retry_after: float | None = None
    replayed: bool = False
    error: str = ""


class Asker:
    """One visitor's phone: their token, the patience they have left, and the record of what they asked."""

    def __init__(
        self,
        client: FastHttpSession,
        person: Person,
        recorder: Recorder,
        *,
        patience: float,
        behalf: str = "",
    ) -> None:
        self._client = client
        self._person = person
        self._recorder = recorder
        self._patience = patience
        self._behalf = behalf
        self._lost_after: float | None = None
        self._comes_back = True

    def lose_network(self, after: float, *, comes_back: bool) -> None:
        """Break the connection so many seconds into the next request; tell whether the visitor retries."""
        self._lost_after, self._comes_back = after, comes_back

    def read(self, call: str, path: str, *, late: float = 0.0) -> Reply:
        """Ask for something to look at; everybody may, so no token goes along."""
        return self._until_answered(Asked(method="GET", call=call, path=path), late)

    def read_own(self, call: str, path: str, *, late: float = 0.0, **about: Any) -> Reply:
        """Ask for something of one's own."""
        asked = Asked(method="GET", call=call, path=path, headers=self._signed(), about=about)
        return self._until_answered(asked, late)

    def write(
        self, call: str, path: str, body: dict[str, Any] | None, *, late: float = 0.0, **about: Any
    ) -> Reply:
        """Ask for a change under a new key, the same key at every try; `about` goes into the record."""
        key = uuid4().hex
        headers = {**self._signed(), "Idempotency-Key": key}
        if body is not None:
            headers["Content-Type"] = "application/json"
        text = msgspec.json.encode(body).decode() if body is not None else ""
        asked = Asked(
            method="POST", call=call, path=path, headers=headers, body=text, about={"key": key, **about}
        )
        return self._until_answered(asked, late)

    def _signed(self) -> dict[str, str]:
        signed = {"Authorization": f"Bearer {self._person.token}"}
        return signed | ({"On-Behalf-Of": self._behalf} if self._behalf else {})

    def _until_answered(self, asked: Asked, late: float = 0.0) -> Reply:
        pause = FIRST_PAUSE
        reply = self._once(asked, late)
        for _ in range(TRIES - 1):
            if reply.status not in {0, BUSY}:
                break
            if not self._comes_back:
                raise LeftError
            self._wait(max(pause, reply.retry_after or 0.0) * random.uniform(1.0, 1.3))  # noqa: S311 - jitter
            pause *= 2
            reply = self._once(asked, 0.0)
        return reply

    def _wait(self, seconds: float) -> None:
        """Wait to try again, if patience lasts so long."""
        gevent.sleep(min(seconds, max(self._patience, 0.0)))
        self._spend(seconds)

    def _spend(self, seconds: float) -> None:
        self._patience -= seconds
        if self._patience <= 0:
            raise LeftError

    def _once(self, asked: Asked, late: float) -> Reply:
        """Ask once, write it down, and take the time it took from the visitor's patience."""
        at, started = time.time(), time.perf_counter()
        reply = Reply(status=0, error=RUN_ENDED)
        try:
            reply = self._send(asked)
        finally:  # also when the run ends under a request: what was asked may have been done
            took = time.perf_counter() - started
            self._note(asked, reply, at=at, took=took, late=late)
        self._spend(took)
        return reply

    def _note(self, asked: Asked, reply: Reply, *, at: float, took: float, late: float) -> None:
        booking = reply.body if asked.call in BOOKING_CALLS and reply.status in DONE else {}
        self._recorder.note(
            Call(
                at=at, ms=took * 1000, call=asked.call, person=self._person.id, status=reply.status,
                code=reply.code, booking=booking.get("id", ""), state=booking.get("state", ""),
                retry_after=reply.retry_after, replayed=reply.replayed, late=late, error=reply.error,
                behalf=self._behalf, **asked.about | _step(asked, reply),
            )
        )  # fmt: skip

    def _send(self, asked: Asked) -> Reply:
        """Send a request once; a 409 is an answer, not a failure, in Locust's report too."""
        limit, ending = min(TIMEOUT, max(self._patience, LEAST_PATIENCE)), NoAnswerError("no answer in time")
        if self._lost_after is not None:
            limit, ending, self._lost_after = self._lost_after, NetworkLostError("network lost"), None
        with gevent.Timeout(limit, ending):
            response = self._client.request(
                asked.method, asked.path, name=asked.call, data=asked.body or None, headers=asked.headers,
                catch_response=True,
            )  # fmt: skip
        with response:
            reply = _reply(response)
            if reply.status == REFUSED:
                response.success()
        return reply


def _step(asked: Asked, reply: Reply) -> dict[str, Any]:
    """Tell which step of which run an answer showed, if it showed one."""
    if asked.call not in STEP_CALLS or reply.status not in DONE:
        return {}
    shown = reply.body.get("step") if "understood" in reply.body else reply.body
    if not shown:
        return {}
    return {
        "run": shown["runId"],
        "step": shown["state"],
        "version": shown["version"],
        "to_step": shown["progress"]["at"],
    }


def _reply(response: Any) -> Reply:
    """Read an answer; one that broke off is none."""
    if not response.status_code:
        return Reply(status=0, error=type(response.error).__name__)
    try:
        content: bytes = response.content or b""
    except OSError as broken:
        return Reply(status=0, error=type(broken).__name__)
    body = _object(content)
    failed = response.status_code not in DONE
    wait = response.headers.get("retry-after") or ""
    return Reply(
        status=response.status_code,
        code=str(body.get("code", "")) if failed else "",
        body=body,
        retry_after=float(wait) if wait.isdigit() else None,
        replayed=response.headers.get("idempotency-replayed") == "true",
    )


def _object(content: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
