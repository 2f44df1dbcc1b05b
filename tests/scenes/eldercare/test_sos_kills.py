"""`kill -9` at every rung, inside its transaction and right after it: the ladder goes on, once a rung."""

from collections import Counter

from scenes.common.kit.database import Database
from tests.support.sos_drill import last_channel, nobody_answers


async def test_with_every_channel_but_the_last_failing_somebody_comes(
    database: Database, database_url: str
) -> None:
    report = await last_channel(database, database_url)
    assert (report.kills, report.state, report.answered_rung) == (8, "answered", 4)
    assert report.rungs == [(1, 1), (1, 2), (1, 3), (1, 4)]
    officer = [
        (channel, state) for _, rung, whom, channel, state in report.receipts if (rung, whom) == (4, "duty")
    ]
    assert officer[:4] == [("ladder", "told"), ("inbox", "delivered"), ("sms", "failed"), ("call", "done")]
    for called in ("kin", "carer"):
        tried = {(channel, state) for _, _, whom, channel, state in report.receipts if whom == called}
        assert tried >= {
            ("ladder", "told"),
            ("inbox", "delivered"),
            ("sms", "failed"),
            ("call", "called_off"),
        }


async def test_unanswered_it_comes_to_the_end_and_begins_again_no_rung_twice(
    database: Database, database_url: str
) -> None:
    report = await nobody_answers(database, database_url)
    assert (report.kills, report.state) == (12, "calling")
    assert report.rungs == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 1)]
    calls = Counter(
        (number, rung, whom)
        for number, rung, whom, channel, _ in report.receipts
        if channel in {"desk", "ladder"}
    )
    assert calls == dict.fromkeys(
        [(1, 1, "desk"), (1, 2, "kin"), (1, 3, "carer"), (1, 4, "duty"), (1, 5, "elder"), (2, 1, "desk")], 1
    )
