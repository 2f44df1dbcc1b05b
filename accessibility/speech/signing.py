"""Only what this server wrote is read aloud: the address of a sound carries the words and their seal."""

import hmac
from base64 import urlsafe_b64encode
from typing import Final
from urllib.parse import urlencode

AUDIO: Final = "/api/v1/elder/audio"
LONGEST: Final = 300
"""Characters of what is read aloud in one go."""

_PURPOSE: Final = b"lifecircle spoken words"
_BYTES: Final = 16


class Reader:
    """Writes and checks the addresses at which words can be heard; `speaks` is false without an engine."""

    def __init__(self, secret_key: bytes, *, speaks: bool) -> None:
        self._key = hmac.digest(secret_key, _PURPOSE, "sha256")
        self.speaks = speaks

    def url(self, text: str) -> str | None:
        """Return where a text can be heard, none where this server does not speak; too long is cut."""
        if not self.speaks or not text:
            return None
        words = text[:LONGEST]
        return f"{AUDIO}?{urlencode({'text': words, 'sig': self.sign(words)})}"

    def sign(self, text: str) -> str:
        """Seal words: HMAC-SHA-256, its first 16 bytes in base64url."""
        seal = hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256")[:_BYTES]
        return urlsafe_b64encode(seal).rstrip(b"=").decode()

    def wrote(self, text: str, sig: str) -> bool:
        """Tell whether the words are ours and short enough."""
        return len(text) <= LONGEST and hmac.compare_digest(self.sign(text).encode(), sig.encode())
