import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from scenes.common.kit.upstream import IDEMPOTENT, UpstreamBusy, UpstreamFailed, partner_client

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ERROR = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
BUSY = b"HTTP/1.1 429 No\r\nContent-Length: 0\r\nRetry-After: %d\r\n\r\n"

Say = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Partner:
    """A real server that says the given raw answers in turn, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[bytes | Say] = [OK]
        self.requests: list[bytes] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if isinstance(answer, bytes):
                    writer.write(answer)
                else:
                    await answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def partner() -> AsyncIterator[Partner]:
    partner = Partner()
    server = await asyncio.start_server(partner.serve, "127.0.0.1", 0)
    partner.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    yield partner
    server.close()


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with partner_client(seconds=0.3, backoff_seconds=0.01, most_bytes=1_000) as client:
        yield client


async def silence(_writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(2)


async def dribble(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
    for _ in range(50):
        writer.write(b".")
        await asyncio.sleep(0.05)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def test_an_answer_is_brought_back_whole(partner: Partner, client: httpx.AsyncClient) -> None:
    answer = await client.get(partner.url, params={"a": "1"})
    assert (answer.status_code, answer.text) == (200, "ok")
    assert partner.requests[0].startswith(b"GET /v1?a=1 HTTP/1.1\r\n")


async def test_a_refusal_of_the_partner_is_an_answer_and_is_not_repeated(
    partner: Partner, client: httpx.AsyncClient
) -> None:
    partner.answers = [b"HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nnone"]
    answer = await client.get(partner.url)
    assert (answer.status_code, answer.text, len(partner.requests)) == (404, "none", 1)


@pytest.mark.parametrize("bad", [ERROR, hang_up, BUSY % 0])
async def test_a_safe_call_is_repeated_until_it_succeeds(
    partner: Partner, client: httpx.AsyncClient, bad: bytes | Say
) -> None:
    partner.answers = [bad, bad, OK]
    assert (await client.get(partner.url)).text == "ok"
    assert len(partner.requests) == 3


async def test_a_post_is_sent_once_unless_the_partner_knows_it_again(
    partner: Partner, client: httpx.AsyncClient
) -> None:
    partner.answers = [ERROR]
    with pytest.raises(UpstreamFailed) as failed:
        await client.post(partner.url, content=b"pay")
    assert (failed.value.maybe_done, len(partner.requests)) == (True, 1)
    partner.answers = [ERROR, OK]
    assert (await client.post(partner.url, content=b"pay", extensions=IDEMPOTENT)).text == "ok"
    assert [sent[-3:] for sent in partner.requests] == [b"pay"] * 3


async def test_attempts_end(partner: Partner, client: httpx.AsyncClient) -> None:
    partner.answers = [ERROR]
    with pytest.raises(UpstreamFailed):
        await client.get(partner.url)
    assert len(partner.requests) == 3


async def test_a_busy_partner_says_when_to_come_back(partner: Partner, client: httpx.AsyncClient) -> None:
    partner.answers = [BUSY % 30]
    with pytest.raises(UpstreamBusy) as busy:
        await client.get(partner.url)
    assert (busy.value.retry_after, busy.value.maybe_done, len(partner.requests)) == (30, False, 1)


async def test_a_gateway_that_is_busy_may_have_passed_the_call_on(
    partner: Partner, client: httpx.AsyncClient
) -> None:
    partner.answers = [BUSY.replace(b"429", b"503") % 3]
    with pytest.raises(UpstreamBusy) as busy:
        await client.post(partner.url, content=b"pay")
    assert (busy.value.retry_after, busy.value.maybe_done, len(partner.requests)) == (3, True, 1)


@pytest.mark.parametrize("slow", [silence, dribble])
async def test_no_slowness_outlasts_the_given_seconds(
    partner: Partner, client: httpx.AsyncClient, slow: Say
) -> None:
    partner.answers = [slow]
    began = time.monotonic()
    with pytest.raises(UpstreamFailed) as failed:
        await client.post(partner.url)
    assert time.monotonic() - began < 0.6
    assert failed.value.maybe_done


@pytest.mark.parametrize(
    "large",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"1f4\r\n" + b"x" * 500 + b"\r\n") * 4,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok",
    ],
)
async def test_a_large_or_compressed_answer_is_refused(
    partner: Partner, client: httpx.AsyncClient, large: bytes
) -> None:
    partner.answers = [large]
    with pytest.raises(UpstreamFailed, match="the answer is"):
        await client.post(partner.url)


async def test_a_partner_that_is_not_there_has_certainly_done_nothing(client: httpx.AsyncClient) -> None:
    server = await asyncio.start_server(Partner().serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(httpx.TransportError) as failed:
        await client.post(f"http://127.0.0.1:{port}/")
    assert isinstance(failed.value, UpstreamFailed)
    assert not failed.value.maybe_done
