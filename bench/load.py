"""A small closed-loop HTTP/1.1 load generator: each connection sends its next request when it has an answer.

It runs in a process of its own. A request is ready-made bytes; an answer is read by its Content-Length, and
only its status is kept. The same generator drives every side of a ratio.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable

import uvloop

Next = Callable[[], bytes]


class Connection(asyncio.Protocol):
    """One keep-alive connection that asks again and again until time is up."""

    def __init__(self, following: Next, tally: "Tally") -> None:
        self.following = following
        self.tally = tally
        self.buffer = b""
        self.sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        if time.perf_counter() >= self.tally.until:
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(self.following())

    def data_received(self, data: bytes) -> None:
        data = self.buffer + data if self.buffer else data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self.buffer = data
            return
        at = data.lower().find(b"content-length: ", 0, end)
        length = int(data[at + 16 : data.find(b"\r", at, end + 2)]) if at >= 0 else 0
        if len(data) < end + 4 + length:
            self.buffer = data
            return
        self.buffer = b""
        self.tally.note(int(data[9:12]), time.perf_counter() - self.sent_at)
        self.ask()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


class Tally:
    """Counts answers by status, and keeps their seconds once the warm-up is over."""

    def __init__(self, warm: float, seconds: float) -> None:
        now = time.perf_counter()
        self.since, self.until = now + warm, now + warm + seconds
        self.statuses: Counter[int] = Counter()
        self.all_statuses: Counter[int] = Counter()
        self.latencies: list[float] = []

    def note(self, status: int, seconds: float) -> None:
        self.all_statuses[status] += 1
        if time.perf_counter() >= self.since:
            self.statuses[status] += 1
            self.latencies.append(seconds)


async def drive(
    port: int, following: Callable[[int], Next], *, connections: int, warm: float, seconds: float
) -> dict[str, object]:
    """Drive a server and return answers per second, statuses and latency quantiles in milliseconds."""
    loop = asyncio.get_running_loop()
    tally = Tally(warm, seconds)
    made = [
        await loop.create_connection(lambda i=i: Connection(following(i), tally), "127.0.0.1", port)
        for i in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    ordered = sorted(tally.latencies)
    count = len(ordered)
    return {
        "perSecond": count / seconds,
        "statuses": {str(status): n for status, n in tally.statuses.items()},
        "allStatuses": {str(status): n for status, n in tally.all_statuses.items()},
        "p50Ms": 1000 * ordered[count // 2] if count else None,
        "p95Ms": 1000 * ordered[count * 95 // 100] if count else None,
        "p99Ms": 1000 * ordered[count * 99 // 100] if count else None,
    }


def post(path: str, token: str, body: bytes, key: str) -> bytes:
    """Make one POST with a bearer and an idempotency key."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nIdempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str) -> bytes:
    """Make one GET."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\n\r\n".encode()


def requests_of(plan: dict[str, object]) -> Callable[[int], Next]:
    """Return, for each connection, the function that makes its next request."""
    paths: list[str] = plan["paths"]  # type: ignore[assignment]
    if plan["method"] == "GET":
        ready = [get(path) for path in paths]

        apart = len(ready) // plan["connections"] if plan.get("apart") else 1  # type: ignore[operator]

        def reading(connection: int) -> Next:
            position = connection * apart

            def following() -> bytes:
                nonlocal position
                position += 1
                return ready[position % len(ready)]

            return following

        return reading
    tokens: list[str] = plan["tokens"]  # type: ignore[assignment]
    bodies = [body.encode() for body in plan["bodies"]]  # type: ignore[attr-defined]
    run, count = plan["run"], plan["connections"]

    def writing(connection: int) -> Next:
        number = -1

        def following() -> bytes:
            nonlocal number
            number += 1
            turn = number * count + connection  # type: ignore[operator]
            token = tokens[turn % len(tokens)]
            return post(paths[0], token, bodies[turn % len(bodies)], f"{run}-{connection:04d}-{number:08d}")

        return following

    return writing


def main() -> None:
    """Read a plan from standard input, run it, print what came of it as JSON."""
    plan = json.load(sys.stdin)
    result = uvloop.run(
        drive(
            plan["port"],
            requests_of(plan),
            connections=plan["connections"],
            warm=plan.get("warm", 1.0),
            seconds=plan["seconds"],
        )
    )
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
