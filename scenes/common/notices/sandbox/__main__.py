"""Runs the demo carriers as a process of their own; ends cleanly on SIGTERM."""

import argparse
import os
from pathlib import Path

from scenes.common.kit.sandbox_server import run, serve_until_asked
from scenes.common.notices.sandbox.app import create_sandbox
from scenes.common.notices.sandbox.books import Faults

DEMO_SECRET = "lifecircle-demo-sms"  # noqa: S105 - the demo gateway's key is public by design
SECRET_VARIABLE = "LIFECIRCLE_SMS_SECRET"  # noqa: S105 - the name of a variable
RECEIPT_URL = "http://127.0.0.1:8000/api/v1/notices/sms/receipts"


def arguments() -> argparse.Namespace:
    """Read the command line; the secret comes from the environment, where no process list shows it."""
    parser = argparse.ArgumentParser(prog="sandbox", description="The demo SMS gateway and WeChat.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9301)
    parser.add_argument("--receipt-url", default=RECEIPT_URL)
    parser.add_argument("--store", type=Path, help="a file of JSON lines that keeps the books over a restart")
    parser.add_argument("--delay", type=float, default=1.0, help="seconds until an SMS is delivered")
    parser.add_argument("--time-scale", type=float, default=1.0, help="shortens the waits between receipts")
    parser.add_argument("--fail", type=float, default=0.0, help="share of calls that fail")
    parser.add_argument("--hang", type=float, default=0.0, help="share of calls that hang")
    parser.add_argument("--duplicate", type=float, default=0.0, help="share of duplicates reported")
    parser.add_argument("--hang-seconds", type=float, default=30.0)
    parser.add_argument("--no-dedupe", action="store_true", help="send again what comes again")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


async def serve(asked: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    faults = Faults(
        fail=asked.fail,
        hang=asked.hang,
        duplicate=asked.duplicate,
        hang_seconds=asked.hang_seconds,
        dedupe=not asked.no_dedupe,
        seed=asked.seed,
    )
    app = create_sandbox(
        os.environ.get(SECRET_VARIABLE, DEMO_SECRET).encode(),
        asked.receipt_url,
        store_path=asked.store,
        faults=faults,
        delay=asked.delay,
        time_scale=asked.time_scale,
    )
    await serve_until_asked(app, asked)


if __name__ == "__main__":
    run(serve(arguments()))
