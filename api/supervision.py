"""Keeping a few child processes running: who died is said, and started again with growing patience."""

import re
import subprocess
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM
from typing import Final, Protocol

from scenes.common.kit.children import end, spawn

_FIRST_WAIT_SECONDS: Final = 0.5
_LONGEST_WAIT_SECONDS: Final = 30.0
_STEADY_SECONDS: Final = 60.0
_LOG_LIMIT_BYTES: Final = 20_000_000
_END_PATIENCE_SECONDS: Final = 30.0
_LONGEST_REASON: Final = 300
_EXCEPTION: Final = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Refused|Unreachable)\b.*")

Say = Callable[[str], None]


class Charge(Protocol):
    """Something that runs, may die, and can be started again."""

    @property
    def name(self) -> str:
        """What to call it to the person at the terminal."""
        ...

    def start(self) -> None:
        """Start it."""
        ...

    def is_running(self) -> bool:
        """Whether it is alive."""
        ...


@dataclass(slots=True)
class Process:
    """A child process whose output goes to a log file."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _said_before: int = field(default=0, init=False)

    def start(self) -> None:
        """Start the child; its log is continued, and put aside once it is large."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_name(self.log.name + ".old"))
        with self.log.open("ab") as log:
            self._said_before = log.tell()
            self._child = spawn(self.argv, env=self.env, stdout=log, stderr=log)

    @property
    def pid(self) -> int | None:
        """The child's process, if it was started."""
        return self._child.pid if self._child else None

    def is_running(self) -> bool:
        """Whether the child is alive."""
        return self._child is not None and self._child.poll() is None

    def stop(self) -> None:
        """End the child with SIGTERM, in the end with SIGKILL."""
        if self._child is not None:
            end(self._child, first=SIGTERM, patience=_END_PATIENCE_SECONDS)
            self._child = None

    def last_words(self) -> str:
        """Answer why the child ended, as far as its log says."""
        return last_words(self.log, since=self._said_before)


def last_words(log: Path, *, since: int = 0) -> str:
    """Answer the line of a log that says why its process ended: the last exception, else the last line.

    `since` is where this run's part of the log begins, in bytes.
    """
    if not log.exists():
        return ""
    lines = log.read_bytes()[since:].decode(errors="replace").strip().splitlines()
    raised = [line for line in lines if _EXCEPTION.match(line)]
    chosen = (raised or lines or [""])[-1].strip().removeprefix("lifecircle: ")
    return textwrap.shorten(chosen, _LONGEST_REASON, placeholder=" …")


@dataclass(slots=True)
class Watch:
    """One charge under watch; waits between its restarts grow while it keeps dying."""

    charge: Charge
    say: Say
    _failures: int = field(default=0, init=False)
    _since: float = field(default_factory=time.monotonic, init=False)
    _again_at: float | None = field(default=None, init=False)

    def look(self) -> None:
        """Look once: note a death, or start again what is due."""
        if self._again_at is None:
            if not self.charge.is_running():
                self._note_death()
        elif time.monotonic() >= self._again_at:
            self._start_again()

    def _note_death(self) -> None:
        if time.monotonic() - self._since > _STEADY_SECONDS:
            self._failures = 0
        wait = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2**self._failures)
        self._failures += 1
        self._again_at = time.monotonic() + wait
        self.say(f"{self.charge.name} ended unexpectedly; starting it again in {wait:g} s")

    def _start_again(self) -> None:
        self._again_at, self._since = None, time.monotonic()
        try:
            self.charge.start()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look tries again
            self.say(f"{self.charge.name} did not start: {error}")
