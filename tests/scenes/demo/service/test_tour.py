from datetime import UTC, datetime

import pytest

from scenes.common.booking.ledger import Claim, Move, Want
from scenes.common.kit.database import Database
from scenes.demo.service.progress import Report
from tests.scenes.demo.conftest import make
from tests.support.booking import ASKED, World
from tests.support.clock import AdjustableClock

_BOOKABLE = """
SELECT w.id FROM booking_window w JOIN place p ON p.id = w.place_id
WHERE p.name = '曹杨社区卫生服务中心' AND w.state = 'open' AND w.price_fen > 0 AND w.audience = 'public'
AND w.opens_at <= :now AND w.closes_at > :now AND w.taken < w.capacity ORDER BY w.starts_at, w.id LIMIT 1
"""


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
        datetime(2026, 11, 27, 10, 30, tzinfo=UTC),
        datetime(2026, 11, 29, 15, 59, tzinfo=UTC),
        datetime(2026, 12, 31, 16, 30, tzinfo=UTC),
    ],
    ids=["Monday morning", "Friday evening", "Sunday before midnight", "New Year's night"],
)
async def test_the_first_resident_can_book_pay_and_take_a_number_at_any_hour(
    database: Database, report: Report, now: datetime
) -> None:
    await make(database, report, residents=100, now=now)
    world = World(database, AdjustableClock(now))
    ledger = await world.ledger()
    try:
        [(resident,)] = await world.rows("SELECT id FROM person WHERE resident_no = 1")
        [(window,)] = await world.rows(_BOOKABLE, now=now)
        claim = Claim(
            scene="clinic",
            booker_id=resident,
            subject_id=resident,
            wants=(Want(window),),
            key="the tour's own key",
            fingerprint=ASKED,
        )
        held = (await ledger.claim(claim)).booking
        assert held is not None
        await ledger.move(Move(booking_id=held.id, event="confirm", by="payment"))
        came = (await ledger.move(Move(booking_id=held.id, event="check_in", by="staff"))).booking
        assert came is not None
        assert (held.state, came.state, came.queue_no) == ("held", "checked_in", 1)
        await world.check()
    finally:
        await world.stop()
