"""The real application with bare Litestar handlers beside it, on the same server, to compare with."""

import os
from pathlib import Path

import msgspec
from litestar import Litestar, Response, get, post
from litestar.types import ASGIApp, Receive, Scope, Send

from api.app import create_app
from api.errors import Problems
from scenes.common.booking.errors import WindowFull

SAME = {path.name: path.read_bytes() for path in Path(os.environ["BENCH_SAME"]).glob("*.json")}

REFUSAL = msgspec.json.encode(Problems("12345").of_refusal(WindowFull(), english=False))


@get("/bench/noop")
async def noop() -> Response[bytes]:
    """Do nothing."""
    return Response(content=b'{"ok":true}', media_type="application/json")


@post("/bench/noop", status_code=409)
async def noop_post() -> Response[bytes]:
    """Do nothing with the same request as a booking's, and answer as a refusal does."""
    return Response(content=REFUSAL, status_code=409, media_type="application/problem+json")


@get("/bench/same/{name:str}")
async def same(name: str) -> Response[bytes]:
    """Answer the same bytes as a real read, from memory."""
    return Response(content=SAME[name], media_type="application/json")


class Beside:
    """Sends /bench/ to the bare handlers and all else to the district."""

    def __init__(self, district: ASGIApp, bare: ASGIApp) -> None:
        self.district = district
        self.bare = bare

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        bare = scope["type"] == "http" and scope["path"].startswith("/bench/")
        await (self.bare if bare else self.district)(scope, receive, send)


def create() -> Beside:
    """Make both applications."""
    return Beside(create_app(), Litestar([noop, noop_post, same], openapi_config=None, logging_config=None))
