"""The auditor looks at what the staff did, and their looking is written down too."""

import pytest

from api.lifespan import House
from scenes.common.people.service import NewStaff, create_staff
from scenes.common.people.tokens.factors import totp_now
from tests.api.web.test_pages import said, sign_in_staff
from tests.support.storefront import PASSWORD, Browser, District

API = "/api/v1/staff/audit"


@pytest.fixture
async def auditor(house: House, district: District, browser: Browser) -> Browser:
    """A desk that has just read its board, and then an auditor at the screen."""
    await sign_in_staff(browser, district)
    async with district.database.transaction() as session:
        account = await create_staff(
            session,
            NewStaff(
                username="auditor", password=PASSWORD, display_name="审计员", role="auditor",
                place_ids=frozenset(),
            ),
            passwords=house.sign_in_tools.passwords, cipher=house.cipher, now=district.clock(),
        )  # fmt: skip
    await browser.send("/sign-out")
    await browser.go("/staff/sign-in")
    totp = totp_now(account.totp_secret, district.clock())
    await browser.send("/staff/sign-in", username="auditor", password=PASSWORD, totp=totp)
    return browser


async def test_the_auditor_sees_who_did_what_and_that_the_chain_is_whole(auditor: Browser) -> None:
    page = await auditor.go("/staff/audit")
    assert page.status_code == 200
    assert "整条链对得上" in said(page)
    assert "staff.board.read" in said(page)
    await auditor.go("/staff/audit")
    assert "审计员 staff.audit.read" in said(await auditor.go("/staff/audit?act=staff.audit.read"))


async def test_a_break_is_told_with_where_until_all_is_checked_anew(
    auditor: Browser, district: District
) -> None:
    await auditor.go("/staff/audit")
    await district.run("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
    await district.run("UPDATE audit_entry SET result = 'x' WHERE seq = 1")
    assert "整条链对得上" in said(await auditor.go("/staff/audit"))
    page = await auditor.go("/staff/audit?anew=true")
    assert "第 1 条对不上!" in said(page)
    assert "前台 staff." in said(page)
    facts = (await auditor.http.get(API)).json()
    assert (facts["chainBrokenAt"], facts["chainCheckedTo"]) == (1, 0)
    await district.run("UPDATE audit_entry SET result = 'ok' WHERE seq = 1")
    assert "整条链对得上" in said(await auditor.go("/staff/audit?anew=true"))
    await district.run("DELETE FROM audit_entry WHERE seq = 2")
    assert "第 2 条不见了!" in said(await auditor.go("/staff/audit?anew=true"))


async def test_the_list_is_filtered_and_goes_on_by_its_cursor(auditor: Browser) -> None:
    for _ in range(3):
        await auditor.http.get(API)
    first = (await auditor.http.get(f"{API}?act=staff.audit.read&limit=2")).json()
    assert (len(first["items"]), first["chainBrokenAt"]) == (2, None)
    rest = (await auditor.http.get(f"{API}?act=staff.audit.read&cursor={first['nextCursor']}")).json()
    assert rest["nextCursor"] is None
    assert {entry["seq"] for entry in rest["items"]} < set(range(first["items"][-1]["seq"]))
    nobody = "00000000-0000-0000-0000-000000000009"
    for wish in (f"personId={nobody}", f"staffId={nobody}", "until=2020-01-01", "since=2999-01-01"):
        assert (await auditor.http.get(f"{API}?{wish}")).json()["items"] == []


async def test_nobody_else_looks(browser: Browser, district: District) -> None:
    await sign_in_staff(browser, district)
    assert (await browser.go("/staff/audit")).status_code == 403
    assert (await browser.http.get(API)).status_code == 403
