"""A nurse's morning at the desk by keyboard alone: no mouse, the focus seen at every step."""

import re
from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Page

from tests.api.web.test_journey import factors
from tests.scenes.common.payments.conftest import until
from tests.support.keyboard import Keyboard

DESK = {"width": 1280, "height": 800}
MARCH = 14
"""Days ahead within which a health centre holds surgery."""


@pytest.fixture
async def keys(page: Page) -> Keyboard:
    await page.set_viewport_size(DESK)  # pyright: ignore[reportArgumentType]
    return Keyboard(page)


async def sign_in(keys: Keyboard, url: str, folder: str, role: str) -> None:
    password, totp = factors(folder, role)
    await keys.page.goto(f"{url}/staff")
    await keys.type(role)
    await keys.press("Tab")
    await keys.type(password)
    await keys.press("Tab")
    await keys.type(totp)
    await keys.go("Enter", to="**/staff")
    await keys.seen()
    await keys.go("Enter", to="**/staff/board?**")


async def nothing_asked(_: str) -> bool:
    return True


async def a_working_day(keys: Keyboard, *, fits: Callable[[str], Awaitable[bool]] = nothing_asked) -> None:
    """Go to the next day on which somebody holds surgery, and that `fits`, a date."""
    for _ in range(MARCH):
        await keys.press("Escape")
        await keys.tab_to("nav[aria-label=哪一天] a:last-child")
        await keys.go("Enter", to="**/staff/board**")
        await keys.seen()
        surgery = await keys.page.locator("a[href*='/staff/closures']").count()
        if surgery and await fits(httpx.URL(keys.page.url).params["date"]):
            return
    raise AssertionError("no surgery in sight")


async def free_windows(http: httpx.AsyncClient, place: str, day: str) -> list[str]:
    """List a day's numbers that anybody can book now: none of tomorrow's once booking ahead has closed."""
    found = await http.get("/clinic/sessions", params={"placeId": place, "date": day})
    return [
        window["id"] for each in found.json()["items"] if each["state"] == "open"
        for window in each["windows"] if window["free"] and window["audience"] == "public"
    ]  # fmt: skip


async def booked_code(url: str, place: str, day: str) -> str:
    """Book a number of the day as resident 3, pay where it costs something; answer the slip's code."""
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False, timeout=20) as http:

        async def post(path: str, body: object = None) -> dict[str, str]:
            answer = await http.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
            assert answer.is_success, answer.text
            return answer.json()

        signed = await post("/auth/demo", {"residentNo": 3})
        http.headers["Authorization"] = f"Bearer {signed['accessToken']}"
        window = (await free_windows(http, place, day))[0]
        booking = await post("/clinic/appointments", {"windowId": window})
        if booking["state"] == "held":
            payment = await post("/payments", {"bookingId": booking["id"], "method": "sandbox"})
            await post(f"/sandbox/payments/{payment['id']}/approve")

            async def paid() -> bool:
                return (await http.get(f"/bookings/{booking['id']}")).json()["state"] == "confirmed"

            await until(paid)
        return booking["code"]


async def check_in(keys: Keyboard, code: str) -> None:
    assert await keys.at("#known")
    await keys.type("00000000")
    await keys.go("Enter", to="**/staff/redeem")
    assert await keys.at("#known"), "a refused code is typed again at once"
    await keys.press("Control+A")
    await keys.type(code)
    await keys.go("Enter", to="**/staff/board**done=*")
    assert await keys.at("#known")
    assert "号" in await keys.page.locator(".result .code").inner_text()


async def walk_in(keys: Keyboard) -> None:
    await keys.press("Escape")
    await keys.go("w", to="**/staff/walk-in?**")
    await keys.type("周阿婆")
    await keys.press("Tab")
    await keys.type("13911113333")
    await keys.tab_to("input[name=window]", most=1)
    await keys.press("Space")
    while "的号" in await keys.page.evaluate("document.activeElement.closest('label').innerText"):
        await keys.press("ArrowDown")  # past those kept for the old and for signed residents
        await keys.seen()
    await keys.go("Enter", to="**/staff/walk-in?**")
    assert await keys.at("[role=alert]"), "what is wrong comes first"
    await keys.tab_to("#born")
    await keys.page.keyboard.type("03011948")  # the order of the browser's own language, here English
    await keys.tab_to("input[name=sex]")
    await keys.press("Space")
    await keys.go("Enter", to=re.compile(r"/staff/walk-in/[0-9a-f-]{36}$"))  # pyright: ignore[reportArgumentType]
    assert await keys.at(".slip")
    assert "周*婆" in await keys.page.locator(".slip").inner_text()


async def publish(keys: Keyboard) -> None:
    """Copy a week that has sessions into the first one after it that lacks some of them."""
    await keys.go("s", to="**/staff?to=schedule")
    await keys.seen()
    await keys.go("Enter", to="**/staff/schedule?**")
    for _ in range(8):
        await keys.go("k", to="**/staff/schedule?**week=*")
        if not await keys.page.locator(".week tbody tr th").count():
            break
    await keys.press("c")
    await keys.go("Enter", to="**/staff/schedule/draft?**")
    assert await keys.at("section[role=status]")
    assert "还没有发布" in await keys.page.locator("section[role=status]").inner_text()
    await keys.press("p")
    assert await keys.at("button[formaction='/staff/schedule/publish']")
    await keys.seen()
    await keys.go("Enter", to="**/staff/schedule?**done=*")
    assert await keys.at(".done")
    assert re.search(r"已发布 \d+ 个半天", await keys.page.locator(".done").inner_text())


async def stop(keys: Keyboard) -> None:
    await keys.go("t", to="**/staff")
    await keys.go("Enter", to="**/staff/board?**")
    await a_working_day(keys)
    await keys.tab_to("a[href*='/staff/closures']")
    await keys.go("Enter", to="**/staff/closures?**")
    await keys.type("医生临时有事")
    await keys.go("Enter", to="**/staff/closures/preview")
    assert "会影响" in await keys.page.evaluate("document.activeElement.innerText")
    await keys.tab_to(".danger", most=1)
    await keys.go("Enter", to="**/staff/closures")
    assert "取消了" in await keys.page.evaluate("document.activeElement.innerText")


async def test_a_nurses_morning_by_keyboard_alone(demo: tuple[str, str], keys: Keyboard) -> None:
    url, folder = demo
    await sign_in(keys, url, folder, "clinic")
    place = httpx.URL(keys.page.url).params["placeId"]

    async def bookable(day: str) -> bool:
        async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False, timeout=20) as http:
            return bool(await free_windows(http, place, day))

    await a_working_day(keys, fits=bookable)
    query = httpx.URL(keys.page.url).params
    await check_in(keys, await booked_code(url, query["placeId"], query["date"]))
    await walk_in(keys)
    await publish(keys)
    await stop(keys)
    await keys.go("i", to="**/staff/stats")
    await keys.tab_to("#since")
    assert keys.steps < 200


async def test_single_keys_are_told_never_fire_while_typing_and_can_be_turned_off(
    demo: tuple[str, str], keys: Keyboard
) -> None:
    url, folder = demo
    await sign_in(keys, url, folder, "district")  # a second factor counts once
    await keys.type("is?")
    assert await keys.page.input_value("#known") == "is?"
    await keys.press("Escape")
    assert await keys.page.input_value("#known") == "is?"
    await keys.press("?")
    assert await keys.page.locator("dialog").is_visible()
    await keys.press("i")
    await keys.tab_to("[data-keys-on]")
    await keys.press("Space")
    await keys.press("Escape")
    assert not await keys.page.locator("dialog").is_visible()
    board = keys.page.url
    for key in ("i", "s", "?"):
        await keys.press(key)
    assert (keys.page.url, await keys.page.locator("dialog").is_visible()) == (board, False)
    await keys.tab_to("[data-keys-open]")
    await keys.press("Enter")
    await keys.tab_to("[data-keys-on]")
    await keys.press("Space")
    await keys.press("Escape")
    await keys.go("i", to="**/staff/stats")
    await keys.page.goto(f"{url}/staff/keys")
    assert await keys.page.locator("kbd").first.inner_text() == "t"
