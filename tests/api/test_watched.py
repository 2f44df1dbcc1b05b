"""An answer on somebody's behalf: written down before it begins; a stream ends when it may not go on."""

from typing import Any

import pytest

from api.acting import Watched

SSE = [(b"content-type", b"text/event-stream; charset=utf-8")]
JSON = [(b"content-type", b"application/json")]


class Line:
    """What went out, and the order in which things happened."""

    def __init__(self) -> None:
        self.happened: list[Any] = []
        self.runs = True

    async def send(self, message: Any) -> None:
        self.happened.append((message.get("status"), message.get("body"), message.get("more_body")))

    async def record(self, status: int) -> None:
        self.happened.append(f"kept {status}")

    async def still(self) -> bool:
        return self.runs


@pytest.fixture
def line() -> Line:
    return Line()


def start(headers: Any) -> Any:
    return {"type": "http.response.start", "status": 200, "headers": headers}


def chunk(body: bytes) -> Any:
    return {"type": "http.response.body", "body": body, "more_body": True}


async def test_a_stream_ends_before_the_next_event_once_the_delegation_has(line: Line) -> None:
    watched = Watched(line.send, record=line.record, still=line.still)
    await watched.send(start(SSE))
    await watched.send(chunk(b"one"))
    line.runs = False
    await watched.send(chunk(b"two"))
    await watched.send(chunk(b"three"))
    assert line.happened == [
        "kept 200", (200, None, None), (None, b"one", True), (None, b"", False),
    ]  # fmt: skip


async def test_an_ordinary_answer_is_written_down_first_and_goes_out_whole(line: Line) -> None:
    line.runs = False
    watched = Watched(line.send, record=line.record, still=line.still)
    await watched.send(start(JSON))
    await watched.send({"type": "http.response.body", "body": b"{}"})
    assert line.happened == ["kept 200", (200, None, None), (None, b"{}", None)]


async def test_what_cannot_be_written_down_does_not_go_out(line: Line) -> None:
    async def fails(status: int) -> None:
        raise ConnectionError(status)

    watched = Watched(line.send, record=fails, still=line.still)
    with pytest.raises(ConnectionError):
        await watched.send(start(JSON))
    assert line.happened == []
