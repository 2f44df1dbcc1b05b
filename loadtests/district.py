"""A demo district of its own for one run: the very `lifecircle demo`, in a folder that is gone afterwards."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from api.settings import PREFIX, load_settings
from scenes.common.kit.children import end, spawn
from scenes.common.kit.embedded import EmbeddedStack

READY: Final = "ready "
ENDING_PATIENCE: Final = 60.0


class DistrictRefusedError(Exception):
    """The demo district did not start; it has said why on standard error."""


class District(msgspec.Struct, frozen=True):
    """A running district: where it serves, its database, the secret that signs its tokens."""

    url: str
    database_url: str
    secret: bytes


@contextmanager
def demo_district(*, residents: int, workers: int, logs: Path) -> Generator[District]:
    """Run a seeded district with its sandboxes and worker, and leave nothing of it but its logs."""
    with tempfile.TemporaryDirectory(prefix="lc-load-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL's account has to pass through where root starts it
        data = folder / "data"
        child = _start(data, residents=residents, workers=workers)
        try:
            url = _ready(child)
            settings = load_settings({f"{PREFIX}DATA_DIR": str(data), f"{PREFIX}DEMO": "1"})
            yield District(url, EmbeddedStack(data).urls.database, settings.secret_key)
        finally:
            end(child, first=signal.SIGTERM, patience=ENDING_PATIENCE)
            shutil.rmtree(logs, ignore_errors=True)
            shutil.copytree(data / "logs", logs)


def _start(data: Path, *, residents: int, workers: int) -> "subprocess.Popen[bytes]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    env = kept | {f"{PREFIX}HOST": "127.0.0.1", f"{PREFIX}LOG_LEVEL": "warning"}
    argv = [sys.executable, "-m", "api", "demo", "--port", "0", "--data-dir", str(data)]
    argv += ["--residents", str(residents), "--workers", str(workers)]
    return spawn(argv, env=env, stdout=subprocess.PIPE)


def _ready(child: "subprocess.Popen[bytes]") -> str:
    """Wait for the line that says where the district serves."""
    for line in child.stdout or ():
        text = line.decode().strip()
        if text.startswith(READY):
            return text.removeprefix(READY)
    raise DistrictRefusedError("the demo district did not start")
