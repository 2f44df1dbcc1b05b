"""Consents are separate, dated, withdrawn at any time; and who is near a person."""

from datetime import timedelta
from typing import Any

from scenes.common.kit.ids import new_id
from scenes.common.people import service
from scenes.common.people.store import consents as store
from scenes.common.people.tables import DelegationRow, PatientLinkRow, PersonRow
from tests.support.people import Desk


def consent(*, given: bool, since: str | None = None) -> dict[str, Any]:
    return {"given": given, "since": since}


async def test_nothing_is_consented_by_silence(desk: Desk, wang: PersonRow) -> None:
    answer = await desk.http.get("/me/consents", headers=await desk.bearer(1))
    assert answer.json() == {"health": consent(given=False), "location": consent(given=False)}
    async with desk.database.transaction() as session:
        assert not await service.consented(session, wang.id, "health")


async def test_each_consent_is_given_by_itself_and_dated(desk: Desk, wang: PersonRow) -> None:
    bearer = await desk.bearer(1)
    answer = await desk.http.put("/me/consents", headers=bearer, json={"health": True})
    desk.clock.advance(timedelta(minutes=5))
    again = await desk.http.put("/me/consents", headers=bearer, json={"health": True})
    expected = {
        "health": consent(given=True, since="2026-11-23T09:00:00+08:00"),
        "location": consent(given=False),
    }
    assert [answer.json(), again.json()] == [expected, expected]
    async with desk.database.transaction() as session:
        assert await service.consented(session, wang.id, "health")
        assert not await service.consented(session, wang.id, "location")


async def test_a_withdrawal_counts_at_once_and_keeps_the_history(desk: Desk, wang: PersonRow) -> None:
    bearer = await desk.bearer(1)
    for given in (True, False, True, False):
        await desk.http.put("/me/consents", headers=bearer, json={"location": given})
        desk.clock.advance(timedelta(minutes=1))
    answer = await desk.http.get("/me/consents", headers=bearer)
    assert answer.json()["location"] == consent(given=False, since="2026-11-23T09:03:00+08:00")
    async with desk.database.transaction() as session:
        rows = await store.consents(session, wang.id)
        spans = [(row.given_at.minute, row.withdrawn_at and row.withdrawn_at.minute) for row in rows]
        assert spans == [(2, 3), (0, 1)]
        assert not await service.consented(session, wang.id, "location")


async def test_kin_are_delegates_first_then_accounts_and_nobody_twice(
    desk: Desk, wang: PersonRow, li: PersonRow, mei: PersonRow
) -> None:
    now = desk.clock()
    async with desk.database.transaction() as session:
        for number, account in enumerate((li, mei)):
            session.add(
                PatientLinkRow(
                    account_id=account.id,
                    person_id=wang.id,
                    relation="母亲",
                    created_at=now + timedelta(seconds=number),
                )
            )
        assert await service.kin_of(session, wang.id, now=now) == [li.id, mei.id]
        session.add(
            DelegationRow(
                id=new_id(), principal_id=wang.id, delegate_id=mei.id, scopes=["view"], state="active",
                asked_by="principal", asked_at=now, approved_at=now, until=now + timedelta(days=1),
            )
        )  # fmt: skip
        await session.flush()
        assert await service.kin_of(session, wang.id, now=now) == [mei.id, li.id]
        assert await service.kin_of(session, wang.id, now=now + timedelta(days=1)) == [li.id, mei.id]
