"""Kills API processes, then the database, with -9 while residents book, and checks what they were told.

`python -m loadtests.crash_rounds --rounds 10 --clients 32`; exit code 1 on any violation.
"""

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psutil

from api.history import Report, examine
from api.history_file import History, written
from api.migrate import upgrade
from loadtests import crash_district
from loadtests.crash_clients import Crowd
from scenes.common.kit.caller import Resident
from scenes.common.kit.children import spawn
from scenes.common.kit.embedded import EmbeddedStack
from scenes.common.kit.ids import new_id
from scenes.common.people.tokens import TokenSigner

ROOT = Path(__file__).resolve().parent.parent
SECRET = "crash-rounds-secret-of-thirty-two-bytes!"  # noqa: S105 - guards made-up people on this machine
PEOPLE = 400
SERVERS = 2
READY_SECONDS = 60
CALM_SECONDS = 1.5
DOWN_SECONDS = 0.3


class ApiServer:
    """One real server process with its worker, killed and started on the same port."""

    def __init__(self, stack: EmbeddedStack, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / f"api-{self.port}.log"
        self._env = os.environ | {
            "LIFECIRCLE_DATABASE_URL": stack.urls.database,
            "LIFECIRCLE_REDIS_URL": stack.urls.redis,
            "LIFECIRCLE_DATA_DIR": str(folder),
            "LIFECIRCLE_SECRET_KEY": SECRET,
            "LIFECIRCLE_DEMO": "1",
            "LIFECIRCLE_LOG_LEVEL": "error",
        }
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; the answer to come is waited for by `wait`."""
        argv = [sys.executable, "-m", "api", "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._child = spawn(argv, env=self._env, cwd=ROOT, stdout=log, stderr=log)

    def wait(self) -> None:
        """Wait until it is ready to serve."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self._child is None or self._child.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/health/ready", trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise SystemExit(f"the server did not become ready: {self._log.read_text()[-2000:]}")

    def kill(self) -> None:
        """End the server and its workers as a power cut would."""
        if self._child is None:
            return
        family = [psutil.Process(self._child.pid)]
        family += family[0].children(recursive=True)
        for process in family:
            process.kill()
        psutil.wait_procs(family[1:], timeout=10)
        self._child.wait()
        self._child = None

    def stop(self) -> None:
        """End it in order."""
        if self._child is not None:
            self._child.send_signal(signal.SIGTERM)
            self._child.wait(30)
            self._child = None


class CrashTest:
    """A stack, its servers and the crowd; each round kills something and brings it back."""

    def __init__(self, stack: EmbeddedStack, servers: Sequence[ApiServer], crowd: Crowd) -> None:
        self.stack = stack
        self.servers = servers
        self.crowd = crowd

    def kill_api(self, number: int, rounds: int) -> None:
        """Kill one server, every third time all; the crowd goes on asking the other."""
        time.sleep(CALM_SECONDS)
        doomed = self.servers if number % 3 == 0 else [self.servers[number % len(self.servers)]]
        began = time.monotonic()
        for server in doomed:
            server.kill()
        time.sleep(DOWN_SECONDS)
        for server in doomed:
            server.start()
        for server in doomed:
            server.wait()
        self.say(f"api {number}/{rounds}: {len(doomed)} of {len(self.servers)} killed", began)

    def kill_database(self, number: int, rounds: int) -> None:
        """Kill PostgreSQL and start it on what it had written."""
        time.sleep(CALM_SECONDS)
        began = time.monotonic()
        self.stack.kill_postgres()
        time.sleep(DOWN_SECONDS)
        self.stack.start_postgres()
        for server in self.servers:
            server.wait()
        self.say(f"database {number}/{rounds}: killed", began)

    def say(self, what: str, began: float) -> None:
        """Print one line of progress."""
        recorder = self.crowd.recorder
        seconds = time.monotonic() - began
        print(
            f"{what}, back after {seconds:.1f} s, "
            f"{len(recorder.calls)} calls, {recorder.acknowledged} acknowledged",
            flush=True,
        )


@contextmanager
def running(servers: Sequence[ApiServer]) -> Iterator[None]:
    """Keep servers running, and leave none behind."""
    try:
        for server in servers:
            server.start()
        for server in servers:
            server.wait()
        yield
        for server in servers:
            server.stop()
    finally:
        for server in servers:
            server.kill()


def crash(folder: Path, *, rounds: int, clients: int, file: Path | None = None) -> Report:
    """Run the rounds in a folder, write the history beside them, and check it."""
    with EmbeddedStack(folder / "data") as stack:
        url = stack.urls.database
        upgrade(url)
        people, windows = asyncio.run(crash_district.fill(url, people=PEOPLE))
        signer, now = TokenSigner(SECRET.encode()), datetime.now(UTC)
        until = now + timedelta(hours=1)
        tokens = {p: signer.sign(Resident(p, new_id()), now=now, until=until) for p in people}
        servers = [ApiServer(stack, folder) for _ in range(SERVERS)]
        with running(servers):
            crowd = Crowd(clients, tokens=tokens, windows=windows, servers=[s.url for s in servers])
            with crowd:
                test = CrashTest(stack, servers, crowd)
                for number in range(1, rounds + 1):
                    test.kill_api(number, rounds)
                for number in range(1, rounds + 1):
                    test.kill_database(number, rounds)
                time.sleep(CALM_SECONDS)
        history = History(tuple(crowd.recorder.calls), asyncio.run(crash_district.truth(url)))
    (file or folder / "history.jsonl").write_bytes(written(history))
    print("answers: " + ", ".join(f"{n} x {s}" for s, n in crowd.recorder.statuses.most_common()))
    return examine(history)


def main() -> int:
    """Read the command line, run the rounds, say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="kills of each kind")
    parser.add_argument("--clients", type=int, default=32, help="residents at once")
    parser.add_argument("--history", type=Path, help="keep the history in this file")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lc-crash-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        report = crash(folder, rounds=chosen.rounds, clients=chosen.clients, file=chosen.history)
    for sentence in report.violations:
        print(sentence)
    print(
        f"rounds: api {chosen.rounds}, database {chosen.rounds}, acknowledged {report.acknowledged}, "
        f"unknown {report.unknown}, violations {len(report.violations)}"
    )
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main())
