"""A district with one clinic behind the whole app, and a browser's manners: forms, cookies, redirects."""

import re
from collections.abc import Mapping
from datetime import datetime, time
from html import unescape
from typing import Any
from uuid import UUID

import httpx

from api.lifespan import House
from scenes.common.people.service import NewStaff, create_staff
from scenes.common.people.tokens.factors import totp_now
from tests.support.clinic import TUESDAY, Clinic

HTML = {"Accept": "text/html"}
PASSWORD = "correct horse battery"

_FORM = re.compile(r"<form\b(?P<head>[^>]*)>(?P<body>.*?)</form>", re.DOTALL)
_FIELD = re.compile(r"<(?:input|button)\b[^>]*>")
_ATTRIBUTE = re.compile(r'(\w[\w-]*)(?:="([^"]*)")?')


class Browser:
    """Looks at pages and sends their forms, as a browser without JavaScript does."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.page: httpx.Response | None = None

    async def go(self, path: str) -> httpx.Response:
        """Open a page, following redirects."""
        self.page = await self.http.get(path, headers=HTML, follow_redirects=True)
        return self.page

    def links(self, pattern: str) -> list[str]:
        """Find the addresses on the page that match."""
        assert self.page is not None
        return [unescape(href) for href in re.findall(rf'href="({pattern})"', self.page.text)]

    def form(self, action: str) -> dict[str, str]:
        """Read the fields of the form with this action as they would be sent untouched.

        An action with a query is also found by its path alone.
        """
        assert self.page is not None
        for found in _FORM.finditer(self.page.text):
            given = unescape(dict(_ATTRIBUTE.findall(found["head"])).get("action", ""))
            if action in {given, given.partition("?")[0]}:
                return _fields(found["body"])
        raise AssertionError(f"no form {action} on {self.page.url}")

    def action(self, ending: str) -> str:
        """Find the one form whose address ends so."""
        assert self.page is not None
        heads = [dict(_ATTRIBUTE.findall(found["head"])) for found in _FORM.finditer(self.page.text)]
        [found] = [action for head in heads if (action := unescape(head.get("action", ""))).endswith(ending)]
        return found

    async def send(self, action: str, **typed: str) -> httpx.Response:
        """Fill a form in and send it, following redirects."""
        return await self.post(action, self.form(action) | typed)

    async def post(self, action: str, data: Mapping[str, str | list[str]]) -> httpx.Response:
        """Send fields to an address, following redirects."""
        assert self.page is not None
        headers = HTML | {"Referer": str(self.page.url)}
        self.page = await self.http.post(action, data=dict(data), headers=headers, follow_redirects=True)
        return self.page


async def signed_in_at_desk(http: httpx.AsyncClient, name: str, secret: str, now: datetime) -> Browser:
    """Sign a member of staff in with both factors."""
    browser = Browser(http)
    await browser.go("/staff/sign-in")
    code = totp_now(secret, now)
    page = await browser.send("/staff/sign-in", username=name, password=PASSWORD, totp=code)
    assert page.url.path != "/staff/sign-in", page.text
    return browser


def _fields(body: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for tag in _FIELD.findall(body):
        facts = dict(_ATTRIBUTE.findall(tag))
        chosen = facts.get("type") != "radio" or "checked" in facts
        if tag.startswith("<input") and "name" in facts and chosen:
            fields[facts["name"]] = unescape(facts.get("value", ""))
    return fields


class District(Clinic):
    """The clinic with a resident to sign in as, staff at its desk, and numbers to book."""

    async def move_in(self, house: House, **shift: Any) -> UUID:
        """Let resident 1 move in, hire `clinic` with both factors, publish a morning; answer the session."""
        await self.furnish()
        me = await self.resident("陈秀英", resident_no=1, has_account=True, phone="13800138000")
        self.me = me.person_id
        async with self.database.transaction() as session:
            account = await create_staff(
                session,
                NewStaff(
                    username="clinic", password=PASSWORD, display_name="前台", role="clinic",
                    place_ids=frozenset({self.place}),
                ),
                passwords=house.sign_in_tools.passwords,
                cipher=house.cipher,
                now=self.clock(),
            )  # fmt: skip
        self.totp_secret = account.totp_secret
        facts = {"starts": time(10), "ends": time(11), "day": TUESDAY} | shift
        return await self.session_of(self.shift(**facts))

    def totp(self) -> str:
        """Read the authenticator."""
        return totp_now(self.totp_secret, self.clock())
