"""The statement on accessibility shows the last check's figures, and says so where there is none."""

import asyncio

import msgspec

from accessibility.checker.report import Score
from api.checking import publish_score
from api.settings import Settings
from api.web.pages_accessibility import known_gaps
from tests.support.storefront import Browser

SCORE = Score(
    at="2026-11-24T02:00:00+00:00", pages=61, looks=427, violations=3,
    by_criterion={"APP 2.1": 2, "axe label": 1},
    gaps=["/clinic/1 · APP 2.1", "/clinic/2 · APP 2.1", "/me · axe label"],
)  # fmt: skip


async def test_before_the_first_check_no_figure_is_shown(browser: Browser) -> None:
    text = (await browser.go("/accessibility")).text
    assert "这个网站还没有检查过" in text
    assert "没有问题" not in text


async def test_the_last_checks_figures_are_shown(browser: Browser, settings: Settings) -> None:
    await asyncio.to_thread(publish_score, settings, SCORE)
    text = (await browser.go("/accessibility")).text
    assert '看了 <b class="num">61</b> 个页面' in text
    assert '一共看了 <b class="num">427</b> 次' in text
    assert [text.count(each) for each in ("找到 3 处", ">2 处<", ">1 处<")] == [1, 1, 1]
    assert "看病的 2 个页面还没做到:按钮够大,点得到" in text
    assert "这次检查过去很久了" not in text


async def test_an_old_check_is_called_old(browser: Browser, settings: Settings) -> None:
    old = msgspec.structs.replace(SCORE, at="2026-09-01T02:00:00+00:00")
    await asyncio.to_thread(publish_score, settings, old)
    assert "这次检查过去很久了" in (await browser.go("/accessibility")).text


def test_gaps_are_told_by_part_and_criterion() -> None:
    assert known_gaps(SCORE) == [
        "个人的 1 个页面还没做到:另一个检查工具也通过",
        "看病的 2 个页面还没做到:按钮够大,点得到",
    ]
