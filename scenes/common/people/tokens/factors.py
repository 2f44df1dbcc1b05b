"""The two factors of staff: a password (argon2id) and a time-based code (TOTP, RFC 6238)."""

import asyncio
from datetime import datetime
from hmac import compare_digest

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pyotp import random_base32
from pyotp.totp import TOTP

STEP_SECONDS = 30
WINDOW = (0, -1, 1)
"""Clocks of phones differ: the code before and the code after count too."""


class Passwords:
    """Hashes and verifies passwords in threads, few at a time, since each takes 19 MiB.

    The default cost is the OWASP Password Storage Cheat Sheet's: argon2id, 19 MiB, 2 passes, 1 lane.
    """

    def __init__(self, hasher: PasswordHasher | None = None, *, at_once: int = 2) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._turns = asyncio.Semaphore(at_once)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Hash a password with a salt of its own."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Tell whether a password is the stored one; without a stored one the work is the same."""
        async with self._turns:
            return await asyncio.to_thread(self._verify, password, stored)

    def _verify(self, password: str, stored: str | None) -> bool:
        if self._nobody is None:
            self._nobody = self._hasher.hash("nobody has this password")
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None


def new_totp_secret() -> str:
    """Make a secret to be put into the staff member's authenticator app (base32, 160 bits)."""
    return random_base32()


def totp_step_of(secret: str, code: str, *, now: datetime, after_step: int) -> int | None:
    """Find the period a code is for, one either side of now; none if it is wrong or was used.

    A code counts once: only periods after `after_step`, the last one used, are taken.
    """
    totp = TOTP(secret, interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    found: int | None = None
    for step in (current + offset for offset in WINDOW):
        right = compare_digest(totp.generate_otp(step).encode(), code.encode())
        if right and step > after_step:
            found = step
    return found


def totp_now(secret: str, now: datetime) -> str:
    """Compute the code an authenticator app shows at an instant; for the demo's printout and tests."""
    return TOTP(secret, interval=STEP_SECONDS).generate_otp(int(now.timestamp()) // STEP_SECONDS)
