"""Sends readings over HTTP in the name of devices whose tokens it was given.

It stands for a gateway or a vendor's cloud: readings are drawn around usual values, and what nobody answered
is sent once more, which changes nothing if it had arrived.
"""

import random
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import httpx

from scenes.common.kit.clock import Clock
from scenes.eldercare.rules.readings import PLAUSIBLE

PATH: Final = "/api/v1/eldercare/readings"
USUAL: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = {
    "bp": {"systolic": (132, 7), "diastolic": (81, 5)},
    "glucose": {"mmol": (6.3, 0.6)},
    "heart": {"bpm": (72, 5)},
    "water": {"litres": (8, 3)},
}
"""What is sent by itself: the middle and the spread; a fall is only sent when it is asked for."""

ALARMING: Final[Mapping[str, Mapping[str, float]]] = {
    "bp": {"systolic": 192, "diastolic": 114},
    "glucose": {"mmol": 3.1},
    "heart": {"bpm": 138},
    "fall": {},
}


class Named(NamedTuple):
    """A device: what it measures, and its token."""

    kind: str
    token: str


class Sent(NamedTuple):
    """How one reading was answered: the status of HTTP, or 0 where nobody answered."""

    kind: str
    values: Mapping[str, float]
    status: int


def devices_of(lines: Iterable[str]) -> list[Named]:
    """Read lines of kind and token, as `lifecircle demo-devices` prints them; other lines are left out."""
    parted = [line.split() for line in lines]
    return [Named(words[0], words[1]) for words in parted if len(words) > 1 and words[0] in PLAUSIBLE]


def drawn(chance: random.Random, kind: str) -> dict[str, float]:
    """Draw a usual reading, as far from the middle as can be true."""
    values: dict[str, float] = {}
    for name, (middle, spread) in USUAL[kind].items():
        least, most = PLAUSIBLE[kind][name]
        values[name] = round(min(max(chance.gauss(middle, spread), least), most), 1)
    return values


async def send_round(
    client: httpx.AsyncClient, devices: Iterable[Named], *, chance: random.Random, clock: Clock,
    alarming: str | None = None,
) -> list[Sent]:  # fmt: skip
    """Let each device send once; those of the kind that is to alarm send what is out of bounds."""
    sent: list[Sent] = []
    for device in devices:
        if device.kind == alarming:
            values = dict(ALARMING[device.kind])
        elif device.kind in USUAL:
            values = drawn(chance, device.kind)
        else:
            continue
        body = {"at": clock().isoformat(), "values": values}
        sent.append(Sent(device.kind, values, await _sent(client, device, body)))
    return sent


async def _sent(client: httpx.AsyncClient, device: Named, body: Mapping[str, object]) -> int:
    """Send one reading, a second time if nobody answered: the device and the instant are its key."""
    status = 0
    for _ in range(2):
        try:
            answer = await client.post(PATH, json=body, headers={"Device-Token": device.token})
        except httpx.TransportError:
            continue
        status = answer.status_code
        break
    return status
