"""What a page weighs on the way: bytes over the wire of all it asks for, with an empty cache.

`python -m tests.support.page_weight http://localhost:8000 /places /clinic` prints the table;
`--resident N` signs in first, `--elder` looks in elder mode, `--2g` measures the first content at 50 KB/s.
"""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from playwright.async_api import Browser, BrowserContext, CDPSession, Page

from tests.support.demo_district import chromium, phone, sign_in

SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
"""A slow 2G: 50 KB/s down, 300 ms each way."""

PAGES = ("/", "/places", "/search?q=yake", "/clinic", "/breakfast", "/charging", "/eldercare", "/preferences")


class Weight(NamedTuple):
    """A page's bytes on the wire, headers included, its requests, and ms to its first content when asked."""

    path: str
    bytes: int
    requests: int
    first_content_ms: int | None


class Scales:
    """Weighs the pages of one browser context."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self._context = context
        self._url = url

    async def weigh(self, path: str, *, slow: bool = False) -> Weight:
        """Open a page with an empty cache and add up what came; the worker's own fetches do not count."""
        page = await self._context.new_page()
        try:
            devtools = await self._context.new_cdp_session(page)
            sizes = await _listen(devtools, slow=slow)
            await page.goto(f"{self._url}{path}", wait_until="networkidle")
            first = await _first_content(page) if slow else None
            return Weight(path, round(sum(sizes)), len(sizes), first)
        finally:
            await page.close()


async def _listen(devtools: CDPSession, *, slow: bool) -> list[float]:
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await devtools.send("Network.enable")
    await devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await devtools.send("Network.setBypassServiceWorker", {"bypass": True})
    if slow:
        await devtools.send("Network.emulateNetworkConditions", SLOW)
    return sizes


async def _first_content(page: Page) -> int:
    at: Any = await page.evaluate(
        "performance.getEntriesByName('first-contentful-paint').map((each) => each.startTime)[0]"
    )
    return round(at)


async def weights(  # noqa: PLR0913 - one fact each
    browser: Browser,
    url: str,
    paths: Sequence[str],
    *,
    resident: int | None = None,
    elder: bool = False,
    slow: bool = False,
) -> list[Weight]:
    """Weigh pages one after the other, as a visitor or as a demo resident."""
    async with phone(browser) as context:
        page = await context.new_page()
        if resident is not None:
            await sign_in(page, url, resident)
        await page.goto(f"{url}/preferences?uiStyle={'elder' if elder else 'standard'}")
        await page.close()
        scales = Scales(context, url)
        return [await scales.weigh(path, slow=slow) for path in paths]


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("url")
    asked.add_argument("paths", nargs="*", default=PAGES)
    asked.add_argument("--resident", type=int)
    asked.add_argument("--elder", action="store_true")
    asked.add_argument("--2g", dest="slow", action="store_true")
    given = asked.parse_args()

    async def weighed() -> list[Weight]:
        async with chromium() as browser:
            return await weights(
                browser, given.url, given.paths, resident=given.resident, elder=given.elder, slow=given.slow
            )

    found = asyncio.run(weighed())
    for each in found:
        first = f"{each.first_content_ms:>7} ms" if each.first_content_ms is not None else ""
        print(f"{each.bytes / 1000:>7.1f} KB {each.requests:>3} requests {first}  {each.path}")  # noqa: T201


if __name__ == "__main__":
    main()
