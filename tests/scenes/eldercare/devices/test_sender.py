"""The demo's sender says what a real device would, and says it again where nobody answered."""

from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from scenes.demo.rules.chance import stream
from scenes.eldercare.devices.sender import ALARMING, USUAL, Named, Sent, devices_of, drawn, send_round
from scenes.eldercare.rules.readings import Limits, check_reading, side_of

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


@given(st.sampled_from(sorted(USUAL)), st.integers())
def test_what_it_draws_can_be_true(kind: str, draw: int) -> None:
    check_reading(kind, drawn(stream(draw), kind))


def test_what_alarms_is_out_of_bounds() -> None:
    sides = {kind: side_of(values, Limits()) for kind, values in ALARMING.items()}
    assert sides == {"bp": "high", "glucose": "low", "heart": "high", "fall": None}


def test_it_reads_kinds_and_tokens_and_nothing_else() -> None:
    lines = ["kind token", "", "bp a.b 张*", "heart c.d", "radio e.f", "water"]
    assert devices_of(lines) == [Named("bp", "a.b"), Named("heart", "c.d")]


async def test_a_reading_nobody_answered_is_sent_again_and_a_fall_only_when_asked_for() -> None:
    heard: list[tuple[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append((request.headers["Device-Token"], msgspec.json.decode(request.content)))
        if len(heard) == 1:
            raise httpx.ReadTimeout("late", request=request)
        return httpx.Response(200 if len(heard) == 2 else 201)

    devices = [Named("heart", "a.b"), Named("fall", "c.d")]
    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        calm = await send_round(client, devices, chance=stream(1), clock=lambda: NOW)
        fell = await send_round(client, devices[1:], chance=stream(1), clock=lambda: NOW, alarming="fall")
    assert [each.status for each in calm] == [200]
    assert fell == [Sent("fall", {}, 201)]
    assert heard[0] == heard[1]
    assert heard[2] == ("c.d", {"at": NOW.isoformat(), "values": {}})
