"""Signing in through a district's own pages with a browser, as one of the demo's residents or its staff."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec

from accessibility.checker.browser import looking
from accessibility.checker.measured import Setting
from scenes.common.people.tokens.factors import STEP_SECONDS, totp_now

if TYPE_CHECKING:
    from playwright.async_api import Browser
    from playwright.async_api import Page as Tab

Cookies = list[dict[str, Any]]
Now = Callable[[], datetime]

RESIDENTS: Final = "/sign-in"
STAFF: Final = "/staff/sign-in"


class NotLetIn(Exception):  # noqa: N818 - it says in one line who was not let in
    """The district does not know whoever was to sign in, or does not answer."""


class StaffLogin(msgspec.Struct, frozen=True):
    """Both factors of a member of staff: the password, and the secret of the authenticator (base32)."""

    username: str
    password: str
    secret: str


async def as_resident(browser: "Browser", site: str, number: int) -> Cookies:
    """Sign in as the demo's resident of a number; return the cookies it gave (NotLetIn)."""
    async with looking(browser, Setting()) as tab:
        if not await _let_in(tab, f"{site}{RESIDENTS}", {"#no": str(number)}):
            msg = f"resident {number} was not let in at {site}: is it a demo district with so many?"
            raise NotLetIn(msg)
        return await _cookies(tab)


async def as_staff(browser: "Browser", site: str, login: StaffLogin, *, now: Now) -> Cookies:
    """Sign in as a member of staff; return the cookies it gave (NotLetIn).

    A code counts once. Where that of this half minute was used already, the next one counts too, since the
    clocks of phones differ.
    """
    fields = {"#username": login.username, "#password": login.password}
    async with looking(browser, Setting()) as tab:
        for ahead in (0, STEP_SECONDS):
            code = totp_now(login.secret, now() + timedelta(seconds=ahead))
            if await _let_in(tab, f"{site}{STAFF}", fields | {"#totp": code}):
                return await _cookies(tab)
    msg = (
        f"{login.username} was not let in at {site}: is it the district of these settings? "
        "A code counts once; after two sign-ins wait a minute"
    )
    raise NotLetIn(msg)


async def _let_in(tab: "Tab", address: str, fields: dict[str, str]) -> bool:
    """Fill the sign-in page in and send it; tell whether it led on."""
    from playwright.async_api import Error  # noqa: PLC0415 - only who checks needs it

    try:
        await tab.goto(address)
        for field, value in fields.items():
            await tab.locator(field).fill(value)
        await tab.locator(f"form:has({next(iter(fields))}) button").first.click()
        await tab.wait_for_load_state()
    except Error as error:
        msg = f"{address} is no sign-in page: {error.message.splitlines()[0]}"
        raise NotLetIn(msg) from error
    return urlsplit(tab.url).path != urlsplit(address).path


async def _cookies(tab: "Tab") -> Cookies:
    return [dict(cookie) for cookie in await tab.context.cookies()]
