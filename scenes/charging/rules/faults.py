"""What a resident may say of a broken connector, and what becomes of a report."""

from typing import Final, Literal

from scenes.charging.errors import IllegalChargeMove

FaultKind = Literal["no_power", "broken_plug", "screen", "blocked", "other"]
FAULT_WORDS: Final[dict[str, str]] = {
    "no_power": "充不上电",
    "broken_plug": "枪头坏了",
    "screen": "屏幕不亮",
    "blocked": "车位被占",
    "other": "别的问题",
}

_EDGES: Final = {
    ("open", "confirm"): "confirmed",
    ("open", "dismiss"): "dismissed",
    ("open", "repair"): "repaired",
    ("confirmed", "repair"): "repaired",
}


def report_after(state: str, event: str) -> str:
    """Return the state of a report after an event (IllegalChargeMove where there is no such edge)."""
    try:
        return _EDGES[state, event]
    except KeyError:
        raise IllegalChargeMove(
            "这条报修已经处理过了。", detail_en="This report has been dealt with."
        ) from None
