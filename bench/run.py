"""Prints the design's speed table as ratios measured in one run, and writes docs/performance.md.

Run it with nothing else on the machine: `make bench`. Each figure is the median of its rounds; the sides of
a ratio take turns, so that a machine that slows down slows both.
"""

import asyncio
import json
import os
import platform
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import psutil

from api.migrate import upgrade
from bench import district
from scenes.common.kit.caller import Resident
from scenes.common.kit.embedded import EmbeddedStack
from scenes.common.kit.ids import new_id
from scenes.common.people.tokens import TokenSigner

ROOT = Path(__file__).resolve().parent.parent
SECRET = "bench-only-secret-of-thirty-two-bytes!"
CONNECTIONS = 128
CLIENTS = 32
APPOINTMENTS = "/api/v1/clinic/appointments"


class Bench:
    """One run: a stack, a server, and what was measured."""

    def __init__(self, stack: EmbeddedStack, port: int, plan: district.Plan, *, seconds: float) -> None:
        self.stack = stack
        self.port = port
        self.plan = plan
        self.seconds = seconds
        self.run = 0
        now = datetime.now(UTC)
        signer = TokenSigner(SECRET.encode())
        until = now + timedelta(hours=2)
        self.tokens = [signer.sign(Resident(p, new_id()), now=now, until=until) for p in plan.people]

    def http(self, **plan: Any) -> dict[str, Any]:
        """Drive the server from a process of its own."""
        self.run += 1
        full = {"port": self.port, "connections": CONNECTIONS, "seconds": self.seconds, "warm": 1.0,
                "run": f"run{self.run:04d}", **plan}  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"], input=json.dumps(full), capture_output=True, text=True,
            cwd=ROOT, check=True,
        )  # fmt: skip
        return json.loads(done.stdout)

    def read(self, *paths: str) -> dict[str, Any]:
        """Measure reads."""
        result = self.http(method="GET", paths=list(paths))
        return expect(result, "200")

    def book(
        self, windows: list[UUID], *, people: slice = slice(None), status: str = "201"
    ) -> dict[str, Any]:
        """Measure bookings; each person asks with a token and a key of their own."""
        bodies = [json.dumps({"windowId": str(window)}) for window in windows]
        tokens = self.tokens[people]
        result = self.http(method="POST", paths=[APPOINTMENTS], tokens=tokens, bodies=bodies)
        return expect(result, status)

    def pgbench(self, first: int, last: int) -> dict[str, Any]:
        """Measure the same booking as a plain transaction, 32 clients."""
        url = self.stack.urls.database
        done = subprocess.run(
            [self.stack.pg_binary("pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2",
             "-T", str(int(self.seconds)), "-f", str(ROOT / "bench" / "booking.sql"),
             "-D", f"people={len(self.plan.people)}", "-D", f"first={first}", "-D", f"last={last}", url],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        if found is None or "number of failed transactions: 0 " not in done.stdout:
            raise SystemExit(f"pgbench went wrong:\n{done.stdout}\n{done.stderr}")
        return {"perSecond": float(found.group(1))}


def expect(result: dict[str, Any], status: str) -> dict[str, Any]:
    """Refuse a measurement in which anything but the expected answer came."""
    if set(result["allStatuses"]) != {status}:
        raise SystemExit(f"expected only {status}, got {result['allStatuses']}")
    return result


@contextmanager
def served(stack: EmbeddedStack, same: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """Serve the real application with one worker; yield its port and the worker's pid."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {
        "LIFECIRCLE_DATABASE_URL": stack.urls.database, "LIFECIRCLE_REDIS_URL": stack.urls.redis,
        "LIFECIRCLE_DATA_DIR": str(folder), "LIFECIRCLE_DEMO": "1", "LIFECIRCLE_SECRET_KEY": SECRET,
        "LIFECIRCLE_LOG_LEVEL": "error", "BENCH_SAME": str(same),
    }  # fmt: skip
    argv = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "bench.app:create", "--host",
            "127.0.0.1", "--port", str(port), "--loop", "uvloop", "--no-ws", "--log-level", "error",
            "--backpressure", "1024"]  # fmt: skip
    server = subprocess.Popen(argv, cwd=ROOT, env=env)
    try:
        wait_until_ready(port, server)
        worker = psutil.Process(server.pid).children()[0].pid
        yield port, worker
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def wait_until_ready(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the server says it is ready."""
    for _ in range(200):
        if server.poll() is not None:
            raise SystemExit("the server did not start")
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise SystemExit("the server did not become ready")


def compared(
    rounds: int, measured: Callable[[int], dict[str, Any]], base: Callable[[int], dict[str, Any]]
) -> dict[str, Any]:
    """Measure both sides in turn; return the median of the rounds' ratios and of each side."""
    pairs = []
    for number in range(rounds):
        below, above = base(number), measured(number)
        pairs.append((above["perSecond"], below["perSecond"], above.get("p99Ms")))
        print(f"    {above['perSecond']:>9.0f}/s ÷ {below['perSecond']:>9.0f}/s", file=sys.stderr, flush=True)
    return {
        "ratio": statistics.median(above / below for above, below, _ in pairs),
        "measured": statistics.median(above for above, _, _ in pairs),
        "base": statistics.median(below for _, below, _ in pairs),
        "p99Ms": statistics.median(p99 for *_, p99 in pairs) if pairs[0][2] is not None else None,
    }


async def reading_paths(url: str) -> tuple[list[str], list[str]]:
    """Return session lists and place searches as residents ask them."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT DISTINCT place_id, department_id, day FROM clinic_session WHERE day >= current_date LIMIT 40"
        )
    finally:
        await connection.close()
    sessions = [
        f"/api/v1/clinic/sessions?placeId={row['place_id']}&departmentId={row['department_id']}&date={row['day']}"
        for row in rows
    ]
    places = [
        f"/api/v1/places?lat={31.2300 + 0.0007 * (n % 20):.4f}&lng={121.3900 + 0.0009 * (n // 20):.4f}&minutes=15"
        for n in range(200)
    ]
    return places, sessions


def machine() -> str:
    """Describe the machine in one line."""
    names = re.findall(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = psutil.virtual_memory().total / 2**30
    cpu = names[0] if names else platform.processor()
    return f"{os.cpu_count()} × {cpu}, {memory:.0f} GiB, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def measure(bench: Bench, worker: int, rounds: int) -> list[tuple[str, float, dict[str, Any]]]:
    """Measure every row: its name, the design's bar, and what was seen."""
    plan, rows = bench.plan, []

    def row(name: str, bar: float, above: Callable[[int], Any], below: Callable[[int], Any]) -> None:
        print(name, file=sys.stderr, flush=True)
        rows.append((name, bar, compared(rounds, above, below)))

    share = len(plan.people) // rounds
    row(
        "durable bookings over HTTP, one hot window, 128 connections ÷ pgbench, 32 clients", 5.0,
        lambda n: bench.book([plan.hot], people=slice(n * share, (n + 1) * share)),
        lambda _: bench.pgbench(0, 0),
    )  # fmt: skip
    row(
        "the same spread over 1,000 windows ÷ pgbench spread", 0.8,
        lambda n: bench.book(plan.spread, people=slice(n * share, (n + 1) * share)),
        lambda _: bench.pgbench(1, district.SPREAD),
    )  # fmt: skip
    row(
        "sold-out refusals ÷ no-op handler", 0.6,
        lambda _: bench.book([plan.sold_out], status="409"),
        lambda _: bench.read("/bench/noop"),
    )  # fmt: skip
    places, sessions = asyncio.run(reading_paths(bench.stack.urls.database))
    row("places nearby ÷ no-op handler, same bytes", 0.6, lambda _: bench.read(*places), lambda _: bench.read("/bench/same/places.json"))  # fmt: skip
    row("session list ÷ no-op handler, same bytes", 0.6, lambda _: bench.read(*sessions), lambda _: bench.read("/bench/same/sessions.json"))  # fmt: skip
    memory = psutil.Process(worker).memory_info().rss / 2**20
    rows.append(("memory of the API process after it all, MB (at most)", 150.0, {"ratio": memory}))
    return rows


def report(rows: list[tuple[str, float, dict[str, Any]]]) -> str:
    """Write the table."""
    lines = [
        "| what | at least | seen | measured /s | compared with /s | p99 ms |",
        "|---|---|---|---|---|---|",
    ]
    for name, bar, seen in rows:
        figures = [
            f"{seen[k]:,.0f}" if seen.get(k) is not None else "–" for k in ("measured", "base", "p99Ms")
        ]
        lines.append(f"| {name} | {bar:g} | **{seen['ratio']:.2f}** | {' | '.join(figures)} |")
    return "\n".join(lines)


def main() -> None:
    """Run everything in a temporary folder and print the table."""
    rounds, seconds = int(os.environ.get("ROUNDS", "3")), float(os.environ.get("SECONDS", "6"))
    people = int(os.environ.get("PEOPLE", "240000"))
    with tempfile.TemporaryDirectory(prefix="lc-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedStack(folder / "data", on_step=lambda step: print(step, file=sys.stderr)) as stack:
            upgrade(stack.urls.database)
            clinic = seed_demo(stack, folder)
            plan = asyncio.run(district.load(stack.urls.database, people=people, clinic=clinic))
            same = folder / "same"
            keep_same_bytes(stack, same, folder)
            with served(stack, same, folder) as (port, worker):
                rows = measure(Bench(stack, port, plan, seconds=seconds), worker, rounds)
    table = report(rows)
    text = (
        "# Performance\n\nWritten by `make bench`; every figure is a ratio of two measurements in one run on one "
        f"machine, the median of {rounds} rounds of {seconds:g} s.\n\nMachine: {machine()}. The load generator and "
        "PostgreSQL (full durability) share it. "
        f"Measured {datetime.now(UTC):%Y-%m-%d}.\n\n{table}\n"
    )
    (ROOT / "docs" / "performance.md").write_text(text + notes(), encoding="utf-8")
    print(table)


def notes() -> str:
    """Keep what a person wrote below the table."""
    path = ROOT / "docs" / "performance.md"
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    at = old.find("\n## ")
    return old[at:] if at >= 0 else ""


def seed_demo(stack: EmbeddedStack, folder: Path) -> UUID:
    """Make the demo district, for the reads, and return a clinic of it."""
    env = os.environ | {
        "LIFECIRCLE_DATABASE_URL": stack.urls.database, "LIFECIRCLE_REDIS_URL": stack.urls.redis,
        "LIFECIRCLE_DATA_DIR": str(folder), "LIFECIRCLE_DEMO": "1",
    }  # fmt: skip
    argv = [sys.executable, "-m", "api", "seed", "--residents", "1000", "--days", "14"]
    subprocess.run(argv, cwd=ROOT, env=env, check=True)

    async def one() -> UUID:
        connection = await asyncpg.connect(stack.urls.database)
        try:
            clinic = await connection.fetchval("SELECT place_id FROM clinic_session LIMIT 1")
            await connection.execute("UPDATE person SET resident_no = NULL")
        finally:
            await connection.close()
        return clinic

    return asyncio.run(one())


def keep_same_bytes(stack: EmbeddedStack, same: Path, folder: Path) -> None:
    """Keep one real answer of each read for the no-op handlers to repeat."""
    same.mkdir()
    places, sessions = asyncio.run(reading_paths(stack.urls.database))
    with served(stack, same, folder) as (port, _):
        for name, path in (("places", places[100]), ("sessions", sessions[0])):
            answer = httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
            answer.raise_for_status()
            (same / f"{name}.json").write_bytes(answer.content)


if __name__ == "__main__":
    main()
