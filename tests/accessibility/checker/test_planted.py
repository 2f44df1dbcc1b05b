"""The checker is checked: each planted defect is found as just what it is, and a clean page is silent."""

from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser

from accessibility.checker.browser import axe_findings, browsing, checked, look_again, looking
from accessibility.checker.measured import Setting

ELDER = Setting(ui="elder", width=375, entry=True)
STYLE = """
*{box-sizing:border-box}
body{margin:0;font:400 24px/1.5 "Noto Sans CJK SC",sans-serif;color:#14212b;background:#fff}
main{padding:16px}h1{font-size:36px;margin:0 0 16px}p{margin:0 0 24px}
.btn{display:flex;align-items:center;justify-content:center;
  min-height:76px;width:100%;margin:0 0 16px;
  border:3px solid #14212b;  font:inherit;color:inherit;background:#fff}
footer{position:sticky;bottom:0;background:#fff;padding:12px 16px}
"""


def page(body: str = "", *, style: str = "", head: str = "", script: str = "", whole: str = "") -> str:
    """Return a page that is clean but for what is planted."""
    main = (
        whole
        or f"<main><h1>您想哪一天去?</h1><p>请选一个日子。</p>{body}<a class='btn' href='#a'>上午</a></main>"
    )
    return f"""<!doctype html><html lang="zh-CN" data-ui="elder"><head>
<meta charset="utf-8"><title>看病</title>
<meta name="viewport" content="width=device-width,initial-scale=1">{head}
<style>{STYLE}{style}</style></head>
<body><header><a class="btn" href="#standard">标准版</a></header>{main}
<footer><a class="btn" href="tel:12345">打电话给人工</a></footer><script>{script}</script></body></html>"""


PLANTED: dict[str, tuple[str, list[str]]] = {
    "clean": (page(), []),
    "small text": (page("<p style='font-size:17px'>小字。</p>"), ["APP 1.1"]),
    "serif": (page("<p style='font-family:serif'>宋体字。</p>"), ["APP 1.1"]),
    "a named serif": (page("<p style='font-family:SimSun,serif'>宋体字。</p>"), ["APP 1.1"]),
    "tight lines": (
        page("<p style='line-height:1.2'>这一段很长很长很长很长,要写两行才写得下。</p>"),
        ["APP 1.2"],
    ),
    "paragraphs without a gap": (page("<p style='margin:0'>一段。</p><p>又一段。</p>"), ["APP 1.2"]),
    "grey on white": (page("<p style='color:#767676'>灰字。</p>"), ["APP 1.3"]),
    "see-through text": (page("<p style='opacity:.5'>淡字。</p>"), ["APP 1.3"]),
    "white text on a gradient": (
        page("<p style='color:#fff;background:linear-gradient(#9cf,#fff)'>图上的字。</p>"),
        ["APP 1.3"],
    ),
    "a link by colour alone": (
        page("<p>请看<a href='#b' style='color:#0a3d62;text-decoration:none'>说明</a>再来。</p>"),
        ["APP 1.4"],
    ),
    "a state by colour alone": (
        page("<div><i style='display:block;width:16px;height:16px;background:red'></i></div>"),
        ["APP 1.4"],
    ),
    "a captcha": (page("<form><img src='data:,' alt='验证码' width='80' height='80'></form>"), ["APP 1.5"]),
    "a small target": (
        page("<a href='#s' style='display:block;width:50px;height:70px'>小</a><p></p>"),
        ["APP 2.1"],
    ),
    "a main action of 60 px": (
        page("<button class='btn' style='min-height:0;height:60px'>好</button>"),
        ["APP 2.1"],
    ),
    "a target that is covered": (
        page(
            "<div style='position:relative;margin-bottom:16px'>"
            "<a class='btn' href='#c' style='margin:0'>盖住</a>"
            "<div style='position:absolute;inset:0 0 40px 0'></div></div>"
        ),
        ["APP 2.1"],
    ),
    "targets that touch": (page("<a class='btn' href='#t' style='margin:0'>后天上午</a>"), ["gap"]),
    "three fingers": (
        page(script="document.body.addEventListener('touchstart',(e)=>{if(e.touches.length>=3)go()})"),
        ["APP 2.2"],
    ),
    "a page that refreshes itself": (page(head="<meta http-equiv='refresh' content='600'>"), ["APP 2.3"]),
    "a page that leaves by itself": (page(script="setTimeout(()=>{location.href='#x'},9e6)"), ["APP 2.3"]),
    "a dialog without a way out": (
        page("<div role='dialog' aria-label='提示' style='height:300px'>看这里。</div>"),
        ["APP 2.4"],
    ),
    "a dialog that closes in the middle": (
        page(
            "<div role='dialog' aria-label='提示' style='height:400px;padding:150px 0 0'>"
            "<button class='btn'>关闭</button></div>"
        ),
        ["APP 2.4"],
    ),
    "no way to 长辈版": (page().replace(">标准版<", ">首页<"), ["APP 3.1"]),
    "hidden from screen readers": (
        page("<div aria-hidden='true'><a class='btn' href='#h'>听不到</a></div>"),
        ["APP 4.1"],
    ),
    "inducing words": (page("<p>限时抢购,别错过。</p>"), ["APP 5.1"]),
    "a frame of others": (page("<iframe src='http://ads.invalid/' title='x'></iframe>"), ["APP 5.1"]),
    "wider than the window": (page("<div style='width:500px;height:9px'></div>"), ["WCAG 1.4.10"]),
    "text cut off": (
        page("<p style='height:40px;overflow:hidden'>这一段很长很长很长很长很长很长。</p>"),
        ["WCAG 1.4.4"],
    ),
    "text over text": (page("<p>下面一段。</p><p style='margin-top:-50px'>盖在上面。</p>"), ["overlap"]),
    "zoom forbidden": (
        page().replace("initial-scale=1", "initial-scale=1,user-scalable=no"),
        ["WCAG 1.4.4"],
    ),
    "two h1": (page("<h1>又一个</h1>"), ["WCAG 1.3.1"]),
    "no main": (page(whole="<div><h1>看病</h1></div>"), ["WCAG 1.3.1"]),
    "no title": (page().replace("<title>看病</title>", "<title></title>"), ["WCAG 2.4.2"]),
    "no language": (page().replace('lang="zh-CN"', 'lang="en"'), ["WCAG 3.1.1"]),
    "no help": (page().replace("tel:12345", "#help"), ["WCAG 3.2.6"]),
    "a machine's date": (page("<p>2026-11-24 见。</p>"), ["wording"]),
    "an abbreviation": (page("<p>请下载 APP。</p>"), ["wording"]),
}


@pytest.fixture(scope="module")
async def browser() -> AsyncGenerator[Browser]:
    async with browsing() as browser:
        yield browser


async def found_in(browser: Browser, html: str, setting: Setting) -> list[str]:
    async with looking(browser, setting) as tab:
        await tab.route(
            "http://planted.invalid/", lambda route: route.fulfill(body=html, content_type="text/html")
        )
        await tab.route("http://ads.invalid/", lambda route: route.fulfill(body="", content_type="text/html"))
        await tab.goto("http://planted.invalid/")
        await look_again(tab, setting)
        return [finding.criterion for finding in (await checked(tab, setting))[1]]


@pytest.mark.parametrize("name", PLANTED)
async def test_each_planted_defect_is_found_as_what_it_is(browser: Browser, name: str) -> None:
    html, expected = PLANTED[name]
    assert sorted(set(await found_in(browser, html, ELDER))) == expected


NARROW = Setting(ui="elder", width=320, scale=1.5)
FIXED = "<p style='height:40px;overflow:hidden'>只有一行字。</p>"


async def test_what_fits_may_be_cut_off_when_the_host_enlarges_text(browser: Browser) -> None:
    assert await found_in(browser, page(FIXED), ELDER) == []
    assert set(await found_in(browser, page(FIXED), NARROW)) == {"WCAG 1.4.4"}


async def test_what_fits_may_be_cut_off_when_text_is_spaced(browser: Browser) -> None:
    row = "<p style='white-space:nowrap;overflow:hidden'>刚好一行字不多不少一共十四个</p>"
    assert await found_in(browser, page(row), ELDER) == []
    assert "WCAG 1.4.12" in await found_in(browser, page(row), Setting(ui="elder", spaced=True))


async def test_a_clean_page_stays_clean_enlarged_spaced_and_narrow(browser: Browser) -> None:
    looks = [
        await found_in(browser, page(), Setting(ui="elder", width=width, scale=scale, spaced=spaced))
        for width in (320, 375)
        for scale in (1.0, 1.4, 1.5)
        for spaced in (False, True)
    ]
    assert looks == [[]] * 12


async def test_the_desk_needs_less_than_the_elder(browser: Browser) -> None:
    body = "<p>2026-11-24 见 CSV。</p><a href='#x' style='display:block;width:30px;height:30px'>小</a>"
    assert await found_in(browser, page(body), Setting(staff=True)) == []


async def test_axe_looks_too_with_target_size_on(browser: Browser) -> None:
    small = "<button style='width:12px;height:12px'></button>"
    body = f"<img src='data:,' width='9' height='9'>{small}{small}"
    async with looking(browser, ELDER) as tab:
        await tab.set_content(page(body))
        seen = {finding.criterion for finding in await axe_findings(tab, ELDER)}
        await tab.set_content(page())
        clean = await axe_findings(tab, ELDER)
    assert (seen, clean) == ({"axe image-alt", "axe button-name", "axe target-size"}, [])


async def test_a_button_that_only_the_foot_of_the_window_half_covers_is_no_small_target(
    browser: Browser,
) -> None:
    close = "<p id='gap'></p>" + "<button id='b' style='height:40px;width:200px'>上午</button><br>" * 20
    foot = "footer{position:sticky;bottom:0;background:#fff}button{display:block;margin:0}br{display:none}"
    async with looking(browser, ELDER) as tab:
        await tab.set_content(page(close, style=foot))
        shown = await tab.evaluate(
            """() => {
              const box = (one) => document.querySelector(one).getBoundingClientRect();
              const [foot, first] = [box("footer"), box("#b")];
              document.querySelector("#gap").style.height = `${(foot.top - first.top) % 40 + 10}px`;
              const boxes = [...document.querySelectorAll("#b")].map((one) => one.getBoundingClientRect());
              const parts = boxes.map((each) => box("footer").top - each.top);
              return parts.filter((part) => part > 0 && part < 24);
            }"""
        )
        found = {finding.criterion for finding in await axe_findings(tab, ELDER)}
        window = tab.viewport_size
    assert (len(shown), "axe target-size" in found, window) == (1, False, {"width": 375, "height": 812})
