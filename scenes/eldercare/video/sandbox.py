"""A demo provider of video rooms: it keeps rooms and checks links, and carries neither picture nor sound."""

from datetime import UTC, datetime
from html import escape
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, get, put
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery

from scenes.common.kit.clock import Clock
from scenes.eldercare.video.signing import SIGNATURE, TIMESTAMP, Ticket, is_our_call, lets_in

Incoming = Request[Any, Any, State]
ROLES = {"patient": "您", "staff": "工作人员"}


class Room(msgspec.Struct, frozen=True):
    """When a room is open, in Unix seconds."""

    opens: int
    shuts: int


def create_sandbox(secret: bytes, clock: Clock = lambda: datetime.now(UTC)) -> Litestar:
    """Make the demo provider; its rooms are forgotten when it ends, and asked for again by each link."""
    rooms: dict[str, Room] = {}
    return Litestar(
        [health, keep_room, join],
        state=State({"rooms": rooms, "secret": secret, "clock": clock}),
        openapi_config=None,
        logging_config=None,
    )


@get("/health")
async def health() -> dict[str, str]:
    """Say that the provider is there."""
    return {"status": "ok"}


@put("/v1/rooms/{room:str}")
async def keep_room(request: Incoming, room: FromPath[str]) -> Response[dict[str, str]]:
    """Keep a room; 401 for a call that is not signed with the shared secret."""
    state, body = request.app.state, await request.body()
    genuine = is_our_call(
        state.secret, "PUT", request.url.path, body=body, stamp=request.headers.get(TIMESTAMP, ""),
        proof=request.headers.get(SIGNATURE, ""), now=state.clock(),
    )  # fmt: skip
    if not genuine:
        return Response({"error": "signature refused"}, status_code=401)
    state.rooms[room] = msgspec.json.decode(body, type=Room)
    return Response({"room": room})


@get("/join/{room:str}", media_type=MediaType.HTML)
async def join(  # noqa: PLR0913 - the parts of the link
    request: Incoming,
    room: FromPath[str],
    *,
    role: FromQuery[str],
    opens: FromQuery[int],
    shuts: FromQuery[int],
    proof: FromQuery[str],
) -> Response[str]:
    """Let the bearer of a genuine link into a room within its hours; 403 otherwise."""
    state = request.app.state
    ticket = Ticket(room=room, role=role, opens=opens, shuts=shuts)
    if room not in state.rooms or not lets_in(state.secret, ticket, proof, now=state.clock()):
        return Response(_page("进不去:链接不对,或者不在时间里。"), status_code=403)
    return Response(_page(f"演示视频房间。{escape(ROLES.get(role, role))}已经进来了。这里没有真的视频。"))


def _page(words: str) -> str:
    return f"<!doctype html><html lang=zh-CN><meta charset=utf-8><title>演示视频</title><h1>{words}</h1>"
