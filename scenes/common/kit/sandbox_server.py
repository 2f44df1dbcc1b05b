"""Serves a partner's sandbox over a real socket, as a process of its own."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from typing import Any, NoReturn

from granian.constants import Interfaces
from granian.server.embed import Server


def run(serving: Coroutine[Any, Any, None]) -> NoReturn:
    """Run a sandbox to its end and end the process at once, with status 0.

    The server's threads may still be there when the interpreter is taken down, and now and then one of them
    aborts the process (granian #693); everything of ours is closed and written by then.
    """
    asyncio.run(serving)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


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
