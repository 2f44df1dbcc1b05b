from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from scenes.common.kit.database import Database
from scenes.demo.service import make_district
from scenes.demo.service.progress import Report

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, nine o'clock in Shanghai."""


@dataclass(frozen=True)
class Keys:
    database_url: str | None = None
    data_dir: Path = Path("/nowhere")
    secret_key: bytes = b"a secret of this test's own, 32 b"
    field_key: bytes = bytes(range(16))
    index_key: bytes = bytes(range(32))


@pytest.fixture
def report() -> Report:
    return Report(Console(file=StringIO()))


async def make(database: Database, report: Report, **differently: object) -> bool:
    facts = {"residents": 1500, "days": 8, "if_empty": True, "now": NOW, **differently}
    return await make_district(database, Keys(), report=report, **facts)
