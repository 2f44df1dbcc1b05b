"""Calling for help through the whole application, as phones and the desk do."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from scenes.common.kit.caller import Resident, Staff
from scenes.eldercare.jobs_sos import climb
from tests.support.clock import AdjustableClock
from tests.support.sos import Household
from tests.support.whole import API, Whole, good, is_local, refusal, staff_of


@pytest.fixture
async def household(house: Any, clock: AdjustableClock) -> Household:
    household = Household(house.database, clock, house.cipher)
    await household.move_in()
    return household


@pytest.fixture
def desk(household: Household) -> Staff:
    return household.staff


async def tap(whole: Whole, who: Resident, **body: Any) -> dict[str, Any]:
    answer = await whole.post("/eldercare/sos", who, json=body)
    return good(answer, 201)


async def go_on(whole: Whole, household: Household, seconds: float) -> None:
    household.clock.advance(timedelta(seconds=seconds))
    await climb(whole.house.works())


async def test_a_tap_needs_nothing_but_the_person(household: Household, whole: Whole) -> None:
    headers = whole.bearer(household.elder)
    answer = await whole.http.post(f"{API}/eldercare/sos", headers=headers)
    shown = good(answer, 201)
    assert shown | {"id": "", "steps": []} == {
        "id": "", "state": "pending", "drill": False, "source": "tap", "round": 1, "rung": 0,
        "raisedAt": shown["raisedAt"], "undoUntil": shown["undoUntil"], "words": "马上就要叫人了。",
        "speak": "马上就要叫人了。", "advise120": False, "call": ["120", "12345"], "actions": ["cancel"],
        "steps": [],
    }  # fmt: skip
    assert is_local(shown["raisedAt"])
    again = await whole.http.post(f"{API}/eldercare/sos", headers=headers, content=b"not json")
    assert good(again, 200)["id"] == shown["id"]


@pytest.mark.parametrize(
    "body",
    [
        {"lat": 999, "lng": 121}, {"lat": "31", "lng": "121"}, {"lat": 31.2}, {"note": 7}, {"new": True},
        {"lat": None, "lng": None, "note": None}, {"lat": True, "lng": False, "note": "\u0000"}, [1], "摔倒",
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_left_out_and_never_refused(
    household: Household, whole: Whole, body: Any
) -> None:
    good(await whole.post("/eldercare/sos", household.elder, key=None, json=body), 201)


@pytest.mark.parametrize(
    ("at", "told"),
    [({}, "枣阳路12弄3号401室"), ({"lat": 31.25, "lng": 121.41}, "")],
    ids=["home", "elsewhere"],
)
async def test_who_comes_reads_the_street_and_door(
    household: Household, whole: Whole, desk: Staff, at: dict[str, float], told: str
) -> None:
    await household.lives_at(household.elder, "枣阳路12弄3号401室")
    alarm = await tap(whole, household.elder, **at)
    await go_on(whole, household, 10)
    assert good(await whole.get(f"/staff/sos/{alarm['id']}", desk))["home"] == "枣阳路12弄3号401室"
    assert "枣阳路" not in (await whole.get("/staff/sos", desk)).text
    own = f"/eldercare/sos/{alarm['id']}"
    assert refusal(await whole.get(own, household.daughter)) == (404, "not_found")  # not called yet
    await go_on(whole, household, 60)
    assert good(await whole.get(own, household.daughter))["address"] == told
    assert "枣阳路" not in (await whole.get("/eldercare/sos", household.daughter)).text
    page = await whole.http.get(own, headers=whole.bearer(household.daughter))
    assert (page.status_code, "住在" in page.text, "枣阳路" in page.text) == (200, bool(told), bool(told))


async def test_the_same_moment_later_from_the_tap_to_the_result(
    household: Household, whole: Whole, desk: Staff
) -> None:
    alarm = await tap(whole, household.elder, lat=31.25, lng=121.41, note="摔了")
    path = f"/staff/sos/{alarm['id']}"
    assert good(await whole.get("/staff/sos", desk)) == {"open": [], "closed": []}
    assert refusal(await whole.get(path, desk)) == (404, "not_found")
    await go_on(whole, household, 10)
    listed = good(await whole.get("/staff/sos", desk))["open"]
    assert [(line["state"], line["rung"], line["name"]) for line in listed] == [("calling", 1, "陈*英")]
    assert "lat" not in str(listed)
    whole_alarm = good(await whole.get(path, desk))
    assert whole_alarm["place"] == {"lat": 31.25, "lng": 121.41, "source": "phone"}
    assert (whole_alarm["phone"], whole_alarm["note"]) == ("13800138000", "摔了")
    assert whole_alarm["actions"] == ["answer", "attend"]
    await go_on(whole, household, 60)
    called = good(await whole.get("/eldercare/sos", household.daughter))["items"]
    assert [(call["id"], call["name"], call["place"]) for call in called] == [(alarm["id"], "陈秀英", None)]
    own = f"/eldercare/sos/{alarm['id']}"
    assert good(await whole.get(own, household.daughter))["place"]["lat"] == 31.25
    assert "place" not in good(await whole.get(own, household.elder))
    assert refusal(await whole.get(own, household.stranger)) == (404, "not_found")
    good(await whole.post(f"{own}/answer", household.daughter))
    good(await whole.post(f"{own}/attend", household.daughter))
    assert good(await whole.get(own, household.elder))["words"] == "有人在您身边了。"
    done = good(await whole.post(f"{path}/close", desk, json={"result": "helped", "note": "送回家"}))
    assert (done["state"], done["answeredAfterSeconds"], done["result"]) == ("closed", 70, "helped")
    receipts = good(await whole.get(path, desk))["receipts"]
    assert {(r["rung"], r["target"], r["channel"]) for r in receipts} >= {
        (1, "desk", "desk"), (2, "kin", "ladder"), (2, "kin", "inbox"),
    }  # fmt: skip


async def test_undo_and_i_am_fine_are_one_call(household: Household, whole: Whole, desk: Staff) -> None:
    alarm = await tap(whole, household.elder)
    path = f"/eldercare/sos/{alarm['id']}/cancel"
    assert refusal(await whole.post(path, household.stranger)) == (404, "not_found")
    household.clock.advance(timedelta(seconds=9))
    assert good(await whole.post(path, household.elder))["state"] == "cancelled"
    assert good(await whole.post(path, household.elder))["state"] == "cancelled"
    late = await tap(whole, household.elder)
    assert late["id"] != alarm["id"]
    await go_on(whole, household, 10)
    fine = good(await whole.post(f"/eldercare/sos/{late['id']}/cancel", household.elder))
    assert (fine["state"], fine["actions"]) == ("calling", ["fine"])
    assert good(await whole.get("/staff/sos", desk))["open"][0]["saysFine"]


async def test_a_drill_never_says_call_120(household: Household, whole: Whole, desk: Staff) -> None:
    asked = {"personId": str(household.elder.person_id)}
    drill = good(await whole.post("/staff/sos/drills", desk, json=asked), 201)
    assert good(await whole.post("/staff/sos/drills", desk, json=asked), 201)["id"] == drill["id"]
    for seconds in (10, 60, 60, 120):
        await go_on(whole, household, seconds)
    shown = good(await whole.get(f"/eldercare/sos/{drill['id']}", household.elder))
    assert (shown["rung"], shown["advise120"], shown["call"]) == (5, False, [])
    assert shown["words"] == "这是演练。真有急事才打120。"


async def test_the_figures_and_their_table(household: Household, whole: Whole, desk: Staff) -> None:
    alarm = await tap(whole, household.elder)
    await go_on(whole, household, 10)
    good(await whole.post(f"/staff/sos/{alarm['id']}/answer", desk))
    figures = good(await whole.get("/staff/sos/figures", desk))
    assert [(s["withinSeconds"], s["reached"], s["of"]) for s in figures["answered"]] == [
        (60, 1, 1), (180, 1, 1),
    ]  # fmt: skip
    table = (await whole.get("/staff/sos/report.csv", desk)).content.decode("utf-8-sig").splitlines()
    assert table[1].startswith(f"{alarm['id']},,按键,2026-11-23T09:00:00+08:00,10.0,1,")
    assert table[-4] == "应答,60,1,1,1000,975"
    drills = good(await whole.get("/staff/sos/figures", desk, drill=True))
    assert drills["answered"][0]["of"] == 0


async def test_nobody_else_works_on_alarms(household: Household, whole: Whole) -> None:
    clinic = staff_of("clinic")
    for path in ("/staff/sos", "/staff/sos/figures", "/staff/sos/report.csv", f"/staff/sos/{uuid4()}"):
        assert refusal(await whole.get(path, clinic)) == (403, "forbidden")
    assert refusal(await whole.get("/staff/sos", household.elder)) == (403, "forbidden")
    assert refusal(await whole.post("/eldercare/sos", None)) == (401, "unauthenticated")
