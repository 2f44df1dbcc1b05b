"""Reading one setting from text: each answers the value, or raises ValueError saying what is wanted."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from scenes.common.kit.limits import ACTS

_HIGHEST_PORT: Final = 65535
_MOST_WORKERS: Final = 256
_MOST_CONNECTIONS: Final = 512
_SHORTEST_DRAFT_HOURS: Final = 21
_LONGEST_DRAFT_HOURS: Final = 24 * 30
_LONGEST_UNDO_MINUTES: Final = 60
_SHORTEST_SECRET_BYTES: Final = 32
_FIELD_KEY_BYTES: Final = 16
_INDEX_KEY_BYTES: Final = 32
_HOST: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)?(?::(?P<port>\d{1,5}))?")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 -]{1,18}[0-9]")
_WORDS: Final = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False,
                 "off": False, "": False}  # fmt: skip
LOG_LEVELS: Final = ("debug", "info", "warning", "error")


def text(given: str) -> str:
    """Read any text with something in it."""
    if not given.strip():
        raise ValueError("must not be empty")
    return given.strip()


def flag(given: str) -> bool:
    """Read yes or no, in the usual words."""
    if given.strip().lower() not in _WORDS:
        raise ValueError("must be 1 or 0")
    return _WORDS[given.strip().lower()]


def port(given: str) -> int:
    """Read a TCP port; 0 stands for any free one."""
    if not given.isascii() or not given.isdigit() or int(given) > _HIGHEST_PORT:
        raise ValueError(f"must be a port from 0 to {_HIGHEST_PORT}")
    return int(given)


def workers(given: str) -> int:
    """Read how many server processes."""
    return _between(given, 1, _MOST_WORKERS)


def connections(given: str) -> int:
    """Read how many connections to PostgreSQL the requests of one process may have."""
    return _between(given, 1, _MOST_CONNECTIONS)


def draft_hours(given: str) -> int:
    """Read how long an unfinished guided flow is kept; data is kept longer than 20 hours (WCAG 2.2.6)."""
    return _between(given, _SHORTEST_DRAFT_HOURS, _LONGEST_DRAFT_HOURS)


def undo_minutes(given: str) -> int:
    """Read for how many minutes a booking made in a guided flow can be undone; 0 is never."""
    return _between(given, 0, _LONGEST_UNDO_MINUTES)


def _between(given: str, least: int, most: int) -> int:
    if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
        raise ValueError(f"must be a number from {least} to {most}")
    return int(given)


def limits(given: str) -> dict[str, int]:
    """Read how many times an hour one person may do what: `chargingBegin=10 breakfastOrder=30`."""
    pairs = [pair.partition("=") for pair in given.split()]
    wrong = [act for act, _, number in pairs if act not in ACTS or not number.isdecimal() or int(number) < 1]
    if wrong:
        raise ValueError(f"must be like {ACTS[0]}=6, one or more an hour, of {', '.join(ACTS)}")
    return {act: int(number) for act, _, number in pairs}


def folder(given: str) -> Path:
    """Read an absolute folder, which may not exist yet."""
    path = Path(text(given)).expanduser()
    if not path.is_absolute():
        raise ValueError("must be an absolute path")
    if path.exists() and not path.is_dir():
        raise ValueError(f"must be a folder, and {path} is a file")
    return path


def phone(given: str) -> str:
    """Read a number a resident can dial."""
    if not _PHONE.fullmatch(given.strip()):
        raise ValueError("must be a phone number")
    return given.strip()


def log_level(given: str) -> str:
    """Read one of the log levels."""
    if given.strip().lower() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return given.strip().lower()


def secret(given: str) -> bytes:
    """Read a secret long enough to sign with."""
    if len(given.encode()) < _SHORTEST_SECRET_BYTES:
        raise ValueError(f"must have at least {_SHORTEST_SECRET_BYTES} bytes")
    return given.encode()


def field_key(given: str) -> bytes:
    """Read the SM4 key of sealed fields."""
    return _hexadecimal(given, _FIELD_KEY_BYTES)


def index_key(given: str) -> bytes:
    """Read the HMAC-SM3 key of look-ups."""
    return _hexadecimal(given, _INDEX_KEY_BYTES)


def web_address(given: str) -> str:
    """Read where something is reached by HTTP, without a closing slash."""
    parts = _split(given)
    if parts.scheme not in {"http", "https"} or not _is_host_list(parts.netloc, most=1):
        raise ValueError("must be http://host or https://host, with a port if need be")
    return given.strip().rstrip("/")


def database_url(given: str) -> str:
    """Read a libpq URL, which may name several hosts, or a socket folder as `?host=`.

    The message never repeats it, as it may hold a password.
    """
    parts = _split(given)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("must begin with postgresql://")
    hosts = parts.netloc.rpartition("@")[2]
    query = parse_qs(parts.query)
    if (hosts or not query.get("host")) and not _is_host_list(hosts, most=16):
        raise ValueError("must name its server: postgresql://user@host:port/name, or ?host=/socket/folder")
    if not parts.path.strip("/"):
        raise ValueError("must name its database: postgresql://user@host/name")
    return "postgresql" + given.strip()[len(parts.scheme) :]


def redis_url(given: str) -> str:
    """Read a Redis or Valkey URL; the message never repeats it, as it may hold a password."""
    parts = _split(given)
    if parts.scheme == "unix":
        if parts.netloc or not parts.path.startswith("/"):
            raise ValueError("must name a socket: unix:///path/to/redis.sock")
    elif parts.scheme not in {"redis", "rediss"}:
        raise ValueError("must begin with redis://, rediss:// or unix://")
    elif not _is_host_list(parts.netloc.rpartition("@")[2], most=1):
        raise ValueError("must name its server: redis://host:port/0")
    return given.strip()


def _split(given: str) -> SplitResult:
    try:
        return urlsplit(given.strip())
    except ValueError:  # its words repeat the URL
        raise ValueError("must be a URL") from None


def _is_host_list(hosts: str, *, most: int) -> bool:
    """Whether `hosts` is `host:port,host:port…` with at most `most` of them."""
    found = [_HOST.fullmatch(each) for each in hosts.split(",")]
    return len(found) <= most and all(
        one and one["host"] and (one["port"] is None or 0 < int(one["port"]) <= _HIGHEST_PORT)
        for one in found
    )


def _hexadecimal(given: str, size: int) -> bytes:
    try:
        key = bytes.fromhex(given.strip())
    except ValueError:
        key = b""
    if len(key) != size:
        raise ValueError(f"must be {size} bytes in hexadecimal ({size * 2} digits)")
    return key
