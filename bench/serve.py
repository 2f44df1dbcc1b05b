"""Serves the application and the bare handlers with one worker, the way `lifecircle serve` does."""

import sys

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

if __name__ == "__main__":
    Server(
        "bench.app:create",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.ASGI,
        workers=1,
        loop=Loops.uvloop,
        websockets=False,
        backpressure=1024,
        log_level=LogLevels.error,
        factory=True,
    ).serve()
