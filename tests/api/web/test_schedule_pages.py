"""The schedule at the desk: copied, typed or read from a file, shown before it is published."""

from asyncio import to_thread
from datetime import date, timedelta
from pathlib import Path

from scenes.common.kit.clock import local_day, system_clock
from tests.api.test_cli import run
from tests.api.test_importing_places import KEYS
from tests.api.web.test_pages import said, sign_in_staff
from tests.support.clinic import TUESDAY
from tests.support.storefront import Browser, District

NEXT_WEEK = date(2026, 11, 30)
PUBLISH, DRAFT = "/staff/schedule/publish", "/staff/schedule/draft"


async def sessions(district: District) -> list[tuple[str, date, str]]:
    found = await district.rows(
        "SELECT d.name, s.day, s.period FROM clinic_session s JOIN doctor d ON d.id = s.doctor_id"
        " ORDER BY s.day, s.period, d.name"
    )
    return [(name, day, period) for name, day, period in found]


async def copied(browser: Browser, district: District) -> dict[str, str]:
    await sign_in_staff(browser, district)
    await browser.go(f"{DRAFT}?placeId={district.place}&week={NEXT_WEEK}&copy=true")
    return browser.form(DRAFT)


async def test_last_week_is_copied_shown_and_published_once(browser: Browser, district: District) -> None:
    form = await copied(browser, district)
    assert browser.page is not None
    assert "新排 1 个半天" in said(browser.page)
    assert await sessions(district) == [("李敏", TUESDAY, "am")]
    page = await browser.post(PUBLISH, form)
    assert "已发布 1 个半天" in said(page)
    assert await browser.post(PUBLISH, form) is browser.page
    expected = [("李敏", TUESDAY, "am"), ("李敏", TUESDAY + timedelta(days=7), "am")]
    assert await sessions(district) == expected
    page = await browser.go(f"{DRAFT}?placeId={district.place}&week={NEXT_WEEK}&copy=true")
    assert "已排过 1 个" in said(page)
    assert await sessions(district) == expected


async def test_what_was_changed_after_the_look_is_shown_again_with_all_that_was_typed(
    browser: Browser, district: District
) -> None:
    form = await copied(browser, district)
    page = await browser.post(PUBLISH, form | {"numbers-1": "7", "fee-1": "12.5"})
    assert page.status_code == 409
    assert "内容和刚才看到的不一样了" in said(page)
    assert browser.form(DRAFT)["numbers-1"] == "7"
    assert browser.form(DRAFT)["fee-1"] == "12.5"
    page = await browser.post(PUBLISH, browser.form(DRAFT))
    assert "约 0/7" in said(page)


async def test_wrong_lines_are_named_and_nothing_is_published(browser: Browser, district: District) -> None:
    form = await copied(browser, district)
    page = await browser.post(DRAFT, form | {"doctor-1": "李某某", "starts-1": "一早"})
    assert "没有「全科 李某某」这位医生" in said(page)
    assert "开始「一早」要像 8:00" in said(page)
    page = await browser.post(PUBLISH, browser.form(DRAFT))
    assert page.status_code == 409
    assert len(await sessions(district)) == 1


async def test_a_doctor_is_not_put_in_two_sessions_at_once(browser: Browser, district: District) -> None:
    form = await copied(browser, district)
    again = {name.replace("-1", "-2"): value for name, value in form.items() if name.endswith("-1")}
    page = await browser.post(
        DRAFT,
        form | again | {"line": ["1", "2"], "period-2": "下午", "ends-2": "11:00"},  # type: ignore[dict-item]
    )
    assert "同一时间已经有门诊" in said(page)


async def test_a_week_goes_out_as_a_file_and_comes_in_again(browser: Browser, district: District) -> None:
    await sign_in_staff(browser, district)
    file = await browser.http.get(f"/staff/schedule.csv?placeId={district.place}&week={TUESDAY}")
    assert file.text == (
        "\ufeff日期,时段,科室,医生,挂号费(元),开始,结束,总号数,给谁\r\n"
        f"{TUESDAY},上午,全科,李敏,0,10:00,11:00,,\r\n"
    )
    week = await browser.go(f"/staff/schedule?placeId={district.place}&week={NEXT_WEEK}")
    later = file.text.replace(str(TUESDAY), "2026-12-02") + "2026-12-02,夜里,全科,钱进,0,,,,\r\n"
    page = await browser.http.post(
        DRAFT,
        data=browser.form("/sign-out") | {"place_id": str(district.place), "week": str(NEXT_WEEK)},
        files={"file": ("排班.csv", later.removeprefix("\ufeff").encode("gb18030"))},
        headers={"Accept": "text/html", "Referer": str(week.url)},
    )
    words = said(page)
    assert "新排 1 个半天" in words
    assert "要改 1 行" in words
    assert "时段「夜里」只能是上午或下午" in words
    assert "第 3 行" in page.text


async def test_another_venues_schedule_is_not_there(browser: Browser, district: District) -> None:
    form = await copied(browser, district)
    other = str(district.other_place)
    for path in ("/staff/schedule", DRAFT, "/staff/schedule.csv"):
        assert (await browser.go(f"{path}?placeId={other}&week={NEXT_WEEK}")).status_code == 404
    await browser.go(f"{DRAFT}?placeId={district.place}&week={NEXT_WEEK}&copy=true")
    for path in (DRAFT, PUBLISH):
        assert (await browser.post(path, form | {"place_id": other})).status_code == 404
    assert len(await sessions(district)) == 1


async def test_the_engineer_publishes_a_file_and_wrong_lines_are_named(
    district: District, database_url: str, tmp_path: Path
) -> None:
    day = local_day(system_clock()) + timedelta(days=10)
    file = tmp_path / "shifts.csv"
    head = "日期,时段,科室,医生\n"
    file.write_text(f"{head}{day},上午,全科,钱进\n{day},夜里,全科,钱进\n", "utf-8")
    command = ("import", "schedule", str(file), "--place", str(district.place))
    where = {"DATABASE_URL": database_url} | KEYS
    wrong = await to_thread(run, tmp_path, *command, **where)
    assert wrong.stdout == (
        "line 3: error: 时段「夜里」只能是上午或下午\nshifts.csv: 1 new, 0 known, 1 wrong\n"
        "nothing was published\n"
    )
    file.write_text(f"{head}{day},上午,全科,钱进\n", "utf-8")
    published = await to_thread(run, tmp_path, *command, **where)
    assert published.stdout == "shifts.csv: 1 new, 0 known, 0 wrong\npublished 1\n"
    again = await to_thread(run, tmp_path, *command, **where)
    assert again.stdout == "shifts.csv: 0 new, 1 known, 0 wrong\npublished 0\n"
    assert await sessions(district) == [("李敏", TUESDAY, "am"), ("钱进", day, "am")]
