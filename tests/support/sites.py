"""Every page of a running district, found by following links as each kind of reader."""

import re
from collections.abc import Iterable, Sequence
from time import time

import httpx
from litestar import Litestar
from litestar.routes import HTTPRoute
from pyotp import TOTP

from accessibility.checker.crawling import HTML, crawl
from scenes.common.kit.looks import UI_COOKIE

_PARAMETER = re.compile(r"\{[^}:]+:(\w+)\}")
_SHAPES = {"uuid": "[0-9a-f-]{36}", "int": r"\d+", "str": "[^/]+"}
_CSRF = re.compile(r'name="csrf" value="([^"]*)"')


def page_patterns(app: Litestar) -> dict[str, re.Pattern[str]]:
    """List the addresses of pages (GET, outside the API's document) with what matches them."""
    found: dict[str, re.Pattern[str]] = {}
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or not any(_is_page(handler) for handler in route.route_handlers):
            continue
        shape = _PARAMETER.sub(lambda kind: _SHAPES.get(kind[1], "[^/]+"), route.path)
        found[route.path] = re.compile(shape)
    return found


def _is_page(handler: object) -> bool:
    methods, shown = getattr(handler, "http_methods", set()), getattr(handler, "include_in_schema", True)
    return "GET" in methods and shown is False


def pattern_of(patterns: dict[str, re.Pattern[str]], path: str) -> str | None:
    """Name the pattern that an address follows; what is written out goes before what is a parameter."""
    if path in patterns:
        return path
    return next((name for name, shape in patterns.items() if shape.fullmatch(path)), None)


class Reader:
    """Somebody who follows links: signed in or not, in one of the two styles."""

    def __init__(self, url: str, *, ui: str = "standard") -> None:
        self.http = httpx.AsyncClient(base_url=url, headers=HTML, follow_redirects=True, timeout=30)
        self.http.cookies.set(UI_COOKIE, ui)
        self.ui = ui

    async def resident(self, number: int) -> "Reader":
        """Sign in as a resident of the demo."""
        page = await self.http.get("/sign-in")
        data = {"csrf": _csrf(page.text), "resident_no": str(number), "next": "/"}
        answer = await self.http.post("/sign-in", data=data)
        assert answer.status_code == httpx.codes.OK, answer.text
        return self

    async def staff(self, name: str, password: str, secret: str) -> "Reader":
        """Sign in at a desk with both factors."""
        page = await self.http.get("/staff/sign-in")
        data = {"csrf": _csrf(page.text), "username": name, "password": password,
                "totp": TOTP(secret).at(int(time())), "next": "/staff"}  # fmt: skip
        answer = await self.http.post("/staff/sign-in", data=data)
        assert answer.status_code == httpx.codes.OK, answer.text
        return self

    def cookies(self) -> list[dict[str, str]]:
        """Return the reader's cookies as a browser takes them."""
        url = str(self.http.base_url)
        return [{"name": each.name, "value": each.value or "", "url": url} for each in self.http.cookies.jar]

    async def crawl(
        self, starts: Iterable[str], patterns: dict[str, re.Pattern[str]]
    ) -> dict[str, list[str]]:
        """Follow links from some pages; return addresses that showed a page, by their pattern."""
        return await crawl(self.http, starts, kind=lambda path: pattern_of(patterns, path))


def _csrf(text: str) -> str:
    found = _CSRF.search(text)
    return found[1] if found else ""


def merged(*found: dict[str, list[str]]) -> dict[str, Sequence[str]]:
    """Join what several readers found."""
    joined: dict[str, dict[str, None]] = {}
    for pages in found:
        for name, addresses in pages.items():
            joined.setdefault(name, {}).update(dict.fromkeys(addresses))
    return {name: list(addresses) for name, addresses in joined.items()}
