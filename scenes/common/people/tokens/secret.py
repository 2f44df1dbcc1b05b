"""The long-lived half of a sign-in: an opaque token of which only digests are stored."""

import binascii
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hmac import compare_digest
from typing import NamedTuple, Self
from uuid import UUID

from scenes.common.kit.crypto import sm3
from scenes.common.people.tables import SignInRow

ID_BYTES = 16
FAMILY_BYTES = 16
SECRET_BYTES = 32
TEXT_LENGTH = 86


class SignInSecret(NamedTuple):
    """A refresh token or page cookie: the sign-in's id, its family's secret, and the current secret.

    The family's secret stays through every rotation. So a token that has it and not the current secret
    was truly given out earlier, and nobody can end another's sign-in by guessing.
    """

    sign_in_id: UUID
    family: bytes
    secret: bytes

    @classmethod
    def fresh(cls, sign_in_id: UUID) -> Self:
        """Make the first secret of a sign-in."""
        return cls(sign_in_id, os.urandom(FAMILY_BYTES), os.urandom(SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a token's text; none when it was never one of ours."""
        if len(text) != TEXT_LENGTH or not text.isascii():
            return None
        try:
            data = urlsafe_b64decode(text + "==")
        except binascii.Error:
            return None
        if len(data) != ID_BYTES + FAMILY_BYTES + SECRET_BYTES:
            return None
        end = ID_BYTES + FAMILY_BYTES
        return cls(UUID(bytes=data[:ID_BYTES]), data[ID_BYTES:end], data[end:])

    def rotated(self) -> Self:
        """Make the next secret of the same family."""
        return self._replace(secret=os.urandom(SECRET_BYTES))

    @property
    def text(self) -> str:
        """Write the token as it goes to its owner (86 characters, base64url)."""
        return urlsafe_b64encode(self.sign_in_id.bytes + self.family + self.secret).rstrip(b"=").decode()

    @property
    def family_hash(self) -> bytes:
        """Digest of the family's secret, as stored."""
        return sm3(self.family)

    @property
    def secret_hash(self) -> bytes:
        """Digest of the current secret, as stored."""
        return sm3(self.secret)

    def is_of(self, row: SignInRow) -> bool:
        """Tell whether the token belongs, now or earlier, to this sign-in's family."""
        return compare_digest(self.family_hash, row.family_hash)

    def is_current(self, row: SignInRow) -> bool:
        """Tell whether the token is the one given out last."""
        return compare_digest(self.secret_hash, row.secret_hash)
