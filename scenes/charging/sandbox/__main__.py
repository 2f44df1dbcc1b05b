"""Runs a demo charging operator as a process of its own; ends cleanly on SIGTERM."""

import argparse
import os
from pathlib import Path

import msgspec

from scenes.charging.rules.envelope import Secrets
from scenes.charging.sandbox.app import create_sandbox
from scenes.charging.sandbox.spec import DEMO_SECRETS, DIALECTS, Mischief, Pace, PlantSpec, StationSpec
from scenes.common.kit.sandbox_server import run, serve_until_asked

SECRETS_VARIABLE = "LIFECIRCLE_SANDBOX_OPERATOR_SECRETS"
PLATFORM_URL = "http://127.0.0.1:8000/api/v1/evcs"
SHARES = ("late", "shuffled", "repeated", "lost", "failed-starts", "disputed", "traffic")


def arguments() -> argparse.Namespace:
    """Read the command line; keys come from the environment, where no process list shows them."""
    parser = argparse.ArgumentParser(prog="sandbox", description="A demo charging operator.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9111)
    parser.add_argument("--operator-code", default="MA1DEMO01", help="its OperatorID, 9 characters")
    parser.add_argument("--dialect", choices=sorted(DIALECTS), default="standard")
    parser.add_argument("--stations", type=Path, required=True, help="a JSON file with a list of stations")
    parser.add_argument("--platform-url", default=PLATFORM_URL, help="where its notifications go")
    parser.add_argument("--store", type=Path, help="a JSON file that keeps the books over a restart")
    parser.add_argument("--speed", type=float, default=15, help="how many times its rated power it delivers")
    parser.add_argument("--waits", type=float, default=1, help="shortens the minute between resends")
    parser.add_argument("--meter-seconds", type=float, default=5)
    parser.add_argument("--start-seconds", type=float, default=2)
    parser.add_argument("--linger-seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--late-seconds", type=float, default=20)
    for share in SHARES:
        parser.add_argument(f"--{share}", type=float, default=0)
    return parser.parse_args()


def spec_of(asked: argparse.Namespace) -> PlantSpec:
    """Make the plant that the command line asks for."""
    stations = msgspec.json.decode(asked.stations.read_bytes(), type=tuple[StationSpec, ...])
    given = os.environ.get(SECRETS_VARIABLE)
    return PlantSpec(
        operator_code=asked.operator_code,
        dialect=DIALECTS[asked.dialect],
        stations=stations,
        platform_url=asked.platform_url,
        secrets=msgspec.json.decode(given, type=Secrets) if given else DEMO_SECRETS,
        pace=Pace(
            speed=asked.speed,
            waits=asked.waits,
            meter_seconds=asked.meter_seconds,
            start_seconds=asked.start_seconds,
            linger_seconds=asked.linger_seconds,
        ),
        seed=asked.seed,
    )


async def serve(asked: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    shares = {share.replace("-", "_"): getattr(asked, share.replace("-", "_")) for share in SHARES}
    mischief = Mischief(late_seconds=asked.late_seconds, **shares)
    app = create_sandbox(spec_of(asked), mischief=mischief, store_path=asked.store)
    await serve_until_asked(app, asked)


if __name__ == "__main__":
    run(serve(arguments()))
