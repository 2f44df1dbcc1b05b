"""What the demo's operators and the district agreed on: dialects, and keys from its secret key."""

import hmac
from typing import Final

from scenes.charging.rules.envelope import KeySet, Secrets

DIALECTS: Final = ("standard", "quirky")
"""The first operator writes as the standard does, the second as partners do."""

KEY_LENGTH: Final = 16
"""Characters, and bytes, that AES-128 takes."""


def secrets_of(code: str, secret_key: bytes) -> Secrets:
    """Derive the keys that an operator and the district share."""
    return Secrets(theirs=_keys(f"{code}:theirs", secret_key), ours=_keys(f"{code}:ours", secret_key))


def stations_file(code: str) -> str:
    """Name the file, in the district's folder, that tells an operator's sandbox its stations."""
    return f"charging-{code}.json"


def _keys(purpose: str, secret_key: bytes) -> KeySet:
    """Derive one direction's four keys."""
    return KeySet(
        operator_secret=_key(f"{purpose}:operator", secret_key),
        data_secret=_key(f"{purpose}:data", secret_key),
        data_iv=_key(f"{purpose}:iv", secret_key),
        sig_secret=_key(f"{purpose}:sig", secret_key),
    )


def _key(purpose: str, secret_key: bytes) -> str:
    told = f"lifecircle demo operator:{purpose}".encode()
    return hmac.digest(secret_key, told, "sha256").hex()[:KEY_LENGTH]
