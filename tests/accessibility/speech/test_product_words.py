"""What elder mode itself says: no sentence longer than one keeps in mind, nothing in English."""

import ast
import re
from pathlib import Path

from accessibility.speech.wording import abbreviations, too_long

HERE = Path(__file__).parents[3] / "accessibility"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAYS = ("journeys", "flows")


def words_of(path: Path) -> list[str]:
    """List the Chinese texts of a module, without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value not in told
    ]
    return [text for text in texts if isinstance(text, str) and CHINESE.search(text)]


def test_sentences_are_short_and_chinese() -> None:
    texts = {text for folder in SAYS for path in (HERE / folder).rglob("*.py") for text in words_of(path)}
    assert len(texts) > 100
    assert {text for text in texts if too_long(text)} == set()
    assert {text for text in texts if abbreviations(text)} == set()
