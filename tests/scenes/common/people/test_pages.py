"""Page sessions: the cookie, its CSRF token, and what ends it."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from scenes.common.kit.database import Database
from scenes.common.kit.refusals import Busy
from scenes.common.people.service import StaffAccount
from scenes.common.people.tables import PersonRow
from scenes.common.people.tokens import PageSessions, Revocations
from scenes.common.people.wire import ended_page_cookie, page_cookie
from tests.support.people import Desk


@pytest.fixture
async def browser(desk: Desk, wang: PersonRow) -> str:
    """Sign the elder's browser in; answers the CSRF token of its pages."""
    grant = await desk.page(wang.id)
    desk.http.cookies.set("lc_session", grant.cookie)
    return (await desk.http.get("/whoami")).json()["csrf"]


@pytest.mark.usefixtures("browser")
async def test_the_cookie_signs_in(desk: Desk, wang: PersonRow) -> None:
    assert (await desk.http.get("/me")).json()["id"] == str(wang.id)


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Desk, wang: PersonRow) -> None:
    grant = await desk.page(wang.id)
    header = page_cookie(grant, now=desk.clock(), secure=True).to_header(header="")
    assert header == (f"lc_session={grant.cookie}; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax; Secure")
    assert "Max-Age=0" in ended_page_cookie(secure=True).to_header()


async def test_a_change_without_csrf_token_is_refused(desk: Desk, browser: str) -> None:
    for change in (
        desk.http.patch("/me", json={"area": "长风新村街道"}),
        desk.http.post("/form", data={"a": "1"}),
        desk.http.post("/form", data={"csrf": "wrong", "a": "1"}),
        desk.http.post("/form", data={"a": f"&csrf={browser}"}),
        desk.http.post("/form", content=b"", headers={"X-CSRF-Token": browser[:-1]}),
    ):
        answer = await change
        assert (answer.status_code, answer.json()) == (403, {"code": "forbidden"})


async def test_a_change_with_the_token_goes_through_and_keeps_its_body(desk: Desk, browser: str) -> None:
    assert (await desk.http.post("/form", data={"csrf": browser, "a": "一"})).json() == {
        "csrf": browser,
        "a": "一",
    }
    upload = await desk.http.post("/form", data={"csrf": browser, "a": "2"}, files={"f": ("x.csv", b"1,2")})
    assert upload.json()["a"] == "2"
    header = {"X-CSRF-Token": browser}
    assert (await desk.http.patch("/me", json={"area": "长风新村街道"}, headers=header)).status_code == 200


@pytest.mark.usefixtures("browser")
async def test_another_sign_ins_csrf_token_does_not_fit(desk: Desk, wang: PersonRow) -> None:
    other = await desk.page(wang.id)
    wrong = {"X-CSRF-Token": desk.tools.signer.csrf_for(other.sign_in_id)}
    assert (await desk.http.patch("/me", json={}, headers=wrong)).status_code == 403


@pytest.mark.usefixtures("browser")
async def test_a_bad_bearer_token_is_not_rescued_by_the_cookie(desk: Desk) -> None:
    bad = {"Authorization": "Bearer nonsense"}
    assert (await desk.http.patch("/me", json={}, headers=bad)).status_code == 401


@pytest.mark.usefixtures("browser")
async def test_other_authorization_schemes_leave_the_cookie_alone(desk: Desk) -> None:
    assert (await desk.http.get("/me", headers={"Authorization": "Basic Zm9vOmJhcg=="})).status_code == 200


@pytest.mark.usefixtures("wang")
async def test_an_apps_refresh_token_is_no_cookie_and_a_cookie_no_refresh_token(
    desk: Desk, browser: str
) -> None:
    cookie = desk.http.cookies["lc_session"]
    assert (await desk.http.post("/auth/refresh", json={"refreshToken": cookie})).status_code == 403
    csrf = {"X-CSRF-Token": browser}
    refreshed = await desk.http.post("/auth/refresh", json={"refreshToken": cookie}, headers=csrf)
    assert refreshed.status_code == 401
    tokens = (await desk.http.post("/auth/demo", json={"residentNo": 1}, headers=csrf)).json()
    desk.http.cookies.set("lc_session", tokens["refreshToken"])
    assert (await desk.http.get("/me")).status_code == 401


async def test_signing_out_ends_the_page_session_and_takes_the_cookie(desk: Desk, browser: str) -> None:
    cookie = desk.http.cookies["lc_session"]
    answer = await desk.http.post("/auth/logout", headers={"X-CSRF-Token": browser})
    assert (answer.status_code, answer.headers["set-cookie"]) == (
        204,
        'lc_session=""; HttpOnly; Max-Age=0; Path=/; SameSite=lax',
    )
    desk.http.cookies.set("lc_session", cookie)
    assert (await desk.http.get("/me")).status_code == 401


async def test_a_checked_cookie_goes_on_while_the_database_is_away(desk: Desk, wang: PersonRow) -> None:
    grant = await desk.page(wang.id)
    new = await desk.page(wang.id)
    pages = PageSessions(
        desk.database, desk.clock, revocations=Revocations(desk.database, desk.clock), rules=desk.rules
    )
    known = await pages.read(grant.cookie)
    gone = Database("postgresql://nobody@127.0.0.1:1/none")
    gone_pages = PageSessions(gone, desk.clock, revocations=Revocations(gone, desk.clock), rules=desk.rules)
    gone_pages._seen.update(pages._seen)
    desk.clock.advance(timedelta(minutes=6))
    assert await gone_pages.read(grant.cookie) == known
    with pytest.raises(Busy):
        await gone_pages.read(new.cookie)
    desk.clock.advance(timedelta(days=30))
    assert await gone_pages.read(grant.cookie) is None
    await gone.close()


async def test_a_revocation_elsewhere_ends_a_known_cookie(desk: Desk, wang: PersonRow) -> None:
    pages = PageSessions(desk.database, desk.clock, revocations=desk.revocations, rules=desk.rules)
    grant = await desk.page(wang.id)
    assert await pages.read(grant.cookie) is not None
    async with desk.database.transaction() as session:
        await session.execute(text("UPDATE sign_in SET revoked_at = :now"), {"now": desk.clock()})
    await desk.revocations.refresh()
    assert await pages.read(grant.cookie) is None


async def test_at_most_so_many_cookies_are_remembered(desk: Desk, wang: PersonRow) -> None:
    pages = PageSessions(desk.database, desk.clock, revocations=desk.revocations, rules=desk.rules, most=2)
    for _ in range(3):
        grant = await desk.page(wang.id)
        assert await pages.read(grant.cookie) is not None
    assert len(pages) == 2


async def test_an_idle_staff_page_ends_and_a_used_one_goes_on(desk: Desk, nurse: StaffAccount) -> None:
    pages = PageSessions(desk.database, desk.clock, revocations=desk.revocations, rules=desk.rules)
    grant = await desk.page(nurse.id, "staff")
    for _ in range(3):
        desk.clock.advance(timedelta(minutes=50))
        assert isinstance((await pages.read(grant.cookie)).staff_id, UUID)
    desk.clock.advance(timedelta(minutes=61))
    assert await pages.read(grant.cookie) is None
