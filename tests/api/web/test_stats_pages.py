"""The figures at the desk: scoped, small counts not told, as page, as JSON and as a file."""

from datetime import time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.lifespan import House
from scenes.common.booking.rules_stats import percent, quantile, told
from scenes.common.kit.clock import instant
from scenes.common.kit.ids import new_id
from scenes.common.people.service import NewStaff, create_staff
from scenes.common.people.tokens.factors import totp_now
from tests.api.web.test_pages import book, said, sign_in_staff
from tests.support.clinic import TUESDAY
from tests.support.storefront import PASSWORD, Browser, District

SPAN = f"since={TUESDAY}&until={TUESDAY}"
API = "/api/v1/staff"


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_no_percent_lets_a_small_group_be_reckoned(part: int, rest: int) -> None:
    if told(part) == "<5" or told(rest) == "<5":
        assert percent(part, part + rest) is None


@given(st.integers(0, 200), st.integers(1, 99))
def test_a_quantile_of_waits_has_five_people_on_either_side(count: int, share: int) -> None:
    shown = quantile(7, share, of=count)
    assert shown == (7 if count * share >= 500 and count * (100 - share) >= 500 else None)


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
    assert facts["undelivered"] is None
    assert facts["total"] == day["counts"]
    capacity = await district.rows("SELECT sum(capacity)::int FROM booking_window")
    assert day == {
        "date": str(TUESDAY), "placeId": str(district.place), "place": day["place"], "scene": "clinic",
        "counts": {
            "capacity": capacity[0][0], "taken": "<5", "usedPercent": None, "bookings": "<5", "arrived": 0,
            "noShows": 0, "noShowPercent": None, "cancelled": 0, "expired": 0, "eldersPercent": None,
            "minutesToDone": None, "failedPayments": 0, "waitMedianMinutes": None, "waitP90Minutes": None,
            "soldOut": 0, "ruledOut": 0, "busy": 0,
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


async def test_the_district_chooses_a_venue_and_sees_what_was_not_delivered(
    browser: Browser, district: District, house: House
) -> None:
    async with district.database.transaction() as session:
        account = await create_staff(
            session,
            NewStaff(
                username="district", password=PASSWORD, display_name="区里", role="district",
                place_ids=frozenset(),
            ),
            passwords=house.sign_in_tools.passwords, cipher=house.cipher, now=district.clock(),
        )  # fmt: skip
    for number, why in enumerate(("no_receipt",) * 6 + ("no_longer_true",)):
        await district.run(
            """WITH m AS (INSERT INTO inbox_message (id, person_id, dedupe, title, text, speak, at)
                 VALUES (:id, :person, :dedupe, '', '', '', :at) RETURNING id)
               INSERT INTO notice_delivery (id, message_id, person_id, channel, state, urgent, tries, why,
                 created_at, changed_at)
               SELECT :id, m.id, :person, 'sms', 'failed', false, 1, :why, :at, :at FROM m""",
            id=new_id(), person=district.me, dedupe=str(number), why=why, at=instant(TUESDAY, time(9)),
        )  # fmt: skip
    await browser.go("/staff/sign-in")
    totp = totp_now(account.totp_secret, district.clock())
    await browser.send("/staff/sign-in", username="district", password=PASSWORD, totp=totp)
    page = await browser.go(f"/staff/stats?{SPAN}&placeId=")
    assert ("短信没送到 6" in said(page), "微信没送到 0" in said(page)) == (True, True)
    assert f'<option value="{district.other_place}">' in page.text
    facts = (await browser.http.get(f"{API}/stats?{SPAN}")).json()
    assert facts["undelivered"] == [{"date": str(TUESDAY), "channel": "sms", "failed": 6}]
    file = (await browser.http.get(f"{API}/export.csv?{SPAN}")).content.decode("utf-8-sig").splitlines()
    assert file[-1].startswith(f"{TUESDAY},全区,短信,")
    assert file[-1].endswith(",6")
    chosen = await browser.go(f"/staff/stats?{SPAN}&placeId={district.place}")
    assert f'<option value="{district.place}" selected>' in chosen.text
    assert "短信没送到" not in said(chosen)
    assert (await browser.go(f"/staff/stats?{SPAN}&placeId=nowhere")).status_code == 404
