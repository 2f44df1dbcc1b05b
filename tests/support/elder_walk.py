"""An elder going through a flow by taps, as the mini-program sees it."""

from typing import Any
from uuid import uuid4

from scenes.common.kit.caller import Resident
from tests.support.whole import Whole, good

Step = dict[str, Any]


class Walk:
    """One run of a flow; `taps` counts the choices made, beginning with the card on the home page."""

    def __init__(self, whole: Whole, elder: Resident) -> None:
        self._whole = whole
        self._elder = elder
        self.taps = 0
        self.step: Step = {}

    async def start(self, flow: str) -> Step:
        """Tap the flow's card on the elder home."""
        self.taps = 1
        self.step = good(await self._whole.post(f"/elder/flows/{flow}", self._elder), 201)
        return self.step

    async def say(self, text: str) -> Step:
        """Say one sentence on the elder home."""
        self.taps = 1
        said = good(await self._whole.post("/elder/say", self._elder, json={"text": text}), 200)
        self.step = said["step"]
        return self.step

    async def choose(self, label: str) -> Step:
        """Tap the choice that begins with these words."""
        [chosen] = [each["id"] for each in self.step["choices"] if each["label"].startswith(label)]
        return await self.tap(chosen)

    async def look(self) -> Step:
        """Look at the run again, as it stands now."""
        self.step = good(await self._whole.get(f"/elder/flows/{self.step['runId']}", self._elder))
        return self.step

    async def agree(self) -> Step:
        """Say yes to the card."""
        assert self.step["confirm"] is not None, self.step
        return await self.tap("yes")

    async def undo(self) -> Step:
        """Take it back."""
        return await self.tap("undo")

    async def tap(self, choice: str) -> Step:
        """Tap a choice by its id: yes, no."""
        return await self._answer({"choice": choice})

    async def write(self, words: str) -> Step:
        """Answer in one's own words."""
        return await self._answer({"text": words})

    async def _answer(self, body: dict[str, str]) -> Step:
        self.taps += 1
        path = f"/elder/flows/{self.step['runId']}/answers"
        self.step = good(await self._whole.post(path, self._elder, key=str(uuid4()), json=body), 200)
        return self.step


def labels(step: Step) -> list[str]:
    """List what a step offers."""
    return [each["label"] for each in step["choices"]]
