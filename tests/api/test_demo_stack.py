"""The supervisor on real processes: one ready line, a clean end, restarts, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

SMALL_DISTRICT = Path(__file__).with_name("small_district.py")

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(*trouble: str) -> "subprocess.Popen[str]":
        argv = [sys.executable, str(SMALL_DISTRICT), str(tmp_path / "data"), *trouble]
        pipe = subprocess.PIPE
        child = subprocess.Popen(argv, stdout=pipe, stderr=pipe, text=True)  # noqa: S603 - this folder's own script
        started.append(child)
        return child

    yield begin
    for child in started:
        child.kill()
        child.communicate()


def first_line(district: "subprocess.Popen[str]") -> str:
    assert district.stdout is not None
    return district.stdout.readline()


def child_named(district: "subprocess.Popen[str]", text: str) -> psutil.Process | None:
    for child in psutil.Process(district.pid).children():
        with suppress(psutil.NoSuchProcess):  # a zombie, too
            if text in " ".join(child.cmdline()):
                return child
    return None


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)
    return is_so()


def test_says_ready_once_and_ends_cleanly_on_sigterm(start: Start) -> None:
    district = start()
    ready = first_line(district)
    family = psutil.Process(district.pid).children(recursive=True)

    district.terminate()
    rest, _ = district.communicate(timeout=30)

    assert ready.startswith("ready http://localhost:")
    assert rest == ""
    assert district.returncode == 0
    assert [process for process in family if process.is_running()] == []


def test_interrupt_while_starting_leaves_nothing(start: Start, tmp_path: Path) -> None:
    district = start()
    assert within(20, (tmp_path / "data" / "postgres" / "postmaster.pid").exists)
    family = psutil.Process(district.pid).children(recursive=True)

    district.send_signal(signal.SIGINT)
    printed, _ = district.communicate(timeout=30)

    assert (printed, district.returncode) == ("", 0)
    assert within(5, lambda: not [process for process in family if process.is_running()])


def test_killed_supervisor_takes_everything_along(start: Start) -> None:
    district = start()
    first_line(district)
    family = psutil.Process(district.pid).children(recursive=True)

    district.kill()

    assert within(30, lambda: not [process for process in family if process.is_running()])


@pytest.mark.parametrize(
    ("what", "name"),
    [("http.server", "the server"), ("bin/postgres", "PostgreSQL"), ("redis-server", "Redis")],
)
def test_a_child_that_dies_is_named_and_started_again(start: Start, what: str, name: str) -> None:
    district = start()
    first_line(district)
    victim = child_named(district, what)
    assert victim is not None

    victim.kill()

    def is_replaced() -> bool:
        now = child_named(district, what)
        return now is not None and now.pid != victim.pid

    assert within(20, is_replaced)
    os.kill(district.pid, signal.SIGTERM)
    _, said = district.communicate(timeout=30)
    assert f"{name} ended unexpectedly; starting it again in 0.5 s\n" in said


@pytest.mark.parametrize(
    ("trouble", "line"),
    [
        ("step", "refused: the first step failed: ValueError: the reason"),
        ("server", "refused: the server did not start: ValueError: the reason"),
    ],
)
def test_what_does_not_start_is_one_line(start: Start, tmp_path: Path, trouble: str, line: str) -> None:
    district = start(trouble)

    printed, said = district.communicate(timeout=30)

    assert (printed, district.returncode) == ("", 2)
    assert said.splitlines()[-1] == line
    assert not (tmp_path / "data" / "postgres" / "postmaster.pid").exists()


def test_second_district_on_the_same_folder_is_refused(start: Start, tmp_path: Path) -> None:
    first = start()
    first_line(first)

    second = start()
    _, said = second.communicate(timeout=30)

    assert said == f"refused: {tmp_path / 'data'} is in use by process {first.pid}\n"
    assert second.returncode == 2
    assert first.poll() is None
