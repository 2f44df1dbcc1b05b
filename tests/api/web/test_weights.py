"""Pages are light: weighed over the wire in a real browser, packed, with an empty cache."""

import pytest
from playwright.async_api import Browser

from tests.support.page_weight import PAGES, weights

ANY_PAGE = 120_000
ELDER_HOME = 40_000
SLOW_MS = 2000


@pytest.mark.parametrize("elder", [False, True])
async def test_no_page_is_heavy(demo: tuple[str, str], chrome: Browser, elder: bool) -> None:  # noqa: FBT001 - one of two looks
    found = await weights(chrome, demo[0], (*PAGES, "/me", "/design"), resident=45, elder=elder)
    assert [each for each in found if not 1000 < each.bytes <= ANY_PAGE] == []


async def test_the_elder_home_is_lightest(demo: tuple[str, str], chrome: Browser) -> None:
    (home,) = await weights(chrome, demo[0], ("/",), resident=45, elder=True)
    assert 1000 < home.bytes <= ELDER_HOME


async def test_on_a_slow_line_something_is_seen_within_two_seconds(
    demo: tuple[str, str], chrome: Browser
) -> None:
    found = await weights(chrome, demo[0], ("/", "/places", "/clinic"), slow=True)
    assert [each for each in found if not each.first_content_ms or each.first_content_ms > SLOW_MS] == []
