"""The elder pages without JavaScript: from home to a number in five taps, back, undo, help on every page."""

import re

import httpx
import pytest

from api.lifespan import House
from scenes.common.people.tables import PatientLinkRow
from tests.api.test_acting import let
from tests.api.web.test_pages import sign_in
from tests.support.storefront import PASSWORD, Browser, District

BUTTON = re.compile(
    r'<button class="(?:pick|btn)[^"]*" name="choice" value="([^"]+)">(.*?)</button>', re.DOTALL
)
HELP = '<a class="btn help" href="tel:12345">'


class Phone:
    """An elder's browser: reads a step, taps a button by its words."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @property
    def page(self) -> httpx.Response:
        assert self.browser.page is not None
        return self.browser.page

    @property
    def where(self) -> str:
        return self.page.url.path

    @property
    def title(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.page.text)
        assert found, self.page.text
        return re.sub(r"<[^>]+>", "", found[1]).replace(" ", "")

    async def go(self, path: str) -> None:
        self.shown(await self.browser.go(path))

    async def start(self, flow: str) -> None:
        self.shown(await self.browser.send(f"/elder/start/{flow}"))

    async def tap(self, words: str) -> None:
        plain = re.compile(r"<[^>]+>|\s")
        buttons = [(value, plain.sub("", label)) for value, label in BUTTON.findall(self.page.text)]
        found = [value for value, label in buttons if words in label]
        assert found, (words, buttons)
        self.shown(await self.browser.send(f"{self.where}/answers", choice=found[0]))

    async def back(self) -> None:
        self.shown(await self.browser.send(f"{self.where}/back"))

    def shown(self, page: httpx.Response) -> None:
        """Hold every page to what elders rely on: the style, one heading, help in its place."""
        assert page.status_code == 200, page.text
        assert 'data-ui="elder"' in page.text
        assert page.text.count("<h1") == 1
        assert HELP in page.text


@pytest.fixture
async def phone(browser: Browser, house: House) -> Phone:
    await house.directory.refresh()
    await sign_in(browser)
    return Phone(browser)


async def test_a_visitor_sees_the_home_and_signs_in_first(browser: Browser) -> None:
    page = await browser.go("/elder?uiStyle=standard")
    assert (page.status_code, 'data-ui="elder"' in page.text) == (200, True)
    assert browser.links(r"/sign-in\?next=/elder") == ["/sign-in?next=/elder"]
    answer = await browser.post("/elder/start/clinic", browser.form("/elder/start/clinic"))
    assert answer.url.path == "/sign-in"


async def test_five_taps_from_home_to_a_number(phone: Phone) -> None:
    await phone.go("/elder")
    assert phone.title.startswith("陈")
    await phone.start("clinic")
    for words in ("全科", "明天上午", "上午10点"):
        await phone.tap(words)
    assert phone.title == "这样约,对吗?"
    await phone.tap("对,就这样")
    assert phone.title == "约好了"
    assert "预约码" in phone.page.text
    await phone.go("/elder")
    assert "接着上次" not in phone.page.text


async def test_back_leads_through_the_questions_and_home(phone: Phone) -> None:
    await phone.go("/elder")
    await phone.start("clinic")
    await phone.tap("全科")
    first = phone.where
    await phone.back()
    assert phone.title == "您想去哪里看?"
    await phone.back()
    assert (phone.title, phone.where) == ("您想看什么?", first)
    await phone.back()
    assert (phone.where, "接着上次" in phone.page.text) == ("/elder", False)
    await phone.go(first)
    await phone.tap("全科")
    await phone.go("/elder")
    assert "您在办看病:全科" in phone.page.text
    await phone.start("my-bookings")
    await phone.go("/elder")
    assert f'href="{first}"' in phone.page.text


async def test_two_buttons_of_one_page_are_one_answer(phone: Phone, district: District) -> None:
    await phone.go("/elder")
    await phone.start("clinic")
    for words in ("全科", "明天上午", "上午10点"):
        await phone.tap(words)
    where = phone.where
    fields = phone.browser.form(f"{where}/answers")
    phone.shown(await phone.browser.post(f"{where}/answers", fields | {"choice": "yes"}))
    phone.shown(await phone.browser.post(f"{where}/answers", fields | {"choice": "yes"}))
    phone.shown(await phone.browser.post(f"{where}/answers", fields | {"choice": "no"}))
    assert phone.title == "约好了"
    assert await district.rows("SELECT state FROM booking") == [("confirmed",)]
    await phone.tap("不要了,撤销")
    assert phone.title == "撤销好了"


async def test_an_old_page_does_not_agree_to_what_changed(phone: Phone, district: District) -> None:
    await phone.go("/elder")
    await phone.start("clinic")
    for words in ("全科", "明天上午", "上午10点"):
        await phone.tap(words)
    where = phone.where
    old = phone.browser.form(f"{where}/answers")
    await phone.back()
    await phone.tap("上午10点半")
    phone.shown(await phone.browser.post(f"{where}/answers", old | {"choice": "yes"}))
    assert phone.title == "这样约,对吗?"
    assert "内容变了,请再看一遍。" in phone.page.text
    assert await district.rows("SELECT state FROM booking") == []


async def test_a_sentence_leads_on_or_says_it_was_not_understood(phone: Phone) -> None:
    await phone.go("/elder")
    phone.shown(await phone.browser.send("/elder/say", text="今天天气真好"))
    assert phone.title == "没有听明白。请选一个。"
    phone.shown(await phone.browser.send("/elder/say", text="我要挂号看医生"))
    assert phone.title == "您想看什么?"


@pytest.mark.parametrize(
    ("text", "title", "first"),
    [
        ("给老王约明天上午看全科", "没有听全。听到了:看病,全科,明天上午。请选一个。", "clinic"),
        ("帮老王取消明天的全科", "没有听全。听到了:我约好的,取消,全科,明天。请选一个。", "my-bookings"),
        (
            "后天早上7点半两根油条给老李",
            "没有听全。听到了:早饭,油条2份,后天早上7点半。请选一个。",
            "breakfast",
        ),
    ],
)
async def test_what_was_half_heard_is_told_and_its_room_comes_first(
    phone: Phone, district: District, text: str, title: str, first: str
) -> None:
    await phone.go("/elder")
    phone.shown(await phone.browser.send("/elder/say", text=text))
    assert phone.title == title
    assert re.findall(r'action="/elder/start/([a-z-]+)"', phone.page.text)[0] == first
    assert await district.rows("SELECT id FROM booking") == []


@pytest.mark.parametrize("text", ["我摔倒了", "胸口痛", "救命"])
async def test_an_emergency_leads_to_the_alarm_and_presses_nothing(
    phone: Phone, district: District, text: str
) -> None:
    await phone.go("/elder")
    answer = await phone.browser.send("/elder/say", text=text)
    assert answer.url.path == "/eldercare/sos"
    assert await district.rows("SELECT id FROM sos_alarm") == []


async def test_asking_for_a_call_reaches_the_desk_with_the_draft(
    phone: Phone, district: District, client: httpx.AsyncClient
) -> None:
    await phone.go("/elder")
    await phone.start("clinic")
    await phone.tap("全科")
    await phone.tap("请人打给我")
    assert "我们会打电话给您" in phone.page.text
    client.cookies.clear()
    desk = phone.browser
    await desk.go("/staff/sign-in?next=/staff/callbacks")
    page = await desk.send("/staff/sign-in", username="clinic", password=PASSWORD, totp=district.totp())
    assert ("陈*英" in page.text, "看什么:全科" in page.text) == (True, True)
    [action] = set(re.findall(r'action="(/staff/callbacks/[^"]+/take)"', page.text))
    page = await desk.send(action)
    assert ("陈秀英" in page.text, "tel:13800138000" in page.text) == (True, True)
    page = await desk.send(action.replace("/take", "/done"))
    assert "现在没有人在等电话。" in page.text


async def test_the_elder_sees_who_is_helping_and_the_helper_for_whom(
    phone: Phone, district: District, house: House, client: httpx.AsyncClient
) -> None:
    daughter = await district.resident("陈梅", resident_no=2, has_account=True)
    await let(house.database, district.me, daughter.person_id, scopes=["book"], now=house.clock())
    client.cookies.clear()
    await phone.browser.go("/sign-in")
    await phone.browser.send("/sign-in", resident_no="2")
    client.cookies.set("lc_acting", str(district.me))
    await phone.go("/elder")
    assert "您正在替" in phone.page.text
    await phone.start("clinic")
    await phone.tap("全科")
    run = phone.where
    client.cookies.clear()
    await sign_in(phone.browser)
    for path in ("/elder", run):
        await phone.go(path)
        assert '<b class="nb">陈梅</b>正在帮您办' in phone.page.text
    async with house.database.transaction() as session:
        link = PatientLinkRow(
            account_id=daughter.person_id, person_id=district.me, relation="母亲", created_at=house.clock()
        )
        session.add(link)
    for path in ("/elder", run):
        await phone.go(path)
        assert '<b class="nb">女儿 陈梅</b>正在帮您办' in phone.page.text
    await phone.tap("明天上午")
    assert "正在帮您办" not in phone.page.text


async def test_the_elder_style_makes_the_elder_home_the_first_page(phone: Phone) -> None:
    page = await phone.browser.go("/?uiStyle=elder")
    assert page.url.path == "/elder"
    page = await phone.browser.go("/")
    assert page.url.path == "/elder"
    page = await phone.browser.go("/?uiStyle=standard")
    assert page.url.path == "/"
