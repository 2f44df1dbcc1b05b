"""Finds the pages of a running site by following its links, one or two of each kind, changing nothing.

Only links are followed, never a form; none to another site, none that signs out, deletes or downloads, none
that changes how all later pages look.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from scenes.common.kit.looks import LOOK_PARAMETERS

HTML: Final = {"Accept": "text/html"}
EACH: Final = 2
"""Addresses of one kind that are looked at, since the first may be the odd one."""
MOST: Final = 1500
"""Requests that one crawl makes at most."""

CHANGING: Final = frozenset({"sign-out", "signout", "log-out", "logout", "delete", "remove", "unsubscribe"})
"""Words of an address that does something when opened."""

CONSOLE: Final = "/staff"
ALARM: Final = "/staff/sos/…"

_OWN: Final = re.compile(r"/(?:[^/]*\d[^/]*|[^/]{25,})(?=/|$)")
"""What in a path names one thing, and not a kind of page: a number, an identifier, a token."""


class _Links(HTMLParser):
    """Gathers where a page's links lead, without those that say that they do something else."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a link."""
        given = dict(attrs)
        if tag == "a" and given.get("href") and not given.keys() & {"download", "data-method"}:
            self.hrefs.append(given["href"] or "")


def kind_of(path: str) -> str:
    """Name the kind of page behind a path: what names one thing in it counts as any such thing."""
    return _OWN.sub("/…", path) or "/"


def console_kind(path: str) -> str | None:
    """Name the kind of a page of the staff's console; none outside it, and none for a call for help.

    Opening one of those tells the person who calls that somebody has seen it.
    """
    name = kind_of(path)
    return name if in_console(path) and name != ALARM else None


def in_console(path: str) -> bool:
    """Tell whether a path is of the staff's console."""
    return path == CONSOLE or path.startswith(f"{CONSOLE}/")


def links_of(page: str, url: str) -> list[str]:
    """List where a page leads within its own site, as path and query, without what changes things."""
    links, here = _Links(), urlsplit(url)
    links.feed(page)
    there = [urlsplit(urljoin(url, href)) for href in links.hrefs]
    own = [each for each in there if (each.scheme, each.netloc) == (here.scheme, here.netloc)]
    return [address for each in own if leaves_all_alone(address := _within(each.path, each.query))]


def leaves_all_alone(address: str) -> bool:
    """Tell whether an address may be opened: it changes neither what is kept nor how later pages look."""
    parts = urlsplit(address)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    words = {*parts.path.casefold().split("/"), *(word.casefold() for pair in asked for word in pair)}
    return not words & CHANGING and not {name for name, _ in asked} & {*LOOK_PARAMETERS}


async def crawl(
    http: httpx.AsyncClient,
    starts: Iterable[str],
    *,
    kind: Callable[[str], str | None] = kind_of,
    each: int = EACH,
) -> dict[str, list[str]]:
    """Follow links from some addresses of a client's site; return those that showed a page, by their kind.

    `kind` names the kind of page behind a path, None for what is not to be opened. Redirects are links.
    """
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    waiting = deque(starts)
    while waiting and len(seen) < MOST:
        address = waiting.popleft()
        name = kind(urlsplit(address).path or "/")
        if name is None or address in seen or len(found.get(name, ())) >= each:
            continue
        seen.add(address)
        answer = await http.get(address, headers=HTML, follow_redirects=False)
        if answer.has_redirect_location:
            waiting.extendleft(_onwards(answer))
        elif answer.headers.get("content-type", "").startswith("text/html"):
            if answer.is_success:
                found.setdefault(name, []).append(address)
            waiting.extend(links_of(answer.text, str(answer.url)))
    return found


def _onwards(answer: httpx.Response) -> list[str]:
    """Return where a redirect leads, unless to another site."""
    here, there = answer.url, answer.url.join(answer.headers["location"])
    same = (here.scheme, here.netloc) == (there.scheme, there.netloc)
    return [_within(there.path, there.query.decode())] if same else []


def _within(path: str, query: str) -> str:
    return f"{path or '/'}?{query}" if query else path or "/"
