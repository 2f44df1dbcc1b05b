"""What one district on one machine consists of: the settings, the steps before it, the processes."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from api.ports import dialling_address
from api.settings import PREFIX, Settings
from api.supervision import Process, Say
from scenes.common.kit.embedded import EmbeddedStack
from scenes.demo.rules.chance import SEED
from scenes.demo.rules.partners import DIALECTS, secrets_of, stations_file
from scenes.demo.rules.stations import draw_operators

OPERATORS: Final = len(DIALECTS)
"""Charging operators of the demo, each a process of its own."""

OPERATOR_SECRETS: Final = f"{PREFIX}SANDBOX_OPERATOR_SECRETS"

SMS_SECRET: Final = b"lifecircle-demo-sms-carries-nothing"
"""The demo carriers' key is public by design."""

VIDEO_SECRET: Final = b"lifecircle-demo-video-shows-nothing"
"""The demo video provider's key, public by design too."""

TRAFFIC: Final = "0.06"
"""Share of the free connectors that somebody else drives up to in a minute: about a sixth are taken then."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command that must succeed before the server starts, such as the migrations."""

    name: str
    argv: Sequence[str]
    shows_progress: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start, in this order: the embedded servers, the steps, the processes."""

    settings: Settings
    stack: EmbeddedStack | None
    steps: Sequence[Step]
    processes: Sequence[Process]

    @property
    def logs(self) -> Path:
        """Where the processes write."""
        return self.settings.data_dir / "logs"


def plan_server(settings: Settings, *, say: Say) -> Plan:
    """Plan the server and the worker on the embedded servers."""
    settings, stack = _with_embedded(settings, say)
    return Plan(settings, stack, [_MIGRATE], [_worker(settings), _server(settings)])


def plan_demo(  # noqa: PLR0913 - each is one fact of the plan
    settings: Settings,
    *,
    sandbox_port: int,
    carriers_port: int,
    video_port: int,
    operator_ports: Sequence[int],
    residents: int,
    say: Say,
) -> Plan:
    """Plan the demo district: seeded when it is new, with sandboxes in the partners' places.

    External servers, where they are set, are used instead of the embedded ones.
    """
    settings, stack = _with_embedded(settings, say)
    url = f"http://127.0.0.1:{sandbox_port}"
    settings = replace(settings, demo=True, sandbox_payments_url=settings.sandbox_payments_url or url)
    settings = _with_carriers(settings, f"http://127.0.0.1:{carriers_port}")
    settings = replace(settings, video_url=f"http://127.0.0.1:{video_port}", video_secret=VIDEO_SECRET)
    seed = Step(
        "making the demo district",
        _command("seed", "--residents", str(residents), "--if-empty", *_operator_urls(operator_ports)),
        shows_progress=True,
    )
    operators = [_operator(settings, at, port) for at, port in enumerate(operator_ports)]
    sandboxes = [_sandbox(settings, sandbox_port), _carriers(settings, carriers_port)]
    sandboxes += [_video(settings, video_port), *operators]
    processes = [*sandboxes, _worker(settings), _server(settings)]
    return Plan(settings, stack, [_MIGRATE, seed], processes)


def _with_carriers(settings: Settings, url: str) -> Settings:
    """Send the demo's notices to the demo carriers, whatever real ones are set: its numbers are made up."""
    return replace(
        settings,
        sms_url=url,
        sms_secret=SMS_SECRET,
        wechat_url=url,
        wechat_app_id="demo",
        wechat_app_secret="demo",  # noqa: S106 - public by design
        wechat_template="demo",
    )


def child_environment(settings: Settings) -> dict[str, str]:
    """Hand the settings to a child; PG* variables of ours would bend its connections."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", PREFIX))}
    return kept | {"PYTHONUNBUFFERED": "1"} | settings.environment()


def _with_embedded(settings: Settings, say: Say) -> tuple[Settings, EmbeddedStack | None]:
    if settings.database_url is not None:
        return settings, None
    stack = EmbeddedStack(settings.data_dir, on_step=say)
    urls = stack.urls
    return replace(settings, database_url=urls.database, redis_url=settings.redis_url or urls.redis), stack


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "api", *words]


_MIGRATE: Final = Step("preparing the database", _command("migrate"))


def _worker(settings: Settings) -> Process:
    return _process(settings, "the worker", _command("worker"))


def _server(settings: Settings) -> Process:
    return _process(settings, "the server", [sys.executable, "-m", "api.server"])


def _sandbox(settings: Settings, port: int) -> Process:
    here = f"http://{dialling_address(settings.host)}:{settings.port}"
    options = {
        "--port": str(port),
        "--notify-url": f"{here}/api/v1/payments/notify/sandbox",
        "--store": str(settings.data_dir / "sandbox-payments.json"),
    }
    argv = [sys.executable, "-m", "scenes.common.payments.sandbox"]
    return _process(
        settings, "the payment sandbox", [*argv, *(part for pair in options.items() for part in pair)]
    )


def _carriers(settings: Settings, port: int) -> Process:
    here = f"http://{dialling_address(settings.host)}:{settings.port}"
    options = {
        "--port": str(port),
        "--receipt-url": f"{here}/api/v1/notices/sms/receipts",
        "--store": str(settings.data_dir / "sandbox-notices.jsonl"),
    }
    argv = [sys.executable, "-m", "scenes.common.notices.sandbox"]
    return _process(
        settings, "the SMS and WeChat sandbox", [*argv, *(part for pair in options.items() for part in pair)]
    )


def _video(settings: Settings, port: int) -> Process:
    argv = [sys.executable, "-m", "scenes.eldercare.video", "--port", str(port)]
    return _process(settings, "the video sandbox", argv)


def _operator_urls(ports: Sequence[int]) -> list[str]:
    return [word for port in ports for word in ("--operator-url", f"http://127.0.0.1:{port}")]


def _operator(settings: Settings, at: int, port: int) -> Process:
    """Start an operator of chargers; its keys travel in the environment, where no process list shows them."""
    operator, here = draw_operators(SEED)[at], f"http://{dialling_address(settings.host)}:{settings.port}"
    options = {
        "--port": str(port),
        "--operator-code": operator.code,
        "--dialect": DIALECTS[at],
        "--stations": str(settings.data_dir / stations_file(operator.code)),
        "--platform-url": f"{here}/api/v1/evcs",
        "--store": str(settings.data_dir / f"charging-{operator.code}-books.json"),
        "--traffic": TRAFFIC,
        "--seed": str(at),
    }
    argv = [
        sys.executable,
        "-m",
        "scenes.charging.sandbox",
        *(word for each in options.items() for word in each),
    ]
    keys = msgspec.json.encode(secrets_of(operator.code, settings.secret_key)).decode()
    return _process(settings, f"charging operator {at + 1}", argv, {OPERATOR_SECRETS: keys})


def _process(
    settings: Settings, name: str, argv: Sequence[str], more: Mapping[str, str] | None = None
) -> Process:
    log = settings.data_dir / "logs" / f"{name.removeprefix('the ').replace(' ', '-')}.log"
    return Process(name=name, argv=argv, env={**child_environment(settings), **(more or {})}, log=log)
