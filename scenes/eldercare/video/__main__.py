"""Runs the demo provider of video rooms as a process of its own; ends cleanly on SIGTERM."""

import argparse
import os

from scenes.common.kit.sandbox_server import run, serve_until_asked
from scenes.eldercare.video.sandbox import create_sandbox
from scenes.eldercare.video.upstream import VIDEO_SECRET


def arguments() -> argparse.Namespace:
    """Read the command line; the secret comes from the environment, where no process list shows it."""
    parser = argparse.ArgumentParser(prog="video", description="The demo provider of video rooms.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9401)
    return parser.parse_args()


if __name__ == "__main__":
    run(serve_until_asked(create_sandbox(os.environ[VIDEO_SECRET].encode()), arguments()))
