"""Prints the design's speed table as ratios measured in one run, and writes docs/performance.md.

Run it with nothing else on the machine: `make bench`. `ONLY=menu make bench` measures the rows of that name
and writes nothing down. Each figure is the median of its rounds; the sides of
a ratio take turns, so that a machine that slows down slows both.
"""

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psutil

from api.migrate import upgrade
from bench import district, walks
from bench.report import keep, report
from bench.rooms import furnish, room_reads
from bench.server import ROOT, SECRET, keep_answer, keep_same_bytes, reading_paths, seed_demo, served
from scenes.common.kit.caller import Resident
from scenes.common.kit.embedded import EmbeddedStack
from scenes.common.kit.ids import new_id
from scenes.common.people.tokens import TokenSigner

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

    def read_apart(self, paths: list[str], **differently: Any) -> dict[str, Any]:
        """Measure reads of which no two connections ask for the same."""
        return expect(self.http(method="GET", paths=paths, apart=True, **differently), "200")

    def book(
        self,
        windows: list[UUID],
        *,
        people: slice = slice(None),
        status: str = "201",
        path: str = APPOINTMENTS,
    ) -> dict[str, Any]:
        """Measure bookings; each person asks with a token and a key of their own."""
        bodies = [json.dumps({"windowId": str(window)}) for window in windows]
        tokens = self.tokens[people]
        result = self.http(method="POST", paths=[path], tokens=tokens, bodies=bodies)
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


Measured = Callable[[int], dict[str, Any]]


class Row(NamedTuple):
    """A line of the table: what is measured, what it is held against, and the design's bar."""

    name: str
    bar: float
    above: Measured
    below: Measured


def booking_rows(bench: Bench, rounds: int) -> list[Row]:
    """List the rows about bookings and refusals."""
    plan = bench.plan
    share = len(plan.people) // rounds

    def mine(number: int) -> slice:
        return slice(number * share, (number + 1) * share)

    def refused(_: int, **differently: str) -> dict[str, Any]:
        return bench.book([plan.sold_out], people=slice(5000), status="409", **differently)

    return [
        Row(
            "durable bookings over HTTP, one hot window, 128 connections ÷ pgbench, 32 clients", 5.0,
            lambda n: bench.book([plan.hot], people=mine(n)), lambda _: bench.pgbench(0, 0),
        ),
        Row(
            "the same spread over 1,000 windows ÷ pgbench spread", 0.8,
            lambda n: bench.book(plan.spread, people=mine(n)),
            lambda _: bench.pgbench(1, district.SPREAD),
        ),
        Row(
            "sold-out refusals, 5,000 people asking again ÷ no-op handler given the same request", 0.6,
            refused, lambda n: refused(n, path="/bench/noop"),
        ),
        Row(
            "the same refusals ÷ no-op handler of a bare GET", 0.6,
            refused, lambda _: bench.read("/bench/noop"),
        ),
    ]  # fmt: skip


def reading_rows(bench: Bench) -> list[Row]:
    """List the rows about reads, each against a handler that returns the same bytes."""
    url = bench.stack.urls.database
    places, sessions = asyncio.run(reading_paths(url))
    rooms = asyncio.run(room_reads(url))
    reads = (
        ("places nearby, 200 origins", 0.6, places, "places"),
        ("session list, 40 lists", 0.6, sessions, "sessions"),
        ("menu, 500 points", 0.5, rooms.menus, "menu"),
        ("charging guidance, 200 stations, 200 origins", 0.5, rooms.guidance, "guidance"),
    )
    return [
        Row(
            f"{name} ÷ no-op handler, same bytes", bar,
            lambda _, paths=paths: bench.read(*paths),
            lambda _, same=same: bench.read(f"/bench/same/{same}.json"),
        )
        for name, bar, paths, same in reads
    ]  # fmt: skip


def measure(bench: Bench, worker: int, rounds: int, *, only: str) -> list[tuple[str, float, dict[str, Any]]]:
    """Measure the rows whose name `only` finds: their name, the design's bar, and what was seen."""
    rows: list[tuple[str, float, dict[str, Any]]] = []
    for row in (*booking_rows(bench, rounds), *reading_rows(bench)):
        if re.search(only, row.name):
            print(row.name, file=sys.stderr, flush=True)
            rows.append((row.name, row.bar, compared(rounds, row.above, row.below)))
    memory = psutil.Process(worker).memory_info().rss / 2**20
    rows.append(("memory of the API process after it all, MB (at most)", 150.0, {"ratio": memory}))
    return rows


def measure_walks(  # noqa: PLR0913 - each is one fact of the run
    stack: EmbeddedStack,
    folder: Path,
    same: Path,
    plan: district.Plan,
    *,
    rounds: int,
    seconds: float,
    only: str,
) -> list[tuple[str, float, dict[str, Any]]]:
    """Measure walks over streets on a server of their own, with 10,000 places and no other room."""
    near, ground = walks.ROWS
    if not any(re.search(only, name) for name in walks.ROWS):
        return []
    url, paths = walks.furnish_walks(stack.urls.database), walks.near_paths()
    with served(stack, same, folder, database=url) as (port, _):
        keep_answer(port, paths[0], same / "walks.json")
    rows: list[tuple[str, float, dict[str, Any]]] = []
    with served(stack, same, folder, database=url) as (port, worker):
        bench = Bench(stack, port, plan, seconds=seconds)
        if re.search(only, near):
            print(near, file=sys.stderr, flush=True)
            seen = compared(
                rounds, lambda _: bench.read_apart(paths), lambda _: bench.read("/bench/same/walks.json")
            )
            rows.append((near, 0.5, seen))
        if re.search(only, ground):
            drawn = bench.read_apart(walks.outline_paths(), connections=1)
            rows.append(
                (
                    ground,
                    50.0,
                    {"ratio": drawn["p95Ms"], "measured": drawn["perSecond"], "p99Ms": drawn["p99Ms"]},
                )
            )
        memory = psutil.Process(worker).memory_info().rss / 2**20
        rows.append(
            ("memory of a process with the walks to 10,000 places, MB (at most)", 250.0, {"ratio": memory})
        )
    return rows


def main() -> None:
    """Run everything in a temporary folder and print the table."""
    rounds, seconds = int(os.environ.get("ROUNDS", "3")), float(os.environ.get("SECONDS", "6"))
    people, only = int(os.environ.get("PEOPLE", "240000")), os.environ.get("ONLY", "")
    with tempfile.TemporaryDirectory(prefix="lc-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedStack(folder / "data", on_step=lambda step: print(step, file=sys.stderr)) as stack:
            upgrade(stack.urls.database)
            clinic = seed_demo(stack, folder)
            asyncio.run(furnish(stack.urls.database))
            plan = asyncio.run(district.load(stack.urls.database, people=people, clinic=clinic))
            same = folder / "same"
            keep_same_bytes(stack, same, folder)
            with served(stack, same, folder) as (port, worker):
                rows = measure(Bench(stack, port, plan, seconds=seconds), worker, rounds, only=only)
            rows += measure_walks(stack, folder, same, plan, rounds=rounds, seconds=seconds, only=only)
    table = report(rows)
    print(table)
    if not only:
        keep(table, rounds, seconds)


if __name__ == "__main__":
    main()
