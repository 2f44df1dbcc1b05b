"""Staff: two factors, each code once, lockout, the end of a disabled person's sessions, the audit log."""

import asyncio
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from scenes.common.kit.database import Database
from scenes.common.people import service
from scenes.common.people.errors import UsernameTaken
from scenes.common.people.service import StaffAccount
from scenes.common.people.tables import AuditEntryRow, PersonRow
from scenes.common.people.tokens.factors import totp_now
from tests.support.people import PASSWORD, Attempt, Desk


@pytest.fixture
def attempt(desk: Desk, nurse: StaffAccount) -> Attempt:
    """Try to sign the nurse in; right in everything unless told otherwise."""

    async def make(
        *, username: str = "clinic", password: str = PASSWORD, totp: str | None = None
    ) -> httpx.Response:
        code = totp or totp_now(nurse.totp_secret, desk.clock())
        given = {"username": username, "password": password, "totp": code}
        return await desk.http.post("/staff/auth", json=given)

    return make


async def results(database: Database) -> list[tuple[str, str]]:
    async with database.read() as session:
        rows = await session.scalars(select(AuditEntryRow).order_by(col(AuditEntryRow.seq)))
        return [(row.action, row.result) for row in rows]


async def test_both_factors_sign_in_with_role_and_venues(desk: Desk, attempt: Attempt) -> None:
    answer = await attempt(username=" CLINIC ")
    assert (answer.status_code, answer.json()["expiresIn"]) == (200, 900)
    bearer = {"Authorization": f"Bearer {answer.json()['accessToken']}"}
    assert (await desk.http.get("/staff/here", headers=bearer)).json() == {
        "role": "clinic",
        "places": ["01934f3e-0000-7000-8000-000000000001"],
    }
    assert (await desk.http.get("/me", headers=bearer)).status_code == 403


@pytest.mark.usefixtures("wang")
async def test_residents_do_not_reach_staff_routes(desk: Desk) -> None:
    assert (await desk.http.get("/staff/here", headers=await desk.bearer(1))).status_code == 403
    assert (await desk.http.get("/staff/here")).status_code == 401


async def test_one_refusal_for_every_reason(desk: Desk, attempt: Attempt) -> None:
    reasons = (
        attempt(username="nobody"),
        attempt(password="wrong"),
        attempt(totp="000000"),
    )
    answers = [await reason for reason in reasons]
    assert [(a.status_code, a.json()) for a in answers] == [(401, {"code": "unauthenticated"})] * 3
    assert await results(desk.database) == [("staff.sign_in", "failed")] * 2


async def test_a_code_counts_once(desk: Desk, attempt: Attempt, nurse: StaffAccount) -> None:
    code = totp_now(nurse.totp_secret, desk.clock())
    assert (await attempt(totp=code)).status_code == 200
    assert (await attempt(totp=code)).status_code == 401
    desk.clock.advance(timedelta(seconds=30))
    assert (await attempt(totp=code)).status_code == 401
    assert (await attempt()).status_code == 200


async def test_a_code_used_twice_at_the_same_moment_counts_once(attempt: Attempt) -> None:
    answers = await asyncio.gather(*(attempt() for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_the_code_before_and_after_count_and_no_others(
    desk: Desk, attempt: Attempt, nurse: StaffAccount
) -> None:
    seconds = {-60: 401, -30: 200, 30: 200, 60: 401}
    statuses = {
        by: (
            await attempt(totp=totp_now(nurse.totp_secret, desk.clock() + timedelta(seconds=by)))
        ).status_code
        for by in seconds
    }
    assert statuses == seconds


async def test_five_failures_lock_the_account_for_fifteen_minutes(desk: Desk, attempt: Attempt) -> None:
    for _ in range(5):
        assert (await attempt(password="wrong")).status_code == 401
    desk.clock.advance(timedelta(minutes=14, seconds=59))
    assert (await attempt()).status_code == 401
    desk.clock.advance(timedelta(seconds=1))
    assert (await attempt()).status_code == 200
    assert [result for _, result in await results(desk.database)] == ["failed"] * 5 + ["locked", "ok"]


async def test_guesses_at_the_same_time_do_not_pass_the_lockout(desk: Desk, attempt: Attempt) -> None:
    await asyncio.gather(*(attempt(password="wrong") for _ in range(12)))
    assert sorted(result for _, result in await results(desk.database)) == ["failed"] * 5 + ["locked"] * 7
    assert (await attempt()).status_code == 401


async def test_a_success_starts_the_count_again(desk: Desk, attempt: Attempt) -> None:
    for _ in range(2):
        for _ in range(4):
            await attempt(password="wrong")
        desk.clock.advance(timedelta(seconds=60))
        assert (await attempt()).status_code == 200


async def test_attempts_are_limited_before_any_password_work(attempt: Attempt) -> None:
    statuses = [(await attempt(username="guess")).status_code for _ in range(21)]
    assert statuses == [401] * 20 + [429]


async def test_a_disabled_members_sessions_end(desk: Desk, attempt: Attempt, nurse: StaffAccount) -> None:
    """OWASP ASVS 7.4.2: access token, refresh token and page cookie at once; no new sign-in."""
    tokens = (await attempt()).json()
    bearer = {"Authorization": f"Bearer {tokens['accessToken']}"}
    page = await desk.page(nurse.id, "staff")
    desk.http.cookies.set("lc_session", page.cookie)
    assert (await desk.http.get("/staff/here")).status_code == 200
    async with desk.database.transaction() as session:
        await service.disable_staff(session, nurse.id, now=desk.clock(), revocations=desk.tools.revocations)
    assert (await desk.http.get("/staff/here", headers=bearer)).status_code == 401
    assert (await desk.http.get("/staff/here")).status_code == 401
    desk.http.cookies.clear()
    refreshed = await desk.http.post("/auth/refresh", json={"refreshToken": tokens["refreshToken"]})
    assert refreshed.status_code == 401
    desk.clock.advance(timedelta(seconds=30))
    assert (await attempt()).status_code == 401


async def test_staff_left_idle_must_sign_in_again(desk: Desk, attempt: Attempt) -> None:
    token = (await attempt()).json()["refreshToken"]
    for _ in range(2):
        desk.clock.advance(timedelta(minutes=59))
        token = (await desk.http.post("/auth/refresh", json={"refreshToken": token})).json()["refreshToken"]
    desk.clock.advance(timedelta(minutes=61))
    assert (await desk.http.post("/auth/refresh", json={"refreshToken": token})).status_code == 401


@pytest.mark.usefixtures("nurse")
async def test_a_user_name_is_given_once(desk: Desk) -> None:
    new = service.NewStaff(username="cliNIC ", password=PASSWORD, display_name="另一位", role="clinic")
    with pytest.raises(UsernameTaken):
        async with desk.database.transaction() as session:
            await service.create_staff(
                session, new, passwords=desk.tools.passwords, cipher=desk.cipher, now=desk.clock()
            )


async def test_the_audit_log_is_a_chain_that_the_database_guards(
    desk: Desk, nurse: StaffAccount, wang: PersonRow
) -> None:
    async def append(number: int) -> None:
        async with desk.database.transaction() as session:
            await service.append_audit(
                session,
                nurse.id,
                action="person.read",
                subject_ids=[wang.id],
                result=str(number),
                now=desk.clock(),
            )

    await asyncio.gather(*(append(number) for number in range(8)))
    async with desk.database.read() as session:
        rows = (await session.scalars(select(AuditEntryRow).order_by(col(AuditEntryRow.seq)))).all()
        assert [row.seq for row in rows] == list(range(1, 9))
        assert await service.broken_audit_entry(session) is None
    for harm in (
        "UPDATE audit_entry SET result = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
    ):
        with pytest.raises(DBAPIError, match="final"):
            async with desk.database.transaction() as session:
                await session.execute(text(harm))


async def test_a_changed_or_missing_entry_is_found(desk: Desk, nurse: StaffAccount) -> None:
    for _ in range(4):
        async with desk.database.transaction() as session:
            await service.append_audit(session, nurse.id, action="a", now=desk.clock())
    async with desk.database.transaction() as session:
        await session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        await session.execute(text("UPDATE audit_entry SET action = 'b' WHERE seq = 3"))
        assert await service.broken_audit_entry(session) == 3
        await session.execute(text("DELETE FROM audit_entry WHERE seq = 2"))
    async with desk.database.read() as session:
        assert await service.broken_audit_entry(session) == 2


async def test_a_check_goes_on_where_the_last_one_ended(desk: Desk, nurse: StaffAccount) -> None:
    async def harm(statement: str) -> None:
        async with desk.database.transaction() as session:
            await session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
            await session.execute(text(statement))

    async def check(*, anew: bool = False) -> tuple[int, int | None, datetime]:
        async with desk.database.transaction() as session:
            row = await service.check_audit(session, anew=anew, now=desk.clock())
            return row.seq, row.broken_at, row.whole_at

    async def append(count: int) -> None:
        for _ in range(count):
            async with desk.database.transaction() as session:
                await service.append_audit(session, nurse.id, action="a", now=desk.clock())

    began = desk.clock()
    assert await check() == (0, None, began)
    await append(3)
    desk.clock.advance(timedelta(hours=1))
    assert await check() == (3, None, began)
    await append(2)
    await harm("UPDATE audit_entry SET action = 'b' WHERE seq = 2")
    assert await check() == (5, None, began)  # it was whole when it was checked
    later = desk.clock()
    assert await check(anew=True) == (1, 2, later)
    assert await check() == (1, 2, later)  # told until every entry fits again
    await harm("UPDATE audit_entry SET action = 'a' WHERE seq = 2")
    assert await check(anew=True) == (5, None, later)
    await harm("DELETE FROM audit_entry WHERE seq = 5")
    assert await check() == (5, 5, later)
