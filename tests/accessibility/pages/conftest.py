"""A browser, and what all pages are called."""

import re
from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser

from accessibility.checker.browser import browsing
from accessibility.checker.report import Looked, as_text
from api.lifespan import House
from tests.support.sites import page_patterns
from tests.support.standing import routes_of


@pytest.fixture(scope="module")
async def browser() -> AsyncGenerator[Browser]:
    async with browsing() as browser:
        yield browser


@pytest.fixture
def patterns(house: House) -> dict[str, re.Pattern[str]]:
    return page_patterns(routes_of(house))


def silent(looks: list[Looked]) -> None:
    """Fail with the whole report where anything was found."""
    assert looks
    if any(look.findings for look in looks):
        pytest.fail(as_text(looks), pytrace=False)
