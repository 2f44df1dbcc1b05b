"""The server under measurement, the demo district it serves, and the reads that residents make of it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import psutil

from bench.rooms import room_reads
from scenes.common.kit.embedded import EmbeddedStack

ROOT = Path(__file__).resolve().parent.parent
SECRET = "bench-only-secret-of-thirty-two-bytes!"  # noqa: S105 - of a server that lives for minutes


@contextmanager
def served(
    stack: EmbeddedStack, same: Path, folder: Path, *, database: str | None = None
) -> Iterator[tuple[int, int]]:
    """Serve the real application with one worker; yield its port and the worker's pid."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {
        "LIFECIRCLE_DATABASE_URL": database or stack.urls.database,
        "LIFECIRCLE_REDIS_URL": stack.urls.redis,
        "LIFECIRCLE_DATA_DIR": str(folder), "LIFECIRCLE_DEMO": "1", "LIFECIRCLE_SECRET_KEY": SECRET,
        "LIFECIRCLE_LOG_LEVEL": "error", "BENCH_SAME": str(same),
    }  # fmt: skip
    argv = [sys.executable, "-m", "bench.serve", str(port)]
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


async def reading_paths(url: str) -> tuple[list[str], list[str]]:
    """Return session lists and place searches as residents ask them."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            """SELECT DISTINCT place_id, department_id, day FROM clinic_session
            WHERE day >= current_date LIMIT 40"""
        )
    finally:
        await connection.close()
    sessions = [
        f"/api/v1/clinic/sessions?placeId={row['place_id']}&departmentId={row['department_id']}&date={row['day']}"
        for row in rows
    ]
    places = [
        f"/api/v1/places?lat={31.2300 + 0.0007 * (n % 20):.4f}&lng={121.3900 + 0.0009 * (n // 20):.4f}"
        for n in range(200)
    ]
    return places, sessions


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
    rooms = asyncio.run(room_reads(stack.urls.database))
    kept = {
        "places": places[100],
        "sessions": sessions[0],
        "menu": rooms.menus[0],
        "guidance": rooms.guidance[100],
    }
    with served(stack, same, folder) as (port, _):
        for name, path in kept.items():
            keep_answer(port, path, same / f"{name}.json")


def keep_answer(port: int, path: str, to: Path) -> None:
    """Keep one real answer in a file."""
    answer = httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
    answer.raise_for_status()
    to.write_bytes(answer.content)
