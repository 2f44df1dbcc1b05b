"""The data folder of an embedded stack: one owner at a time, and reachable by the servers' account."""

import fcntl
import hashlib
import os
import pwd
import re
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from scenes.common.kit.children import Account

_ACCOUNT_NAME: Final = "pgserver"
_SOCKET_NAME: Final = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT: Final = 103  # bytes: 107 on Linux, 103 on macOS
_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9/_.-]+")  # no quoting needed in a URL or a PostgreSQL list

_locked_here: set[Path] = set()


class EmbeddedRefused(Exception):  # noqa: N818 - refusals say what happened
    """The embedded servers cannot run as asked; the message is one line for whoever asked."""


class FolderInUse(EmbeddedRefused):
    """Another process, which the message names, runs its servers in this folder."""


class FolderLock:
    """The right to use one data folder, held by one stack of one process and freed by its death.

    A POSIX record lock, because it is not inherited by forked children; it does not stop a second
    taker inside the same process, so those are kept apart by a set.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._fd: int | None = None

    def take(self) -> None:
        """Claim the folder, or raise FolderInUse naming the process that has it."""
        if self._path in _locked_here:
            raise FolderInUse(f"{self._path.parent} is in use by process {os.getpid()}")
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(fd, 32).decode().strip() or "unknown"
            os.close(fd)
            raise FolderInUse(f"{self._path.parent} is in use by process {owner}") from None
        os.truncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        self._fd = fd
        _locked_here.add(self._path)

    def release(self) -> None:
        """Give the folder back; harmless when it is not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
            _locked_here.discard(self._path)


def servers_account() -> Account | None:
    """Name the unprivileged account for the servers: none unless we are root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    reason = "useradd is missing"
    for _ in range(5):  # two stacks on a new machine may both try to make it
        with suppress(KeyError):
            entry = pwd.getpwnam(_ACCOUNT_NAME)
            return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
        with suppress(FileNotFoundError):
            reason = _make_account()
        time.sleep(0.1)
    raise EmbeddedRefused(f"root needs an account '{_ACCOUNT_NAME}' to run PostgreSQL: {reason}")


def _make_account() -> str:
    made = subprocess.run(  # noqa: S603 - a fixed command
        ["useradd", "--system", "--user-group", _ACCOUNT_NAME],  # noqa: S607
        check=False,
        capture_output=True,
        text=True,
    )
    return made.stderr.strip().replace("\n", "; ")


def prepare_data_dir(folder: Path, account: Account | None) -> None:
    """Make the data folder, private to us; raises EmbeddedRefused when it cannot be used."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if account is not None:
            open_the_way(folder / "inside")
        with tempfile.TemporaryFile(dir=folder):
            pass
        os.listdir(folder)  # noqa: PTH208 - only whether it is allowed
    except OSError as error:
        raise EmbeddedRefused(f"cannot use the data folder {folder}: {error.strerror}") from None


def open_the_way(path: Path) -> None:
    """Let other accounts pass through (not list) every folder above `path`, so that theirs is reachable."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def make_folder(folder: Path, account: Account | None) -> None:
    """Make a folder only the servers' account can enter, or raise EmbeddedRefused if another owns it."""
    owner = os.geteuid() if account is None else account.uid
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
            raise EmbeddedRefused(f"cannot use {folder}: it belongs to another account")
        if account is not None:
            os.chown(folder, account.uid, account.gid)
        folder.chmod(0o700)
    except OSError as error:
        raise EmbeddedRefused(f"cannot use {folder}: {error.strerror}") from None


def socket_folder(data_dir: Path) -> Path:
    """Choose where the sockets live: beside the data, or a short temporary folder if that is too long."""
    near = data_dir / "run"
    name = f"lifecircle-{os.geteuid()}-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]}"
    for folder in (near, Path(tempfile.gettempdir()) / name):
        text = str(folder / _SOCKET_NAME)
        if len(text.encode()) <= _SOCKET_PATH_LIMIT and _PLAIN_PATH.fullmatch(text):
            return folder
    return Path("/tmp") / name  # noqa: S108 - made by make_folder, which refuses another account's
