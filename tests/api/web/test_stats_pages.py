"""The figures at the desk: scoped, small counts not told, as page, as JSON and as a file."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.booking.rules_stats import percent, told
from tests.api.web.test_pages import book, said, sign_in_staff
from tests.support.clinic import TUESDAY
from tests.support.storefront import Browser, District

SPAN = f"since={TUESDAY}&until={TUESDAY}"
API = "/api/v1/staff"


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_no_percent_lets_a_small_group_be_reckoned(part: int, rest: int) -> None:
    if told(part) == "<5" or told(rest) == "<5":
        assert percent(part, part + rest) is None


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, "<5"), (4, "<5"), (5, 5)])
def test_small_counts_are_not_told(count: int, shown: object) -> None:
    assert told(count) == shown


async def test_figures_of_the_own_venue(browser: Browser, district: District) -> None:
    await book(browser)
    await sign_in_staff(browser, district)
    answer = await browser.http.get(f"{API}/stats?{SPAN}")
    assert answer.status_code == 200
    facts = answer.json()
    [day] = facts["items"]
    assert facts["total"] == day["counts"]
    capacity = await district.rows("SELECT sum(capacity)::int FROM booking_window")
    assert day == {
        "date": str(TUESDAY), "placeId": str(district.place), "place": day["place"], "scene": "clinic",
        "counts": {
            "capacity": capacity[0][0], "taken": "<5", "usedPercent": None, "bookings": "<5", "arrived": 0,
            "noShows": 0, "noShowPercent": None, "cancelled": 0, "expired": 0, "eldersPercent": None,
            "minutesToDone": None, "failedPayments": 0,
        },
    }  # fmt: skip
    page = await browser.go(f"/staff/stats?{SPAN}")
    assert f"已约 / 总号 &lt;5 / {capacity[0][0]}" in said(page)
    assert "陈秀英" not in page.text
    wrong = await browser.go(f"/staff/stats?since={TUESDAY}&until={TUESDAY - timedelta(days=1)}")
    assert wrong.status_code == 400


async def test_the_export_is_a_file_and_is_written_down(browser: Browser, district: District) -> None:
    await sign_in_staff(browser, district)
    file = await browser.http.get(f"{API}/export.csv?{SPAN}")
    assert file.content.startswith(b"\xef\xbb\xbf")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[:1] + line.split(",")[2:3] for line in lines[1:]] == [[str(TUESDAY), "clinic"]]
    rows = await district.rows("SELECT action FROM audit_entry ORDER BY seq DESC LIMIT 1")
    assert [tuple(row) for row in rows] == [("staff.export",)]


async def test_another_venues_figures_are_not_there(browser: Browser, district: District) -> None:
    other: UUID = district.other_place
    await sign_in_staff(browser, district)
    for path in (f"{API}/stats", f"{API}/export.csv", "/staff/stats"):
        assert (await browser.go(f"{path}?placeId={other}")).status_code == 404
