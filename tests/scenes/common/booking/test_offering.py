from datetime import timedelta

import msgspec

from scenes.common.booking.offering import NewWindow
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.ids import new_id
from tests.support.clock import MONDAY_NINE as NOW


def test_a_new_window_says_of_itself_what_a_row_would() -> None:
    told = {
        "id": new_id(), "scene": "clinic", "place_id": new_id(), "group_id": new_id(), "title": "内科",
        "resource": "王医生", "starts_at": NOW, "ends_at": NOW + timedelta(minutes=15), "capacity": 4,
        "opens_at": NOW, "closes_at": NOW, "terms": {"a": 1},
    }  # fmt: skip
    assert NewWindow(**told).columns() == BookingWindowRow(**told).model_dump()
    different = told | {
        "taken": 1, "audience": "elders", "falls_through_at": NOW, "state": "stopped", "price_fen": 5,
        "hold_seconds": 60,
    }  # fmt: skip
    assert NewWindow(**different).columns() == BookingWindowRow(**different).model_dump() == different
    assert {field.name for field in msgspec.structs.fields(NewWindow)} == set(BookingWindowRow.model_fields)
