"""Both modes reach the same: whoever walks the links of one finds every action the other one offers."""

import re
from collections import Counter, deque
from html.parser import HTMLParser
from itertools import count
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from accessibility.journeys import FLOWS, MY_BOOKINGS

OLD = 75
"""An age at which every service for elders is open to somebody."""

MOST_STEPS = 8
ALIKE = 4
"""Pages of one kind that are looked at: two stations, or two requests, need not offer the same."""

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OWN = ("/bookings/", "/eldercare/requests/")
"""One's own things are all looked at: each offers what its state allows."""

PASSING = {"/me/inbox/{}/read"}
"""What is offered only while a notice is unread; one may come between two walks."""

ELSEWHERE = ("/api", "/docs", "/design", "/static", "/staff", "/elder/audio")


class Reader(HTMLParser):
    """What a page offers: its style, where its links lead, and what its forms send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.style = ""
        self.links: list[str] = []
        self.acts: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.style = given.get("data-ui", "")
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form" and given.get("method") == "post":
            self.acts.add(kind_of(given["action"]))


def kind_of(address: str) -> str:
    """Name a page or an act whatever it is about."""
    return ID.sub("{}", urlsplit(address).path)


class Walker:
    """Follows every link of one style; what would switch to the other style is left alone."""

    def __init__(self, http: httpx.AsyncClient, style: str) -> None:
        self.http = http
        self.style = style
        self.acts: set[str] = set()
        self.pages: set[str] = set()
        self._seen: set[str] = set()
        self._alike: Counter[str] = Counter()

    async def walk(self, start: str) -> None:
        waiting = deque([start])
        while waiting:
            address = waiting.popleft().partition("#")[0]
            if self.worth(address):
                waiting.extend(await self.read(address))

    def worth(self, address: str) -> bool:
        """Tell whether a page is another one, of this style, and of a kind not looked at often enough."""
        asked = urlsplit(address)
        if not address.startswith("/") or asked.path.startswith(ELSEWHERE) or address in self._seen:
            return False
        if "uiStyle=" in asked.query and f"uiStyle={self.style}" not in asked.query:
            return False
        self._seen.add(address)
        kind = f"{kind_of(address)} {sorted(part.partition('=')[0] for part in asked.query.split('&'))}"
        self._alike[kind] += 1
        return asked.path.startswith(OWN) or self._alike[kind] <= ALIKE

    async def read(self, address: str) -> list[str]:
        answer = await self.http.get(address)
        assert answer.status_code < 500, (address, answer.status_code)
        if answer.status_code != 200 or "html" not in answer.headers["content-type"]:
            return []
        page = Reader(answer.text)
        assert page.style == self.style or kind_of(address).startswith("/elder"), address
        self.pages.add(kind_of(str(answer.url)))
        self.acts |= page.acts
        return page.links


async def busy_resident(url: str) -> int:
    """Let an old resident have one of everything, so that what can be done with it is offered."""
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False, timeout=20) as http:
        for number in count(1):
            signed = (await http.post("/auth/demo", json={"residentNo": number})).json()
            if signed["person"]["age"] >= OLD:
                break
        http.headers["Authorization"] = f"Bearer {signed['accessToken']}"
        for flow in FLOWS.flows:
            if flow is not MY_BOOKINGS:
                await go_through(http, flow.name)
        return number


async def go_through(http: httpx.AsyncClient, flow: str) -> None:
    """Go through a flow by what it offers first."""
    step = (await http.post(f"/elder/flows/{flow}")).json()
    for _ in range(MOST_STEPS):
        choice = "yes" if step["confirm"] else step["choices"][0]["id"]
        path, key = f"/elder/flows/{step['runId']}/answers", uuid4().hex
        answer = await http.post(path, json={"choice": choice}, headers={"Idempotency-Key": key})
        assert answer.status_code == 200, answer.text
        step = answer.json()
        if step["state"] == "done":
            return
    raise AssertionError(step)


async def walked(url: str, number: int, *, style: str) -> Walker:
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20, follow_redirects=True) as http:
        form = await http.get("/sign-in")
        fields = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', form.text))
        signed = await http.post(
            "/sign-in", data=fields | {"resident_no": str(number)}, headers={"Origin": url}
        )
        assert signed.status_code == 200, signed.text
        walker = Walker(http, style)
        await walker.walk(f"/?uiStyle={style}")
        return walker


async def test_what_can_be_done_in_one_style_can_be_done_in_the_other(demo: tuple[str, str]) -> None:
    url, _ = demo
    number = await busy_resident(url)
    standard = await walked(url, number, style="standard")
    elder = await walked(url, number, style="elder")
    flows = {act for act in elder.acts if act.startswith("/elder/")}
    assert flows >= {f"/elder/start/{flow.name}" for flow in FLOWS.flows}
    assert elder.acts - flows - PASSING == standard.acts - PASSING
    assert (elder.pages - standard.pages, standard.pages - elder.pages) == ({"/elder", "/elder/all"}, {"/"})
