"""Everything one district needs on one machine, started in order, kept running, and ended together."""

import http.client
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec

from api.ports import dialling_address
from api.settings import PREFIX, Settings
from api.supervision import Charge, Process, Say, Watch, last_words
from scenes.common.kit.children import end, spawn
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

_READY_SECONDS: Final = 180.0
_LOOK_SECONDS: Final = 0.2
_OK: Final = 200
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class StackRefused(Exception):  # noqa: N818 - refusals say what happened
    """Something did not start; the message is one line, and what had started is ended."""


class _Ended(BaseException):
    """Somebody asked us to end."""


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


@dataclass(frozen=True, slots=True)
class Part:
    """One of the embedded servers, as something to watch; its stack ends it."""

    name: str
    start: Callable[[], None]
    is_running: Callable[[], bool]


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


def run(plan: Plan, *, say: Say, announce: Callable[[str], None]) -> None:
    """Start the plan, announce it once it serves, keep it running until a signal, end all of it.

    Raises StackRefused or EmbeddedRefused when something does not start; then nothing is left.
    """
    try:
        with _signals_end():
            _start(plan, say)
            announce(plan.settings.public_url)
            _watch(plan, say)
    except _Ended:
        say("ending")
    finally:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        for process in reversed(plan.processes):
            process.stop()
        if plan.stack is not None:
            plan.stack.stop()


def _start(plan: Plan, say: Say) -> None:
    if plan.stack is not None:
        plan.stack.start()
    for step in plan.steps:
        say(step.name)
        _take(step, plan)
    for process in plan.processes:
        say(f"starting {process.name}")
        process.start()
    _wait_until_ready(plan)


def _take(step: Step, plan: Plan) -> None:
    """Run one step to its end; its progress is shown where somebody can see it."""
    plan.logs.mkdir(parents=True, exist_ok=True)
    log = plan.logs / "start.log"
    with log.open("wb") as output:
        shown = step.shows_progress and sys.stderr.isatty()
        child = spawn(
            step.argv, env=child_environment(plan.settings), stdout=output, stderr=None if shown else output
        )
        try:
            code = child.wait()
        finally:
            end(child, first=signal.SIGTERM, patience=10)
    if code != 0:
        raise StackRefused(f"{step.name} failed: {last_words(log) or f'exit {code}'}")


def _wait_until_ready(plan: Plan) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not _is_ready(dialling_address(plan.settings.host), plan.settings.port):
        for process in plan.processes:
            if not process.is_running():
                raise StackRefused(
                    f"{process.name} did not start: {process.last_words() or 'no reason given'}"
                )
        if time.monotonic() > deadline:
            raise StackRefused(f"the server was not ready within {_READY_SECONDS:g} s: see {plan.logs}")
        time.sleep(0.1)


def _is_ready(address: str, port: int) -> bool:
    """Ask the server itself, past any proxy of the environment."""
    link = http.client.HTTPConnection(address, port, timeout=5)
    try:
        link.request("GET", "/health/ready")
        return link.getresponse().status == _OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def _watch(plan: Plan, say: Say) -> None:
    charges: list[Charge] = [*_embedded_parts(plan.stack), *plan.processes]
    watches = [Watch(charge, say) for charge in charges]
    while True:
        for watch in watches:
            watch.look()
        time.sleep(_LOOK_SECONDS)


def _embedded_parts(stack: EmbeddedStack | None) -> list[Part]:
    if stack is None:
        return []
    return [
        Part("PostgreSQL", stack.start_postgres, lambda: stack.postgres_pid is not None),
        Part("Redis", stack.start_redis, lambda: stack.redis_pid is not None),
    ]


@contextmanager
def _signals_end() -> Generator[None]:
    """Turn the signals that ask a program to end into _Ended, wherever it is busy."""

    def ask(_signal: int, _frame: FrameType | None) -> None:
        raise _Ended

    for each in _SIGNALS:
        if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN:  # as nohup asks
            signal.signal(each, ask)
    yield


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
