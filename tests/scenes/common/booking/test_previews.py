"""A preview's token stands for exactly the bookings it showed."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.booking.errors import PreviewStale
from scenes.common.booking.previews import TOKEN_LENGTH, check_preview, preview_token

BOOKINGS = st.sets(st.uuids(), max_size=5)


@given(BOOKINGS)
def test_the_order_of_the_bookings_does_not_matter(ids: set[UUID]) -> None:
    token = preview_token("outage", sorted(ids))
    check_preview(token, "outage", sorted(ids, reverse=True))
    assert len(token) == TOKEN_LENGTH


@given(BOOKINGS, st.uuids())
def test_one_more_or_one_less_is_another_preview(ids: set[UUID], one: UUID) -> None:
    for shown, present in ((ids - {one}, ids | {one}), (ids | {one}, ids - {one})):
        with pytest.raises(PreviewStale):
            check_preview(preview_token("outage", shown), "outage", present)


def test_another_act_is_another_preview() -> None:
    assert preview_token("outage:1", []) != preview_token("outage:2", [])
