"""Elder mode over HTTP: a number in a few taps, once; refusals become questions; drafts wait, undo works."""

import asyncio
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from accessibility.flows import jobs
from accessibility.flows.tables import ElderRunRow
from accessibility.speech.wording import abbreviations, too_long
from api.app import compose
from api.lifespan import House
from api.settings import Settings
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.ids import new_id
from scenes.common.people.tables import AssistRow
from tests.api.test_acting import let, on_behalf
from tests.support.clock import AdjustableClock
from tests.support.storefront import District
from tests.support.whole import API, Whole, good, refusal, resident_of, staff_of

STEP = {
    "runId", "title", "display", "speak", "audioUrl", "choices", "confirm", "booking", "progress", "help",
}  # fmt: skip


@pytest.fixture
async def district(whole: Whole, clock: AdjustableClock, forgotten: None) -> District:
    assert forgotten is None
    district = District(whole.house.database, clock, whole.house.cipher)
    district.session_id = await district.move_in(whole.house)
    await whole.house.directory.refresh()
    return district


class Elder:
    """Goes through a flow over HTTP, by the labels of the choices."""

    def __init__(self, whole: Whole, me: Resident) -> None:
        self.whole = whole
        self.me = me
        self.step: dict[str, Any] = {}

    async def start(self, flow: str = "clinic") -> dict[str, Any]:
        return self.seen(good(await self.whole.post(f"/elder/flows/{flow}", self.me), 201))

    async def say(self, text: str) -> Any:
        return good(await self.whole.post("/elder/say", self.me, json={"text": text}))

    async def tap(self, label: str, **more: Any) -> dict[str, Any]:
        return self.seen(good(await self.send(self.choice(label), **more)))

    async def send(self, choice: str, key: str | None = "", **more: Any) -> httpx.Response:
        path = f"/elder/flows/{self.step['runId']}/answers"
        return await self.whole.post(path, self.me, key=key, json={"choice": choice, **more})

    async def back(self) -> dict[str, Any]:
        return self.seen(good(await self.whole.post(f"/elder/flows/{self.step['runId']}/back", self.me)))

    async def look(self) -> dict[str, Any]:
        return self.seen(good(await self.whole.get(f"/elder/flows/{self.step['runId']}", self.me)))

    def choice(self, label: str) -> str:
        if label in {"yes", "no"}:
            assert self.step["confirm"] is not None, self.step
            return label
        choices = self.step["choices"]
        same = [each["id"] for each in choices if each["label"] == label]
        found = same or [each["id"] for each in choices if label in each["label"]]
        assert len(found) == 1, (label, self.step["choices"])
        return found[0]

    def seen(self, step: dict[str, Any]) -> dict[str, Any]:
        assert step.keys() >= STEP
        assert len(step["choices"]) <= 4
        assert 1 <= step["progress"]["at"] <= step["progress"]["of"]
        assert (too_long(step["speak"]), abbreviations(step["speak"])) == ([], [])
        self.step = step
        return step

    @property
    def labels(self) -> list[str]:
        return [each["label"] for each in self.step["choices"]]


@pytest.fixture
def elder(whole: Whole, district: District) -> Elder:
    return Elder(whole, resident_of(district.me))


async def to_the_card(elder: Elder) -> dict[str, Any]:
    await elder.start()
    await elder.tap("全科")
    await elder.tap("明天上午")
    return await elder.tap("上午10点")


async def bookings(district: District) -> list[Any]:
    return await district.rows("SELECT state FROM booking ORDER BY id")


async def test_a_number_in_five_taps_from_home(elder: Elder, district: District) -> None:
    home = good(await elder.whole.get("/elder/home", elder.me))
    built = {card["id"] for card in home["cards"] if card["flow"] == card["id"]}
    assert built == {"clinic", "breakfast", "eldercare", "charging", "my-bookings"}
    assert home["resume"] is None

    first = await elder.start()
    assert (first["title"], first["progress"]) == ("您想看什么?", {"at": 1, "of": 4})
    await elder.tap("全科")
    assert elder.labels == ["明天上午"]
    await elder.tap("明天上午")
    assert elder.step["title"] == "您想几点去?"
    card = await elder.tap("上午10点")
    assert card["confirm"]["lines"][:2] == ["明天(11月24日 星期二)上午10点", "全科 李敏医生"]
    assert await bookings(district) == []
    done = await elder.tap("yes")
    assert (done["title"], done["booking"]["state"], done["state"]) == ("约好了", "confirmed", "done")
    assert done["lines"][-1] == "带好医保卡和身份证。"
    assert done["progress"]["at"] == done["progress"]["of"]
    assert await bookings(district) == [("confirmed",)]


async def test_the_last_doctor_is_offered_first(elder: Elder) -> None:
    await to_the_card(elder)
    await elder.tap("yes")
    again = await elder.start()
    assert again["choices"][0]["label"] == "上次的李敏医生"
    await elder.tap("上次的李敏医生")
    assert elder.step["title"] == "您想哪一天去?"


async def test_two_taps_and_two_keys_make_one_booking(elder: Elder, district: District) -> None:
    await to_the_card(elder)
    answers = await asyncio.gather(
        *(elder.send("yes", key="the-same-key") for _ in range(3)), elder.send("yes")
    )
    steps = [good(answer) for answer in answers]
    assert {step["booking"]["id"] for step in steps if step["booking"]} == {steps[0]["booking"]["id"]}
    assert await bookings(district) == [("confirmed",)]
    again = await elder.send("yes", key="the-same-key")
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await elder.send("no", key="the-same-key")
    assert refusal(other) == (422, "idempotency_key_reused")


async def test_an_answer_to_a_question_that_is_past_changes_nothing(elder: Elder) -> None:
    await elder.start()
    what = elder.choice("全科")
    step = await elder.tap("全科")
    again = good(await elder.send(what))
    assert {**again, "version": 0} == {**step, "version": 0}
    assert refusal(await elder.send("nonsense:1")) == (400, "invalid")
    assert refusal(await elder.send("yes", key=None)) == (400, "idempotency_key_missing")


async def test_back_and_what_is_wrong(elder: Elder) -> None:
    await to_the_card(elder)
    await elder.tap("no")
    assert (elder.step["title"], elder.labels[-1]) == ("哪里不对?", "上午10点")
    await elder.tap("上午10点")
    assert elder.step["title"] == "您想几点去?"
    await elder.back()
    assert elder.step["title"] == "您想哪一天去?"
    await elder.back()
    assert elder.step["title"] == "您想去哪里看?"
    await elder.back()
    await elder.back()
    assert (elder.step["title"], elder.step["progress"]) == ("您想看什么?", {"at": 1, "of": 4})


async def test_words_answer_too(elder: Elder) -> None:
    await elder.start()
    path = f"/elder/flows/{elder.step['runId']}/answers"
    step = good(await elder.whole.post(path, elder.me, json={"text": "看星星"}))
    assert (step["title"], step["display"]) == ("您想看什么?", "没听明白,请点一个。")
    step = good(await elder.whole.post(path, elder.me, json={"text": "全科。"}))
    assert step["title"] == "您想哪一天去?"
    both = await elder.whole.post(path, elder.me, json={"text": "全科", "choice": "yes"})
    assert refusal(both) == (400, "invalid")


async def take_all(district: District, whole: Whole, session_id: UUID) -> None:
    """Let others book every number of a session that anybody can book now."""
    while True:
        now = district.clock()
        free = [w for w in (await district.view(session_id)).windows if w.free_at(now) > 0]
        open_now = [w for w in free if w.audience_at(now) == "public"]
        if not open_now:
            return
        other = await district.resident(f"路人{uuid4().hex[:4]}")
        good(await whole.post("/clinic/appointments", other, json={"windowId": str(open_now[0].id)}), 201)


async def test_what_went_meanwhile_becomes_a_question(elder: Elder, district: District, whole: Whole) -> None:
    afternoon = {"period": "pm", "starts": time(14), "ends": time(14, 30)}
    await district.session_of(district.shift("赵强", **afternoon))
    await to_the_card(elder)
    await take_all(district, whole, district.session_id)
    step = await elder.tap("yes")
    assert (step["state"], step["title"]) == ("asking", "您想哪一天去?")
    assert step["display"].startswith("这一场刚刚没有号了。请换一个。")
    assert elder.labels == ["明天下午", "明天上午"]
    assert [each["markText"] for each in step["choices"]] == ["有号", "约满了"]

    await elder.tap("明天上午")
    assert (elder.step["title"], elder.labels) == ("明天上午约满了。", ["排候补", "明天下午"])
    await elder.tap("排候补")
    assert elder.step["confirm"]["yes"] == "对,排候补"
    done = await elder.tap("yes")
    assert (done["title"], done["booking"], done["choices"]) == ("排上候补了", None, [])
    assert await district.rows("SELECT state FROM waitlist_entry") == [("waiting",)]


async def test_what_is_not_released_says_when(
    elder: Elder, district: District, clock: AdjustableClock
) -> None:
    clock.advance(timedelta(hours=-3))
    await district.session_of(district.shift("赵强", date(2026, 11, 30)))
    await elder.start()
    await elder.tap("全科")
    await elder.tap("11月30日上午")
    assert elder.step["title"] == "11月30日上午还没放号。"
    assert elder.labels == ["明天上午"]
    await elder.tap("明天上午")
    assert elder.step["title"] == "您想几点去?"


async def test_where_nothing_is_left_a_person_can_call(elder: Elder, clock: AdjustableClock) -> None:
    clock.advance(timedelta(days=3))
    await elder.start()
    await elder.tap("全科")
    assert (elder.step["choices"][0]["id"], elder.step["display"] != "") == ("call-me", True)
    await elder.tap("请人打给我")
    assert "我们会打电话给您" in elder.step["display"]


async def test_a_draft_goes_on_in_another_process(
    elder: Elder, district: District, settings: Settings, clock: AdjustableClock
) -> None:
    await elder.start()
    step = await elder.tap("全科")
    second = House(settings, clock)
    async with second.open():
        transport = httpx.ASGITransport(app=compose(second), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://other.test") as http:
            there = Elder(Whole(second, http), elder.me)
            home = good(await there.whole.get("/elder/home", elder.me))
            assert home["resume"]["runId"] == step["runId"]
            assert home["resume"]["label"].startswith("您在办看病:全科")
            there.step = step
            assert await there.look() == step
            await there.tap("明天上午")
            await there.tap("上午10点")
            await there.tap("yes")
    assert await bookings(district) == [("confirmed",)]
    assert (await elder.look())["state"] == "done"


async def test_killed_between_agreeing_and_booking_it_is_booked_once(
    elder: Elder, district: District
) -> None:
    await to_the_card(elder)
    run_id = UUID(elder.step["runId"])
    async with district.database.transaction() as session:
        row = await session.get(ElderRunRow, run_id)
        assert row is not None
        row.state = "acting"
    step = await elder.look()
    assert (step["state"], step["confirm"]["yes"]) == ("acting", "看看办好了没有")
    done = await elder.tap("yes")
    assert (done["state"], await bookings(district)) == ("done", [("confirmed",)])


async def test_a_run_is_kept_for_days_and_then_let_go(
    elder: Elder, whole: Whole, clock: AdjustableClock
) -> None:
    await elder.start()
    clock.advance(timedelta(hours=71))
    await jobs.sweep(whole.house.works())
    await elder.look()
    clock.advance(timedelta(hours=2))
    assert good(await whole.get("/elder/home", elder.me))["resume"] is None
    await jobs.sweep(whole.house.works())
    assert refusal(await whole.get(f"/elder/flows/{elder.step['runId']}", elder.me)) == (404, "not_found")


async def test_second_thoughts_for_ten_minutes(
    elder: Elder, district: District, clock: AdjustableClock
) -> None:
    await to_the_card(elder)
    done = await elder.tap("yes")
    assert (elder.labels, done["undoUntil"]) == (["不要了,撤销"], "2026-11-23T09:10:00+08:00")
    clock.advance(timedelta(minutes=9))
    undone = await elder.tap("撤销")
    assert (undone["state"], undone["title"], undone["lines"]) == (
        "undone", "撤销好了", ["已经取消了。没有收钱。"],
    )  # fmt: skip
    assert await bookings(district) == [("cancelled",)]
    again = good(await elder.send("undo"))
    assert (again["state"], await bookings(district)) == ("undone", [("cancelled",)])

    clock.advance(timedelta(minutes=1))
    await to_the_card(elder)
    await elder.tap("yes")
    clock.advance(timedelta(minutes=10))
    late = good(await elder.send("undo"))
    assert (late["state"], late["choices"], late["display"]) == (
        "done", [], "撤销的时间过了。要取消,请到「我约好的」。",
    )  # fmt: skip


async def test_what_is_booked_can_be_cancelled_and_taken_back(elder: Elder, district: District) -> None:
    await elder.start("my-bookings")
    assert (elder.step["title"], elder.labels) == ("您现在没有约好的事。", ["请人打给我"])
    await to_the_card(elder)
    await elder.tap("yes")
    await elder.start("my-bookings")
    assert elder.labels == ["明天上午10点 看全科 李敏"]
    await elder.tap("看全科")
    assert elder.step["title"] == "看全科 李敏"
    assert [link["label"] for link in elder.step["links"]] == ["看大字单子", "看详细"]
    card = await elder.tap("取消这个预约")
    assert card["title"] == "真的要取消吗?"
    await elder.tap("no")
    assert (elder.labels, await bookings(district)) == (["取消这个预约"], [("confirmed",)])
    await elder.tap("取消这个预约")
    done = await elder.tap("yes")
    assert (done["title"], await bookings(district)) == ("取消好了", [("cancelled",)])
    back = await elder.tap("撤销")
    assert (back["state"], back["lines"]) == ("undone", ["号还在,又给您约上了。"])
    assert await bookings(district) == [("cancelled",), ("confirmed",)]


async def test_taking_back_a_cancel_whose_number_went_says_so(
    elder: Elder, district: District, whole: Whole
) -> None:
    await to_the_card(elder)
    await elder.tap("yes")
    await take_all(district, whole, district.session_id)
    await elder.start("my-bookings")
    await elder.tap("看全科")
    await elder.tap("取消这个预约")
    await elder.tap("yes")
    step = await elder.tap("撤销")
    assert step["state"] == "done"
    assert "约满了" in step["display"]


async def test_one_sentence_leads_to_a_run_or_to_choices(elder: Elder, district: District) -> None:
    said = await elder.say("我要挂号")
    assert (said["understood"], said["step"]["flow"]) == (True, "clinic")
    lost = await elder.say("今天天气真好")
    assert (lost["understood"], lost["step"], len(lost["choices"])) == (False, None, 6)
    emergency = await elder.say("救命")
    assert [each["id"] for each in emergency["choices"]] == ["sos", "120"]
    assert (emergency["next"], lost["next"], said["next"]) == ("/eldercare/sos", None, None)
    assert await district.rows("SELECT id FROM sos_alarm") == []
    half = await elder.say("给老王约明天上午看全科")
    assert (half["understood"], half["step"]) == (False, None)
    assert await bookings(district) == []


async def test_a_whole_sentence_leads_to_the_card_and_one_tap_books(elder: Elder, district: District) -> None:
    said = await elder.say("明天上午看全科")
    assert said["understood"]
    card = elder.seen(said["step"])
    assert card["confirm"]["lines"][:2] == ["明天(11月24日 星期二)上午10点", "全科 李敏医生"]
    assert (card["progress"], await bookings(district)) == ({"at": 1, "of": 1}, [])
    await elder.tap("yes")
    assert await bookings(district) == [("confirmed",)]
    said = await elder.say("取消明天的预约")
    assert elder.seen(said["step"])["title"] == "真的要取消吗?"
    assert await bookings(district) == [("confirmed",)]


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


@pytest.mark.parametrize("text", ["不要挂号", "我昨天看过全科了", "全科多少钱", "给女儿汇款"])
async def test_what_is_no_wish_begins_nothing(elder: Elder, district: District, text: str) -> None:
    said = await elder.say(text)
    assert (said["understood"], said["step"]) == (False, None)
    assert await district.rows("SELECT 1 FROM elder_run") == []


async def test_a_number_for_somebody_else_is_not_booked_for_oneself(elder: Elder, district: District) -> None:
    elder.seen((await elder.say("给老伴挂明天上午10点的全科"))["step"])
    assert (elder.step["title"], elder.step["display"]) == ("给谁约?", "您的账户里还没有老伴。")
    assert [link["href"] for link in elder.step["links"]] == ["/me/patients/add"]
    assert await bookings(district) == []
