"""A district with a stand-in for the web server, run by the real supervisor, for tests of the supervisor."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from api import demo_plan, demo_stack
from api.ports import claim_port
from api.settings import load_settings
from api.supervision import Process
from scenes.common.kit.embedded import EmbeddedRefused, EmbeddedStack

SERVER = """
import http.server, sys

class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""
FAILING = "import sys; print('ValueError: the reason'); sys.exit('(background on this)')"


def say(step: str) -> None:
    click.echo(step, err=True)


def plan(folder: Path, *, step: str, server: str) -> demo_plan.Plan:
    claim = claim_port("127.0.0.1", 0)
    settings = load_settings({"LIFECIRCLE_DATA_DIR": str(folder), "LIFECIRCLE_PORT": str(claim.port)})
    process = Process(
        name="the server",
        argv=[sys.executable, "-c", server, str(claim.port)],
        env=demo_plan.child_environment(settings),
        log=folder / "logs" / "server.log",
    )
    return demo_plan.Plan(
        settings=replace(settings, host="127.0.0.1"),
        stack=EmbeddedStack(folder, on_step=say),
        steps=[demo_plan.Step("the first step", [sys.executable, "-c", step])],
        processes=[process],
    )


def main() -> None:
    trouble = sys.argv[2] if len(sys.argv) > 2 else ""
    district = plan(
        Path(sys.argv[1]),
        step=FAILING if trouble == "step" else "pass",
        server=FAILING if trouble == "server" else SERVER,
    )
    try:
        demo_stack.run(district, say=say, announce=lambda url: click.echo(f"ready {url}"))
    except (demo_stack.StackRefused, EmbeddedRefused) as refused:
        click.echo(f"refused: {refused}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
