"""`lifecircle demo-devices | python -m scenes.eldercare.devices`: sends readings until it is stopped."""

import argparse
import asyncio
import random
import sys

import httpx

from scenes.common.kit.clock import system_clock
from scenes.eldercare.devices.sender import ALARMING, devices_of, send_round

SECONDS = 5.0


def arguments() -> argparse.Namespace:
    """Read the command line; tokens come by standard input, where no process list shows them."""
    parser = argparse.ArgumentParser(prog="devices", description="Sends readings as the demo's devices.")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the service listens")
    parser.add_argument("--every", type=float, default=60, help="seconds between rounds")
    parser.add_argument("--rounds", type=int, default=0, help="how many rounds; 0 until it is stopped")
    parser.add_argument("--alarm", choices=sorted(ALARMING), help="devices of this kind send what alarms")
    return parser.parse_args()


async def send(asked: argparse.Namespace) -> int:
    """Send round after round; return 1 if there is no device, or the last round was not all taken."""
    devices, chance, rounds, well = devices_of(sys.stdin), random.Random(), 0, False  # noqa: S311 - made up
    async with httpx.AsyncClient(base_url=asked.url, timeout=SECONDS) as client:
        while devices:
            sent = await send_round(client, devices, chance=chance, clock=system_clock, alarming=asked.alarm)
            for each in sent:
                print(each.kind, *each.values.values(), each.status or "nobody answers", flush=True)  # noqa: T201
            well, rounds = all(each.status in {200, 201} for each in sent), rounds + 1
            if rounds == asked.rounds:
                break
            await asyncio.sleep(asked.every)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(send(arguments())))
