from datetime import UTC, datetime

from accessibility.said.heard import Heard, Known
from accessibility.said.understanding import understand

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_an_emergency_goes_first() -> None:
    assert understand("救命我要挂号", now=NOW, known=Known()) == Heard(action="emergency", certain=True)


def test_what_is_not_understood_is_asked_back() -> None:
    assert understand("嗯嗯", now=NOW, known=Known()) == Heard(unclear=("flow",))
