"""The whole of it once, small and short: a district of its own, Locust, the check, the report."""

from pathlib import Path

import pytest

from loadtests import run

TRUTHS = ("oversold", "miscounted", "lost", "changed", "undone", "key", "unasked", "doubled", "broken",
          "refusal", "early", "impossible")  # fmt: skip


@pytest.mark.timeout(300)  # a whole district starts and ends: 87 s alone on a slow machine
def test_a_short_release_is_played_checked_and_reported(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    argv = ["--profile", "clinic-release", "--visitors", "60", "--before", "2", "--seconds", "3"]

    code = run.main([*argv, "--reports", str(tmp_path)])
    said = capsys.readouterr().out
    report = (tmp_path / "clinic-release.html").read_text(encoding="utf-8")

    assert [line for line in said.splitlines() if line.startswith(TRUTHS)] == []
    assert code in {0, 1}  # a busy machine may break a latency budget
    assert "409 window_full" in said
    assert "book a number: 201" in report


def test_errors_in_the_servers_logs_are_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "server.log").write_text('{"level":"warning"}\n{"level":"error"}\n{"level":"error"}\n')
    (tmp_path / "worker.log").write_text('{"level":"info"}\n')

    assert run.errors_logged(tmp_path) == ["look into server.log: 2 errors logged"]
