"""Elder mode over HTTP: a delegate, and the desk, go on where the elder stopped."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from scenes.common.kit.caller import Staff
from scenes.common.kit.ids import new_id
from scenes.common.people.tables import AssistRow
from tests.api.test_acting import let, on_behalf
from tests.support.clock import AdjustableClock
from tests.support.elder_http import Elder, district, elder, to_the_card
from tests.support.storefront import District
from tests.support.whole import API, Whole, good, refusal, resident_of, staff_of

__all__ = ["district", "elder"]


async def test_a_delegate_goes_on_in_her_name_and_both_see_it(
    elder: Elder, district: District, whole: Whole, clock: AdjustableClock
) -> None:
    daughter = await district.resident("陈梅")
    await let(district.database, district.me, daughter.person_id, scopes=["book"], now=clock())
    headers = on_behalf(whole, resident_of(daughter.person_id), district.me)
    url = f"{API}/elder/flows/clinic"
    step = good(await whole.http.post(url, headers=headers), 201)
    elder.seen(step)
    assert (await elder.look())["title"] == "您想看什么?"
    stranger = await district.resident("外人")
    seen = await whole.get(f"/elder/flows/{step['runId']}", resident_of(stranger.person_id))
    assert refusal(seen) == (404, "not_found")
    viewer = await district.resident("陈兰")
    await let(district.database, district.me, viewer.person_id, scopes=["view"], now=clock())
    other = on_behalf(whole, resident_of(viewer.person_id), district.me)
    assert refusal(await whole.http.post(url, headers=other)) == (403, "scope_missing")
    acts = good(await whole.get("/me/acts", elder.me))["items"]
    assert [act["words"] for act in acts] == ["替您开始办一件事"]


async def test_who_may_only_book_sees_nothing_that_is_booked(
    elder: Elder, district: District, whole: Whole, clock: AdjustableClock
) -> None:
    await to_the_card(elder)
    await elder.tap("yes")
    daughter = await district.resident("陈梅")
    await let(district.database, district.me, daughter.person_id, scopes=["book"], now=clock())

    async def begun(flow: str) -> dict[str, Any]:
        headers = on_behalf(whole, resident_of(daughter.person_id), district.me)
        return elder.seen(good(await whole.http.post(f"{API}/elder/flows/{flow}", headers=headers), 201))

    assert [each["label"] for each in (await begun("clinic"))["choices"]] == ["全科"]
    mine = await begun("my-bookings")
    assert ([each["id"] for each in mine["choices"]], "看全科" in mine["speak"]) == (["call-me"], False)


async def test_the_desk_finishes_a_draft_while_it_assists(
    elder: Elder, district: District, whole: Whole
) -> None:
    await elder.start()
    await elder.tap("全科")
    [[staff_id]] = await district.rows("SELECT id FROM staff")
    desk, run = Staff(staff_id, new_id(), "clinic", frozenset({district.place})), elder.step["runId"]
    headers = whole.bearer(desk) | {"On-Behalf-Of": str(district.me)}
    url = f"{API}/elder/flows/{run}"
    assert refusal(await whole.http.get(url, headers=headers)) == (403, "not_delegated")
    async with district.database.transaction() as session:
        at = district.clock()
        session.add(
            AssistRow(
                id=new_id(), staff_id=desk.staff_id, person_id=district.me, started_at=at,
                expires_at=at + timedelta(minutes=15),
            )
        )  # fmt: skip
    elder.seen(good(await whole.http.get(url, headers=headers)))
    for label in ("明天上午", "上午10点", "yes"):
        body, key = {"choice": elder.choice(label)}, {"Idempotency-Key": uuid4().hex}
        answer = await whole.http.post(f"{url}/answers", json=body, headers=headers | key)
        elder.seen(good(answer))
    assert elder.step["booking"]["person"]["id"] == str(district.me)
    done = await district.rows("SELECT action FROM audit_entry WHERE action = 'staff.assist.answerFlow'")
    assert len(done) == 6


async def test_the_desk_sees_who_waits_and_their_draft(
    elder: Elder, district: District, whole: Whole
) -> None:
    await elder.start()
    await elder.tap("全科")
    for _ in range(2):
        body = {"runId": elder.step["runId"]}
        good(await whole.post("/elder/call-me", elder.me, json=body))
    desk, colleague = staff_of("clinic", district.place), staff_of("eldercare")
    [card] = good(await whole.get("/staff/callbacks", desk))["items"]
    assert (card["person"], card["phone"], card["hands"], card["flow"]) == ("陈*英", None, "free", "看病")
    assert card["lines"] == ["看什么:全科", "去哪里:曹杨社区卫生服务中心", "还没有办完"]
    path = f"/staff/callbacks/{card['id']}"
    good(await whole.post(f"{path}/take", desk))
    [card] = good(await whole.get("/staff/callbacks", desk))["items"]
    assert (card["person"], card["phone"], card["hands"]) == ("陈秀英", "13800138000", "mine")
    assert refusal(await whole.post(f"{path}/take", colleague)) == (409, "call_taken")
    assert refusal(await whole.get("/staff/callbacks", staff_of("charging"))) == (403, "forbidden")
    good(await whole.post(f"{path}/done", desk))
    assert good(await whole.get("/staff/callbacks", desk))["items"] == []
    assert refusal(await whole.post(f"{path}/done", desk)) == (404, "not_found")
    audit = await district.rows(
        "SELECT action FROM audit_entry WHERE action LIKE 'staff.callback%' ORDER BY seq"
    )
    assert [row[0] for row in audit][:2] == ["staff.callbacks.read", "staff.callback.take"]
