"""Serves a partner's sandbox over a real socket, as a process of its own."""

import argparse
import asyncio
import signal
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server


async def serve_until_asked(app: Any, asked: argparse.Namespace) -> None:
    """Serve an ASGI application on `asked.host` and `asked.port` until SIGTERM or SIGINT."""
    server = Server(
        app,
        address=asked.host,
        port=asked.port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        websockets=False,
    )
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, server.stop)
    await server.serve()
