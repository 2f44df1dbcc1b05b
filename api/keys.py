"""The keys of a district that was given none: made once, kept in its data folder, for its owner only."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

KEY_BYTES: Final = {"secret_key": 32, "field_key": 16, "index_key": 32}
"""How many random bytes each key has; kept as hexadecimal text."""


class KeysRefused(Exception):  # noqa: N818 - refusals say what happened
    """The key file cannot be made or read; the message is one line."""


def kept_keys(folder: Path) -> dict[str, str]:
    """Read the folder's keys, making them at the first call; losing the file loses what they sealed."""
    path = folder / "secrets.json"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path)
        found = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise KeysRefused(f"cannot use {path}: {getattr(error, 'strerror', None) or error}") from None
    if not isinstance(found, dict) or not KEY_BYTES.keys() <= cast("dict[str, str]", found).keys():
        raise KeysRefused(f"cannot use {path}: it does not hold {', '.join(KEY_BYTES)}")
    return cast("dict[str, str]", found)


def _make(path: Path) -> None:
    """Write new keys whole or not at all; of two makers at once the first wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w") as stream:
        json.dump({name: secrets.token_hex(size) for name, size in KEY_BYTES.items()}, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
