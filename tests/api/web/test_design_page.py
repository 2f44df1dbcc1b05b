"""The living page of the design system shows every part in every look."""

import re

import pytest

from tests.support.storefront import Browser


def look(text: str) -> tuple[str, ...]:
    found = re.search(
        r'data-ui="(\w+)"(?: data-theme="(\w+)")? data-contrast="(\w+)" data-scale="(\d+)"', text
    )
    assert found
    return tuple(part or "" for part in found.groups())


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ("standard", "", "normal", "100")),
        ("?uiStyle=elder&theme=dark&contrast=high&textScale=1.5", ("elder", "dark", "high", "150")),
        ("?theme=pink&contrast=loud&textScale=9&uiStyle=x", ("standard", "", "normal", "100")),
        ("?textScale=nan", ("standard", "", "normal", "100")),
    ],
)
async def test_every_look_can_be_switched_to(browser: Browser, query: str, shown: tuple[str, ...]) -> None:
    page = await browser.go(f"/design{query}")
    assert (page.status_code, look(page.text)) == (200, shown)


async def test_a_theme_belongs_to_the_living_page_only(browser: Browser) -> None:
    assert look((await browser.go("/places?theme=dark")).text)[1] == ""


async def test_every_part_and_state_is_there(browser: Browser) -> None:
    text = (await browser.go("/design")).text
    parts = [
        "tag ok",
        "tag few",
        "tag full",
        "tag off",
        "card done",
        "card trouble",
        "empty",
        "wait",
        "six",
        "sign",
    ]
    parts += ["sign", "facts", "choice", "search", "acting", 'aria-invalid="true"', 'aria-busy="true"']
    assert [part for part in parts if part not in text] == []
