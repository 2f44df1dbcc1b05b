"""What is held about a person: no table is forgotten, all of it can be had, and erasing leaves no name."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from api.holdings import HOLDINGS
from api.tables import METADATA
from scenes.common.kit import holdings
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.notices import service as notices
from scenes.common.notices.rules import Facts
from scenes.common.people import service as people
from tests.support.clock import AdjustableClock
from tests.support.storefront import District
from tests.support.whole import API, Whole, good, refusal, resident_of

NAMING = {
    "person_id", "booked_by", "payer_id", "owner_id", "account_id", "requested_by", "raised_by", "started_by",
    "principal_id", "delegate_id",
}  # fmt: skip
NOT_SHOWN = {
    "idempotency": "answers given before, gone after a while and at the erasure",
    "assist_code": "a digest, good for minutes, gone at the erasure",
}


HOME = "兰溪路100号3楼302室"


async def test_no_table_that_names_a_person_is_forgotten() -> None:
    read = " ".join(holding.query for holding in HOLDINGS)
    naming = {
        table.name for table in METADATA.sorted_tables if NAMING & {column.name for column in table.columns}
    }
    forgotten = {name for name in naming - NOT_SHOWN.keys() if f"FROM {name} " not in f"{read} "}
    assert forgotten == set(), "say in the part's holdings.py what is held there and what erasing does"


async def test_every_statement_is_right(
    database: Database, cipher: FieldCipher, clock: AdjustableClock
) -> None:
    async with database.transaction() as session:
        nobody = uuid4()
        found = await holdings.gather(session, nobody, HOLDINGS, cipher=cipher)
        assert found == {holding.name: [] for holding in HOLDINGS}
        assert await holdings.unfinished(session, nobody, HOLDINGS, now=clock()) == []
        await holdings.forget(session, nobody, HOLDINGS, cipher=cipher, now=clock())


@pytest.fixture
async def district(whole: Whole, clock: AdjustableClock, forgotten: None) -> District:
    assert forgotten is None
    district = District(whole.house.database, clock, whole.house.cipher)
    district.session_id = await district.move_in(whole.house)
    return district


async def window_of(district: District) -> str:
    return str((await district.rows("SELECT id FROM booking_window ORDER BY starts_at LIMIT 1"))[0][0])


async def anywhere(database: Database, words: str) -> list[str]:
    """Name the tables where words stand in any column, as the database itself writes rows down."""
    found: list[str] = []
    async with database.transaction() as session:
        for table in METADATA.sorted_tables:
            query = text(f'SELECT EXISTS (SELECT 1 FROM "{table.name}" t WHERE t::text LIKE :words)')  # noqa: S608 - our own names
            if await session.scalar(query, {"words": f"%{words}%"}):
                found.append(table.name)
    return found


async def live(whole: Whole, district: District) -> tuple[UUID, str]:
    """Let resident 1 book, be told something and help a daughter; answer them and the booking."""
    me, by = district.me, resident_of(district.me)
    daughter = await district.resident("陈梅", resident_no=2, has_account=True, phone="13700009876")
    body = {"windowId": await window_of(district), "reason": "陈秀英头晕"}
    made = good(await whole.post("/clinic/appointments", by, json=body), 201)
    asked = {"scopes": ["view"], "until": "2026-12-20T00:00:00+08:00", "phone": "13700009876", "name": "陈梅"}
    good(await whole.post("/me/delegates", by, json=asked), 201)
    good(await whole.http.patch(f"{API}/me", headers=whole.bearer(by), json={"address": HOME}), 200)
    async with district.database.transaction() as session:
        await people.set_consents(session, me, wanted={"health": True}, now=district.clock())
        await notices.tell(
            session, me, dedupe="x", template="family_given", facts=Facts(title="陈秀英"),
            now=district.clock(),
        )  # fmt: skip
    assert daughter.person_id != me
    return me, made["id"]


async def test_everything_held_is_handed_out_opened(whole: Whole, district: District) -> None:
    me, booking_id = await live(whole, district)
    answer = await whole.get("/me/export", resident_of(me))
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    data: dict[str, list[dict[str, Any]]] = good(answer)["data"]
    [person] = data["person"]
    assert (person["name"], person["phone"], person["address"]) == ("陈秀英", "13800138000", HOME)
    assert "phone_index" not in person
    assert [(row["id"], row["note"]) for row in data["bookings"]] == [(booking_id, "陈秀英头晕")]
    assert [row["state"] for row in data["delegations"]] == ["active"]
    assert [row["subject"] for row in data["consents"]] == ["health"]
    assert data.keys() == {holding.name for holding in HOLDINGS}


async def test_one_is_forgotten_once_nothing_is_unfinished(
    whole: Whole, district: District, clock: AdjustableClock
) -> None:
    me, booking_id = await live(whole, district)
    tokens = good(await whole.http.post(f"{API}/auth/demo", json={"residentNo": 1}))
    bearer = {"Authorization": f"Bearer {tokens['accessToken']}"}
    refused = await whole.http.post(f"{API}/me/erasure", headers=bearer)
    assert refusal(refused) == (409, "erasure_refused")
    assert refused.json()["detail"] == "还有没办完的事:还有没办完的预约。办完才能注销。"
    good(await whole.post(f"/bookings/{booking_id}/cancel", resident_of(me)))
    clock.advance(timedelta(minutes=1))

    gone = await whole.http.post(f"{API}/me/erasure", headers=bearer)
    assert gone.status_code == 204

    again = await whole.http.get(f"{API}/me", headers=bearer)
    assert refusal(again) == (401, "unauthenticated")
    renewed = await whole.http.post(f"{API}/auth/refresh", json={"refreshToken": tokens["refreshToken"]})
    assert refusal(renewed) == (401, "unauthenticated")
    assert (await whole.http.post(f"{API}/auth/demo", json={"residentNo": 1})).status_code == 404
    assert await anywhere(district.database, "陈秀英") == []
    assert (
        await district.rows("SELECT 1 FROM person WHERE id = :me AND address_sealed IS NOT NULL", me=me) == []
    )
    kept = await district.rows("SELECT state, person_id FROM booking")
    assert [tuple(row) for row in kept] == [("cancelled", me)]
    assert [tuple(row) for row in await district.rows("SELECT state FROM delegation")] == [("revoked",)]
    assert await district.rows("SELECT 1 FROM consent WHERE withdrawn_at IS NULL") == []


async def test_the_file_is_not_made_by_the_dozen(whole: Whole, district: District) -> None:
    answers = [await whole.get("/me/export", resident_of(district.me)) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429]
    assert json.loads(answers[0].content)["data"]["person"][0]["id"] == str(district.me)
