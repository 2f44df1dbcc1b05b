"""The stylesheet's colours, reckoned: text stands out from what is behind it in every look."""

import re
from pathlib import Path

import pytest

STATIC = Path("api/web/static")
LIGHT = ":root"
DARK = ":root[data-theme=dark]"
ELDER = "[data-ui=elder]"
ELDER_DARK = "[data-ui=elder][data-theme=dark]"
STRONG = ":root[data-contrast=high]"
STRONG_DARK = ":root[data-contrast=high][data-theme=dark]"
LOOKS = {
    "standard light": (4.5, LIGHT),
    "standard dark": (4.5, LIGHT, DARK),
    "elder light": (7.0, LIGHT, ELDER),
    "elder dark": (7.0, LIGHT, ELDER, DARK, ELDER_DARK),
    "strong light": (7.0, LIGHT, STRONG),
    "strong dark": (7.0, LIGHT, DARK, STRONG, STRONG_DARK),
    "strong elder dark": (7.0, LIGHT, ELDER, DARK, ELDER_DARK, STRONG, STRONG_DARK),
}
PAIRS = [
    *((ink, "paper") for ink in ("ink", "ink-2", "brand-ink", "ok", "warn", "bad")),
    *((ink, "ground") for ink in ("ink", "ink-2", "brand-ink", "ok", "warn", "bad")),
    *((f"{scene}-ink", "paper") for scene in ("clinic", "charging", "breakfast", "eldercare")),
    *(("on-fill", fill) for fill in ("brand", "clinic", "charging", "breakfast", "eldercare")),
    *(("on-fill", fill) for fill in ("slate", "alarm", "calm")),
    ("brand-ink", "brand-soft"), ("ink", "brand-soft"), ("warn", "warn-soft"), ("ink", "warn-soft"),
    ("ink", "bad-soft"), ("bad", "bad-soft"), ("pill-ink", "pill"),
    ("side-ink", "side"), ("side-ink", "side-on"),
]  # fmt: skip
EDGES = [("field", "paper"), ("brand-ink", "ground")]


def tokens_of(selector: str) -> dict[str, str]:
    """Read the tokens that a rule of the stylesheet sets, taking the first rule with this selector."""
    css = (STATIC / "style.css").read_text()
    found = re.search(rf"(?:^|\n){re.escape(selector)}\{{([^}}]*)\}}", css)
    assert found, selector
    return dict(re.findall(r"--([\w-]+):([^;}]+)", found[1]))


def luminance(colour: str) -> float:
    """Reckon the relative luminance of #rgb or #rrggbb, as WCAG 2.2 does."""
    digits = colour.strip().lstrip("#")
    digits = "".join(sign * 2 for sign in digits) if len(digits) == 3 else digits
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Reckon the contrast of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", LOOKS)
def test_text_stands_out(look: str) -> None:
    least, *selectors = LOOKS[look]
    tokens = {name: value for selector in selectors for name, value in tokens_of(str(selector)).items()}
    ratios = {pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in PAIRS}
    edges = {pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in EDGES}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < float(least)} == {}
    assert {pair: ratio for pair, ratio in edges.items() if ratio < 3} == {}


def test_the_reckoning_knows_the_standards_examples() -> None:
    assert [round(contrast("#fff", dark), 2) for dark in ("#000", "#777777", "#595959")] == [21.0, 4.48, 7.0]


def test_dark_by_the_system_and_dark_by_choice_are_the_same() -> None:
    css = (STATIC / "style.css").read_text()
    for chosen, by_system in (
        (DARK, ":root:not([data-theme=light])"),
        (ELDER_DARK, "[data-ui=elder]:not([data-theme=light])"),
        (STRONG_DARK, ":root[data-contrast=high]:not([data-theme=light])"),
    ):
        found = re.search(rf"{re.escape(by_system)}\{{([^}}]*)\}}", css)
        assert found
        assert dict(re.findall(r"--([\w-]+):([^;}]+)", found[1])) == tokens_of(chosen)


@pytest.mark.parametrize("name", ["style.css", "staff.css"])
def test_rules_take_their_colours_from_tokens(name: str) -> None:
    css = (STATIC / name).read_text()
    rules = css[css.index("*,*::before") :] if name == "style.css" else css
    plain = [
        line
        for line in rules.split("@media print")[0].splitlines()
        if re.search(r"#[0-9a-f]{3,6}\b", line) and not re.match(r"\.(qr|cover) ", line)
    ]
    assert plain == []
