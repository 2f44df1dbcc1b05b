"""The web server process: granian with its workers, each tied to the life of this process."""

import gc
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from multiprocessing import active_children
from types import FrameType
from typing import Any, cast

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from api.hanging_up import HANG_UP
from api.settings import Settings, load_settings
from scenes.common.kit.children import tie_to_parent

Stopping = Callable[[int, FrameType | None], object]


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
    server.on_startup(_hang_up_first)
    server.serve(target_loader=partial(load_application, os.getpid()), wrap_loader=False)


def _hang_up_first() -> None:
    """Have the workers end their live pages before they are stopped.

    Each would else be waited for until its worker is killed, with whatever the worker had yet to write.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, partial(_stop, cast("Stopping", signal.getsignal(number))))


def _stop(stopping: Stopping, number: int, frame: FrameType | None) -> None:
    for worker in active_children():
        if worker.pid is not None:
            os.kill(worker.pid, HANG_UP)
    stopping(number, frame)


def load_application(server_pid: int) -> Any:
    """Make the application inside a worker, which from now on ends with its server, even a killed one."""
    tie_to_parent(server_pid)
    gc.disable()  # until the application stands: imports leave next to no garbage, and looking costs a fifth
    return import_module("api.app").create_app()


if __name__ == "__main__":
    sys.exit(serve(load_settings(os.environ)))
