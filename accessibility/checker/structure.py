"""Verdicts on a page as a whole: what it is made of, what it does by itself, where its help is."""

import re
from collections.abc import Iterator
from typing import Final

from accessibility.checker.measured import Finding, Page, Setting

SELLING: Final = re.compile(
    r"限时抢购|秒杀|免费领取?|点击领取|抢红包|领红包|中奖|恭喜您(?:获得|中)|立即下载|下载APP|仅剩\d+(?:件|份|个名额)|广告|推广|贷款|"
    r"分享给好友(?:得|领)",
    re.IGNORECASE,
)
MACHINE_TIME: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?|\d{2}:\d{2}:\d{2}")
LATIN: Final = re.compile(r"[A-Za-z]{2,}")


def _page(criterion: str, seen: str, needed: str, path: str = "html") -> Finding:
    return Finding(criterion=criterion, path=path, seen=seen, needed=needed)


def bones(page: Page, _setting: Setting) -> Iterator[Finding]:
    """WCAG 1.3.1, 2.4.2, 3.1.1: one h1, one main, a title, the language; and zooming is never forbidden."""
    if page.headings != 1:
        yield _page("WCAG 1.3.1", f"{page.headings} h1", "one h1")
    if page.mains != 1:
        yield _page("WCAG 1.3.1", f"{page.mains} main landmarks", "one main")
    if not page.title.strip():
        yield _page("WCAG 2.4.2", "no title", "a title")
    if not page.lang.startswith("zh"):
        yield _page("WCAG 3.1.1", f"lang={page.lang!r}", "lang=zh…")
    if not page.zoomable:
        yield _page("WCAG 1.4.4", "the viewport forbids zooming", "zooming allowed")


def colour_alone(page: Page, _setting: Setting) -> Iterator[Finding]:
    """APP 1.4: colour is never the only cue: of a link in a sentence, of a state."""
    for link in page.links:
        if link.coloured and not link.marked:
            yield Finding(
                criterion="APP 1.4", path=link.path, seen="a link marked by colour alone",
                needed="an underline",
                text=link.text,
            )  # fmt: skip
    for dot in page.dots:
        yield _page("APP 1.4", "a coloured spot without a word", "a word beside it", dot.path)


def captchas(page: Page, _setting: Setting) -> Iterator[Finding]:
    """APP 1.5: a picture to decipher has another way beside it."""
    for captcha in page.captchas:
        if not captcha.other:
            yield _page("APP 1.5", "a captcha", "a text or voice alternative", captcha.path)


def fingers(page: Page, _setting: Setting) -> Iterator[Finding]:
    """APP 2.2: nothing needs three fingers."""
    for kind in page.watched.fingers:
        yield _page("APP 2.2", f"a {kind} handler for three fingers or more", "at most two", "script")


def by_itself(page: Page, _setting: Setting) -> Iterator[Finding]:
    """APP 2.3, WCAG 2.2.1: the screen does not change before its reader is done."""
    if page.refresh:
        yield _page("APP 2.3", f"refreshes itself ({page.refresh})", "changes when asked", "meta")
    for kind in page.watched.timers:
        yield _page("APP 2.3", f"a {kind} leaves the page", "changes when asked", "script")
    for path in page.moving:
        yield _page("APP 2.3", "moves or plays by itself", "starts when asked", path)


def entry(page: Page, setting: Setting) -> Iterator[Finding]:
    """APP 3.1: the home page and the settings lead to 长辈版, by that name."""
    if setting.entry and not page.entry:
        yield _page("APP 3.1", "no way to 长辈版", "an entry named 长辈版 (or back, 标准版)")


def readers(page: Page, _setting: Setting) -> Iterator[Finding]:
    """APP 4.1: a screen reader finds whatever a finger finds."""
    for path in page.muted:
        yield _page("APP 4.1", "hidden from screen readers, but usable", "not hidden", path)


def selling(page: Page, _setting: Setting) -> Iterator[Finding]:
    """APP 5.1: no advertising, no inducing buttons, nothing of others' on the page."""
    for found in SELLING.findall(page.said):
        yield _page("APP 5.1", f"「{found}」", "no advertising, no inducing words", "body")
    for frame in page.frames:
        yield _page("APP 5.1", f"a frame of {frame[:60]}", "nothing of others", "iframe")


def words(page: Page, setting: Setting) -> Iterator[Finding]:
    """Ours: dates and hours as people say them, and no English abbreviations for elders."""
    if setting.staff:
        return
    for found in MACHINE_TIME.findall(page.said):
        yield _page("wording", f"「{found}」", "as people say it: 11月24日 星期二 上午9点半", "body")
    if setting.elder:
        for found in sorted(set(LATIN.findall(page.said))):
            yield _page("wording", f"「{found}」", "a Chinese word", "body")


def help_there(page: Page, setting: Setting) -> Iterator[Finding]:
    """WCAG 3.2.6: a person is one tap away on every page for residents."""
    if not setting.staff and not any(each.fixed for each in page.help):
        yield _page("WCAG 3.2.6", "no telephone link in the footer", "help in the same place on every page")


def help_place(page: Page, setting: Setting) -> tuple[float, float] | None:
    """Return where help stands in the elder's window (left, from the bottom), to compare pages by."""
    found = next((each for each in page.help if each.fixed), None)
    return (found.left, found.fromBottom) if found is not None and setting.elder else None
