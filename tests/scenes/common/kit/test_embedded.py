"""The embedded stack on real processes: what it keeps, refuses, and that it leaves nothing running."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from scenes.common.kit.embedded import EmbeddedRefused, EmbeddedStack

OWNER = """
import sys, time
from pathlib import Path
from scenes.common.kit.embedded import EmbeddedStack

stack = EmbeddedStack(Path(sys.argv[1]))
stack.start()
print(stack.postgres_pid, stack.redis_pid, flush=True)
time.sleep(600)
"""


def query(stack: EmbeddedStack, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(stack.urls.database, autocommit=True) as link:
        cursor = link.execute(statement)
        return cursor.fetchall() if cursor.description else []


def running(pid: int | None) -> bool:
    assert pid is not None
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def gone(pid: int | None, *, within: float = 30) -> bool:
    deadline = time.monotonic() + within
    while running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not running(pid)


def processes_naming(folder: Path) -> list[str]:
    found: list[str] = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(folder) in line and process.pid != os.getpid() and "pytest" not in line:
            found.append(line)
    return found


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[EmbeddedStack]:
    with EmbeddedStack(tmp_path / "data") as started:
        yield started


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(  # noqa: S603 - this file's own script
        [sys.executable, "-c", OWNER, str(tmp_path / "data")], stdout=subprocess.PIPE, text=True
    )
    yield child
    child.kill()
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


def pids_of(owner: subprocess.Popen[str]) -> list[int]:
    assert owner.stdout is not None
    return [int(part) for part in owner.stdout.readline().split()]


def test_both_servers_answer_at_the_urls(stack: EmbeddedStack) -> None:
    assert query(stack, "SELECT current_database()") == [("lifecircle",)]
    with redis.Redis.from_url(stack.urls.redis) as cache:
        assert cache.ping()


def test_server_is_postgresql_18_and_durable(stack: EmbeddedStack) -> None:
    names = (
        "fsync",
        "synchronous_commit",
        "full_page_writes",
        "data_checksums",
        "listen_addresses",
        "TimeZone",
    )

    found = {name: query(stack, f"SHOW {name}")[0][0] for name in names}

    assert found == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "TimeZone": "UTC",
    }
    assert str(query(stack, "SHOW server_version")[0][0]).startswith("18.")


def test_stop_leaves_no_process(tmp_path: Path) -> None:
    stack = EmbeddedStack(tmp_path / "data")
    stack.start()
    pids = (stack.postgres_pid, stack.redis_pid)

    stack.stop()
    stack.stop()

    assert [running(pid) for pid in pids] == [False, False]
    assert processes_naming(tmp_path) == []


def test_data_outlives_stop_and_start(tmp_path: Path) -> None:
    with EmbeddedStack(tmp_path / "data") as first:
        query(first, "CREATE TABLE kept AS SELECT 7 AS n")

    with EmbeddedStack(tmp_path / "data") as second:
        assert query(second, "SELECT n FROM kept") == [(7,)]


def test_killed_postgres_starts_again_with_its_data(stack: EmbeddedStack) -> None:
    query(stack, "CREATE TABLE kept (n int)")
    for n in range(3):
        query(stack, f"INSERT INTO kept SELECT {n}")
        with psycopg.connect(stack.urls.database):  # a session that is open at the kill
            os.kill(stack.postgres_pid or 0, signal.SIGKILL)
        stack.start_postgres()

    assert query(stack, "SELECT n FROM kept ORDER BY n") == [(0,), (1,), (2,)]


def test_killed_redis_starts_again(stack: EmbeddedStack) -> None:
    os.kill(stack.redis_pid or 0, signal.SIGKILL)
    assert gone(stack.redis_pid or 0) or stack.redis_pid is None

    stack.start_redis()

    with redis.Redis.from_url(stack.urls.redis) as cache:
        assert cache.ping()


def test_killed_owner_takes_its_servers_along(owner: subprocess.Popen[str], tmp_path: Path) -> None:
    pids = pids_of(owner)

    owner.kill()

    assert [gone(pid) for pid in pids] == [True, True]
    assert processes_naming(tmp_path / "data" / "postgres") == []


def test_next_owner_waits_out_a_killed_one(owner: subprocess.Popen[str], tmp_path: Path) -> None:
    pids_of(owner)
    owner.kill()
    owner.wait()

    with EmbeddedStack(tmp_path / "data") as stack:
        assert query(stack, "SELECT 1") == [(1,)]


def test_orphan_of_a_dead_owner_is_ended(tmp_path: Path) -> None:
    with EmbeddedStack(tmp_path / "data") as stack:
        stack.stop_postgres()
        orphan = subprocess.Popen(  # noqa: S603 - the wheel's own program
            [stack.pg_binary("postgres"), "-D", tmp_path / "data" / "postgres"],
            **({"user": "pgserver", "group": "pgserver", "extra_groups": []} if os.geteuid() == 0 else {}),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not (tmp_path / "data" / "postgres" / "postmaster.pid").exists():
            assert orphan.poll() is None
            time.sleep(0.01)

        stack.start_postgres()

        assert orphan.wait(10) == 0
        assert query(stack, "SELECT 1") == [(1,)]


def test_pid_since_given_to_another_program_is_forgotten(tmp_path: Path) -> None:
    with EmbeddedStack(tmp_path / "data") as stack:
        stack.kill_postgres()
        pid_file = tmp_path / "data" / "postgres" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

        stack.start_postgres()

        assert query(stack, "SELECT 1") == [(1,)]


def test_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    half = tmp_path / "data" / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with EmbeddedStack(tmp_path / "data") as stack:
        assert query(stack, "SELECT 1") == [(1,)]


def test_two_stacks_side_by_side(tmp_path: Path) -> None:
    with EmbeddedStack(tmp_path / "one") as one, EmbeddedStack(tmp_path / "two") as two:
        query(one, "CREATE TABLE only_here (n int)")

        assert query(two, "SELECT to_regclass('only_here')") == [(None,)]


def test_folder_too_long_for_a_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("长" * 40) / "with space"

    with EmbeddedStack(folder) as stack:
        assert query(stack, "SELECT current_database()") == [("lifecircle",)]


def test_same_folder_twice_is_refused(stack: EmbeddedStack, tmp_path: Path) -> None:
    with pytest.raises(EmbeddedRefused, match=f"data is in use by process {os.getpid()}$"):
        EmbeddedStack(tmp_path / "data").start()

    assert running(stack.postgres_pid)


def test_folder_of_another_process_is_refused(owner: subprocess.Popen[str], tmp_path: Path) -> None:
    pids = pids_of(owner)

    with pytest.raises(EmbeddedRefused, match=f"data is in use by process {owner.pid}$"):
        EmbeddedStack(tmp_path / "data").start()

    assert [running(pid) for pid in pids] == [True, True]


@pytest.mark.parametrize("folder", ["/dev/null/x", "/proc/x"])
def test_unusable_folder_is_refused(folder: str) -> None:
    with pytest.raises(EmbeddedRefused, match=f"^cannot use the data folder {folder}: "):
        EmbeddedStack(Path(folder)).start()


def test_other_major_version_is_refused(tmp_path: Path) -> None:
    with EmbeddedStack(tmp_path / "data"):
        pass
    version = tmp_path / "data" / "postgres" / "PG_VERSION"
    version.write_text("16\n")

    with pytest.raises(EmbeddedRefused, match="was made by PostgreSQL 16, this is 18"):
        EmbeddedStack(tmp_path / "data").start()

    version.write_text("18\n")
    with EmbeddedStack(tmp_path / "data") as again:
        assert query(again, "SELECT 1") == [(1,)]
