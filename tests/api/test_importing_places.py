"""The command line takes places in: dry run, import, undo, outlines."""

import re
from pathlib import Path

import pytest

from tests.api.test_cli import run
from tests.support.importing import ELDERCARE, OUTLINES

WISHES = ("--datum", "gcj02", "--scene", "eldercare", "--kind", "nursing_home")
KEYS = {"SECRET_KEY": "0" * 32, "FIELD_KEY": "0" * 32, "INDEX_KEY": "0" * 64}


def test_the_real_list(tmp_path: Path, database_url: str) -> None:
    where = {"DATABASE_URL": database_url} | KEYS
    assert run(tmp_path, "import", "outlines", str(OUTLINES), **where).stdout == "9 outlines\n"
    dry = run(tmp_path, "import", "places", str(ELDERCARE), *WISHES, "--dry-run", **where).stdout
    done = run(tmp_path, "import", "places", str(ELDERCARE), *WISHES, **where).stdout
    assert dry.splitlines()[:-1] == done.splitlines()[:-1]
    assert dry.splitlines()[-1] == "dry run: nothing was changed"
    assert "line 13 爱照护总部: error: 没有坐标" in done
    assert "71 new, 0 updated, 0 unchanged, 1 skipped" in done
    again = run(tmp_path, "import", "places", str(ELDERCARE), *WISHES, **where).stdout
    assert "0 new, 0 updated, 71 unchanged, 1 skipped" in again
    [import_id] = re.findall(r"^import (\S+)$", done, re.MULTILINE)
    undone = run(tmp_path, "import", "places", "--undo", import_id, **where).stdout
    assert undone == f"undone {import_id} eldercare_iacc.csv\n"


@pytest.mark.parametrize("words", [[], ["--undo", "0196a0a0-0000-7000-8000-000000000000", str(OUTLINES)]])
def test_a_file_or_an_import_to_undo(tmp_path: Path, words: list[str]) -> None:
    done = run(tmp_path, "import", "places", *words)
    assert (done.stderr, done.returncode) == (
        "lifecircle: give either a FILE or --undo IMPORT_ID\n", 2,
    )  # fmt: skip
