"""Unpredictable numbers from the system, fetched by the page: each fetch of its own costs microseconds."""

import os
import random
from typing import Final

_PAGE: Final = 4096
"""Bytes fetched at a time."""


class PooledRandom(random.SystemRandom):
    """The system's random source, read ahead; every byte is given out once."""

    def __init__(self) -> None:
        super().__init__()
        self._pool = b""
        self._at = 0

    def getrandbits(self, k: int) -> int:
        """Return `k` unpredictable bits."""
        size = (k + 7) // 8
        if self._at + size > len(self._pool):
            self._pool = os.urandom(max(_PAGE, size))
            self._at = 0
        number = int.from_bytes(self._pool[self._at : self._at + size])
        self._at += size
        return number >> (size * 8 - k)
