"""Everything one district needs on one machine, started in order, kept running, and ended together."""

import http.client
import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

from api.demo_plan import Plan, Step, child_environment
from api.ports import dialling_address
from api.supervision import Charge, Say, Watch, last_words
from scenes.common.kit.children import end, spawn
from scenes.common.kit.embedded import EmbeddedStack

_READY_SECONDS: Final = 180.0

_LOOK_SECONDS: Final = 0.2

_OK: Final = 200

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class StackRefused(Exception):  # noqa: N818 - refusals say what happened
    """Something did not start; the message is one line, and what had started is ended."""


class _Ended(BaseException):
    """Somebody asked us to end."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the embedded servers, as something to watch; its stack ends it."""

    name: str
    start: Callable[[], None]
    is_running: Callable[[], bool]


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
