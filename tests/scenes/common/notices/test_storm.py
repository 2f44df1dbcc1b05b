from pathlib import Path

from scenes.common.kit.database import Database
from tests.support.notice_storm import KILLS, storm


async def test_through_a_bad_day_and_five_kills_each_is_delivered_once_or_listed(
    database: Database, tmp_path: Path
) -> None:
    """The small form of `python -m tests.support.notice_storm 10000`."""
    report = await storm(database, tmp_path, 300)
    assert report.clean, report
    assert (report.notices, report.kills) == (300, KILLS)
    assert report.interrupted > 0
    assert report.delivered > 250
    assert min(report.drawn[each] for each in ("fails", "fails_after", "duplicates")) > 0
