from pathlib import Path

import pytest

from accessibility.said.score import FILES, HARD, line_of, read, score


@pytest.mark.parametrize("path", [*FILES, *HARD], ids=lambda path: path.stem)
def test_the_corpus_is_understood_and_nothing_is_booked_wrong(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = score(read(path))
    with capsys.disabled():
        print(f"\n{line_of(path.stem, figures)}")  # noqa: T201 - the figures are to be seen
    assert figures.wrong_bookings == ()
    assert figures.accuracy >= 0.95


def test_the_corpus_is_large_and_asks_back_often() -> None:
    sentences = [each for path in FILES for each in read(path)]
    assert len({(each.text, each.now) for each in sentences}) == len(sentences) >= 400
    assert sum(not each.expected.certain for each in sentences) >= 60
