"""The real application with bare Litestar handlers beside it, on the same server, to compare with."""

import os
from pathlib import Path

from litestar import Litestar, Response, get
from litestar.types import ASGIApp, Receive, Scope, Send

from api.app import create_app

SAME = {path.name: path.read_bytes() for path in Path(os.environ["BENCH_SAME"]).glob("*.json")}


@get("/bench/noop")
async def noop() -> Response[bytes]:
    """Do nothing."""
    return Response(content=b'{"ok":true}', media_type="application/json")


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
    return Beside(create_app(), Litestar([noop, same], openapi_config=None, logging_config=None))
