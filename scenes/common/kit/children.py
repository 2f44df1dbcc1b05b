"""Child processes that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Account:
    """A system account a child runs as, for servers that refuse to be root."""

    name: str
    uid: int
    gid: int


def tie_to_parent(parent: int, death_signal: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel send this process `death_signal` when process `parent` dies; end now if it has.

    Linux only; elsewhere nothing happens and the next start cleans up.
    """
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)


def spawn(  # noqa: PLR0913 - the few settings of Popen that matter here, by name
    argv: Sequence[str | Path],
    *,
    death_signal: signal.Signals = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
    stdout: IO[bytes] | int | None = None,
    stderr: IO[bytes] | int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session, tied to this process's life.

    Only from the main thread: the kernel watches the thread that forked, not the process, so a
    child of a pool thread would be ended with that thread.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("children are started from the main thread only")
    parent = os.getpid()
    return subprocess.Popen(  # noqa: S603 - every argv is built here from our own paths and numbers
        [os.fspath(part) for part in argv],
        env=env,
        cwd=cwd,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=lambda: tie_to_parent(parent, death_signal),  # noqa: PLW1509 - one system call, after setuid
    )


def end(
    child: subprocess.Popen[bytes],
    *,
    first: signal.Signals,
    patience: float,
    last: signal.Signals = signal.SIGKILL,
) -> None:
    """Ask a child to end with `first`, wait `patience` seconds, then insist with `last`, and reap it."""
    if child.poll() is not None:
        return
    child.send_signal(first)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.send_signal(last)
        child.wait()
