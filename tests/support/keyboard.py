"""Somebody at a desk without a mouse: keys only, and the focus looked at after each."""

from playwright.async_api import Page

_SEEN = """() => {
  const held = document.activeElement;
  if (!held || held === document.body) return "nothing has the focus";
  const box = held.getBoundingClientRect(), style = getComputedStyle(held);
  const what = held.outerHTML.slice(0, 160);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)
    return `the focus is not to be seen: ${what}`;
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return inside && box.width > 0 && box.height > 0 ? "" : `the focus is off the screen: ${what}`;
}"""
_DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
"""A page gives its first field the focus only when it is drawn, which the next key can be ahead of."""

FAR = 40
"""No way by Tab may be longer than this."""


class Keyboard:
    """A page that is reached by keys alone; every step fails where the focus is lost or not to be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0

    async def seen(self) -> None:
        """Hold the page to a focus that is there, drawn and on the screen."""
        lost = await self.page.evaluate(_SEEN)
        assert lost == "", (lost, self.page.url)

    async def at(self, selector: str) -> bool:
        """Tell whether the focus is on what a selector names."""
        return await self.page.evaluate("s => document.activeElement.matches(s)", selector)

    async def press(self, key: str) -> None:
        """Press a key."""
        self.steps += 1
        await self.page.keyboard.press(key)

    async def tab_to(self, selector: str, most: int = FAR) -> int:
        """Tab until something has the focus; answer how often that was."""
        for taken in range(most + 1):
            if await self.at(selector):
                await self.seen()
                return taken
            await self.press("Tab")
            if await self.at("body"):  # past the page's end, where a browser's own bar comes, and round again
                await self.press("Tab")
            await self.seen()
        raise AssertionError(f"{selector} is more than {most} times Tab away on {self.page.url}")

    async def type(self, words: str) -> None:
        """Type into what has the focus."""
        assert await self.at("input, textarea"), self.page.url
        await self.seen()
        await self.page.keyboard.type(words)

    async def go(self, key: str, *, to: str) -> None:
        """Press a key that opens another page, and wait for it; `to` is a pattern of addresses."""
        before = await self.page.evaluate("performance.timeOrigin")
        await self.press(key)
        await self.page.wait_for_function("was => performance.timeOrigin !== was", arg=before)
        await self.page.wait_for_url(to)
        await self.page.wait_for_load_state("domcontentloaded")
        await self.page.evaluate(_DRAWN)
