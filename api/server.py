"""The web server process: granian with its workers, each tied to the life of this process."""

import os
import sys
from functools import partial
from importlib import import_module
from typing import Any

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from api.settings import Settings, load_settings
from scenes.common.kit.children import tie_to_parent


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; the workers read their settings from the environment.

    `settings.host` is an IP address and `settings.port` free by now. A worker that dies is started
    again; `backpressure` bounds the requests (and open event streams) one worker takes on.
    """
    os.environ.update(settings.environment())
    server = Server(
        "api.app:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        loop=Loops.uvloop,
        websockets=False,
        backlog=2048,
        backpressure=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        log_level=LogLevels(settings.log_level),
        process_name="lifecircle",
    )
    server.serve(target_loader=partial(load_application, os.getpid()), wrap_loader=False)


def load_application(server_pid: int) -> Any:
    """Make the application inside a worker, which from now on ends with its server, even a killed one."""
    tie_to_parent(server_pid)
    return import_module("api.app").create_app()


if __name__ == "__main__":
    sys.exit(serve(load_settings(os.environ)))
