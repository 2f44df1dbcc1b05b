"""The crash rounds in small: real server processes and a real PostgreSQL killed with -9 under load."""

from pathlib import Path

import pytest

from api.history import check
from loadtests.crash_rounds import crash


def test_nothing_acknowledged_is_lost_when_servers_are_killed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder: Path = tmp_path_factory.mktemp("crash")
    for path in (folder, *folder.parents[:2]):  # PostgreSQL runs under an account of its own
        path.chmod(0o755)
    report = crash(folder, rounds=2, clients=8)
    assert report.violations == ()
    assert report.acknowledged > 200
    assert report.unknown > 0
    assert check(folder / "history.jsonl") == report
