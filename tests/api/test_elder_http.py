"""Elder mode over HTTP: a number in a few taps, once; refusals become questions; drafts wait."""

import asyncio
from datetime import date, time, timedelta
from uuid import UUID

import httpx

from accessibility.flows import jobs
from accessibility.flows.tables import ElderRunRow
from api.app import compose
from api.lifespan import House
from api.settings import Settings
from tests.support.clock import AdjustableClock
from tests.support.elder_http import Elder, bookings, district, elder, take_all, to_the_card
from tests.support.storefront import District
from tests.support.whole import Whole, good, refusal

__all__ = ["district", "elder"]


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
