"""Elder mode over HTTP as an elder goes through it: by the labels of choices, each step held to its shape."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from accessibility.speech.wording import abbreviations, too_long
from scenes.common.kit.caller import Resident
from tests.support.clock import AdjustableClock
from tests.support.storefront import District
from tests.support.whole import Whole, good, resident_of

STEP = {
    "runId", "title", "display", "speak", "audioUrl", "choices", "confirm", "booking", "progress", "help",
}  # fmt: skip


@pytest.fixture
async def district(whole: Whole, clock: AdjustableClock, forgotten: None) -> District:
    assert forgotten is None
    district = District(whole.house.database, clock, whole.house.cipher)
    district.session_id = await district.move_in(whole.house)
    await whole.house.directory.refresh()
    return district


class Elder:
    """Goes through a flow over HTTP, by the labels of the choices."""

    def __init__(self, whole: Whole, me: Resident) -> None:
        self.whole = whole
        self.me = me
        self.step: dict[str, Any] = {}

    async def start(self, flow: str = "clinic") -> dict[str, Any]:
        return self.seen(good(await self.whole.post(f"/elder/flows/{flow}", self.me), 201))

    async def say(self, text: str) -> Any:
        return good(await self.whole.post("/elder/say", self.me, json={"text": text}))

    async def tap(self, label: str, **more: Any) -> dict[str, Any]:
        return self.seen(good(await self.send(self.choice(label), **more)))

    async def send(self, choice: str, key: str | None = "", **more: Any) -> httpx.Response:
        path = f"/elder/flows/{self.step['runId']}/answers"
        return await self.whole.post(path, self.me, key=key, json={"choice": choice, **more})

    async def back(self) -> dict[str, Any]:
        return self.seen(good(await self.whole.post(f"/elder/flows/{self.step['runId']}/back", self.me)))

    async def look(self) -> dict[str, Any]:
        return self.seen(good(await self.whole.get(f"/elder/flows/{self.step['runId']}", self.me)))

    def choice(self, label: str) -> str:
        if label in {"yes", "no"}:
            assert self.step["confirm"] is not None, self.step
            return label
        choices = self.step["choices"]
        same = [each["id"] for each in choices if each["label"] == label]
        found = same or [each["id"] for each in choices if label in each["label"]]
        assert len(found) == 1, (label, self.step["choices"])
        return found[0]

    def seen(self, step: dict[str, Any]) -> dict[str, Any]:
        assert step.keys() >= STEP
        assert len(step["choices"]) <= 4
        assert 1 <= step["progress"]["at"] <= step["progress"]["of"]
        assert (too_long(step["speak"]), abbreviations(step["speak"])) == ([], [])
        self.step = step
        return step

    @property
    def labels(self) -> list[str]:
        return [each["label"] for each in self.step["choices"]]


@pytest.fixture
def elder(whole: Whole, district: District) -> Elder:
    return Elder(whole, resident_of(district.me))


async def to_the_card(elder: Elder) -> dict[str, Any]:
    await elder.start()
    await elder.tap("全科")
    await elder.tap("明天上午")
    return await elder.tap("上午10点")


async def bookings(district: District) -> list[Any]:
    return await district.rows("SELECT state FROM booking ORDER BY id")


async def take_all(district: District, whole: Whole, session_id: UUID) -> None:
    """Let others book every number of a session that anybody can book now."""
    while True:
        now = district.clock()
        free = [w for w in (await district.view(session_id)).windows if w.free_at(now) > 0]
        open_now = [w for w in free if w.audience_at(now) == "public"]
        if not open_now:
            return
        other = await district.resident(f"路人{uuid4().hex[:4]}")
        good(await whole.post("/clinic/appointments", other, json={"windowId": str(open_now[0].id)}), 201)
