"""A partner's keys at rest: sealed for its own row, so that a row copied elsewhere opens nothing."""

from uuid import UUID

import msgspec

from scenes.charging.rules.envelope import KeySet, Secrets
from scenes.common.kit.crypto import FieldCipher

KEY_BYTES = 16
"""What AES-128 takes for its key and for its first block."""


def seal_secrets(secrets: Secrets, operator_id: UUID, *, cipher: FieldCipher) -> bytes:
    """Seal an operator's keys for its row; raises ValueError for keys of another length than AES-128's."""
    for keys in (secrets.theirs, secrets.ours):
        _check(keys)
    return cipher.seal(msgspec.json.encode(secrets).decode(), context=f"operator:{operator_id}")


def open_secrets(sealed: bytes, operator_id: UUID, *, cipher: FieldCipher) -> Secrets:
    """Open an operator's keys; raises SealBroken for what was sealed for another row."""
    return msgspec.json.decode(cipher.open(sealed, context=f"operator:{operator_id}"), type=Secrets)


def _check(keys: KeySet) -> None:
    if any(len(each.encode()) != KEY_BYTES for each in (keys.data_secret, keys.data_iv)):
        raise ValueError(f"data_secret and data_iv have {KEY_BYTES} bytes")
