"""Runs the demo payment provider as a process of its own; ends cleanly on SIGTERM."""

import argparse
import os
from pathlib import Path

from scenes.common.kit.sandbox_server import run, serve_until_asked
from scenes.common.payments.sandbox.app import create_sandbox

DEMO_SECRET = "lifecircle-demo-sandbox"  # noqa: S105 - the demo provider's key is public by design
SECRET_VARIABLE = "LIFECIRCLE_SANDBOX_PAY_SECRET"  # noqa: S105 - the name of a variable
NOTIFY_URL = "http://127.0.0.1:8000/api/v1/payments/notify/sandbox"


def arguments() -> argparse.Namespace:
    """Read the command line; the secret comes from the environment, where no process list shows it."""
    parser = argparse.ArgumentParser(prog="sandbox", description="The demo payment provider.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9101)
    parser.add_argument("--notify-url", default=NOTIFY_URL)
    parser.add_argument("--public-url", help="where payers' browsers reach this provider")
    parser.add_argument("--store", type=Path, help="a JSON file that keeps the books over a restart")
    parser.add_argument("--time-scale", type=float, default=1.0, help="shortens the waits between notices")
    return parser.parse_args()


async def serve(asked: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    app = create_sandbox(
        os.environ.get(SECRET_VARIABLE, DEMO_SECRET).encode(),
        asked.notify_url,
        store_path=asked.store,
        time_scale=asked.time_scale,
        public_url=asked.public_url,
    )
    await serve_until_asked(app, asked)


if __name__ == "__main__":
    run(serve(arguments()))
