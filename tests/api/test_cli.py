"""The command line's refusals: one line on stderr, exit code 2, nothing started."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.ports import PortTaken, claim_port, claim_port_from


def run(folder: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    own = {f"LIFECIRCLE_{name}": value for name, value in variables.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIFECIRCLE_")}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "api", *words],
        env=kept | {"LIFECIRCLE_DATA_DIR": str(folder / "data")} | own,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def is_refused(done: "subprocess.CompletedProcess[str]", line: str) -> None:
    assert done.stderr.splitlines() == [f"lifecircle: {line}"]
    assert (done.stdout, done.returncode) == ("", 2)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_port_taken(tmp_path: Path, taken: int, command: str) -> None:
    done = run(tmp_path, command, "--port", str(taken))

    is_refused(done, f"port {taken} is taken by another program")
    assert not (tmp_path / "data" / "postgres").exists()


def test_port_of_the_environment_counts_as_asked_for(tmp_path: Path, taken: int) -> None:
    is_refused(run(tmp_path, "serve", PORT=str(taken)), f"port {taken} is taken by another program")


@pytest.mark.parametrize(
    "command", [["serve"], ["demo"], ["migrate"], ["seed"], ["worker"], ["demo-staff"], ["demo-devices"]]
)
def test_bad_database_url(tmp_path: Path, command: list[str]) -> None:
    done = run(tmp_path, *command, DATABASE_URL="mysql://u:hunter2@db/x")

    is_refused(done, "LIFECIRCLE_DATABASE_URL must begin with postgresql://")


@pytest.mark.parametrize("command", ["serve", "demo", "migrate"])
def test_unreachable_database(tmp_path: Path, command: str) -> None:
    done = run(tmp_path, command, DATABASE_URL="postgresql://u:hunter2@127.0.0.1:1/x", DEMO="1", PORT="0")

    is_refused(
        done,
        "LIFECIRCLE_DATABASE_URL cannot be used: connection failed: "
        'connection to server at "127.0.0.1", port 1 failed: Connection refused',
    )


def test_external_database_without_keys(tmp_path: Path) -> None:
    done = run(tmp_path, "serve", DATABASE_URL="postgresql://u@127.0.0.1:1/x")

    is_refused(done, "LIFECIRCLE_SECRET_KEY is required when LIFECIRCLE_DATABASE_URL is set")


@pytest.mark.parametrize("command", [["serve"], ["demo"], ["demo", "--data-dir", "/dev/null/x"], ["migrate"]])
def test_unusable_folder(tmp_path: Path, command: list[str]) -> None:
    done = run(tmp_path, *command, DATA_DIR="/dev/null/x")

    is_refused(done, "LIFECIRCLE_DATA_DIR: cannot use /dev/null/x/secrets.json: Not a directory")


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (["serve", "--port", "abc"], "LIFECIRCLE_PORT must be a port from 0 to 65535"),
        (["serve", "--workers", "0"], "LIFECIRCLE_WORKERS must be a number from 1 to 256"),
        (
            ["serve", "--host", "nowhere.invalid"],
            "cannot listen on nowhere.invalid: Name or service not known",
        ),
        (
            ["serve", "--host", "192.0.2.1", "--port", "18080"],
            "cannot listen on 192.0.2.1 port 18080: Cannot assign requested address",
        ),
        (
            ["demo", "--residents", "none"],
            "Invalid value for '--residents': 'none' is not a valid integer range.",
        ),
        (["dance"], "No such command 'dance'."),
    ],
)
def test_wrong_words(tmp_path: Path, command: list[str], line: str) -> None:
    is_refused(run(tmp_path, *command), line)


def test_help_names_every_command(tmp_path: Path) -> None:
    done = run(tmp_path, "--help")

    named = {line.split()[0] for line in done.stdout.split("Commands:")[1].splitlines() if line.strip()}
    assert named >= {
        "demo",
        "demo-devices",
        "demo-staff",
        "history",
        "migrate",
        "openapi",
        "seed",
        "serve",
        "worker",
    }


def test_claimed_port_is_kept_from_our_others() -> None:
    claim = claim_port("127.0.0.1", 0)

    with pytest.raises(PortTaken, match=f"port {claim.port} is taken by another lifecircle"):
        claim_port("127.0.0.1", claim.port)
    claim.release()
    claim_port("127.0.0.1", claim.port).release()


def test_port_not_asked_for_gives_way(taken: int) -> None:
    claim = claim_port_from("127.0.0.1", taken)

    assert claim.port > taken
    claim.release()
