"""Sealing of personal data and the audit chain, in the national algorithms.

SM4 is GB/T 32907, SM3 is GB/T 32905, SM4-GCM follows RFC 8998.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
DIGEST_BYTES = 32
SHORTEST_SEALED = 1 + NONCE_BYTES + TAG_BYTES
VERSION_SM4_GCM = b"\x01"
CHAIN_START = bytes(DIGEST_BYTES)


class SealBroken(Exception):  # noqa: N818 - refusals say what happened
    """The sealed bytes were altered, moved to another context, or sealed with another key."""


class FieldCipher:
    """Seals single fields with SM4-GCM and indexes them for equality with HMAC-SM3.

    `field_key` has 16 bytes, `index_key` at least 16; a district keeps them apart, so that
    who can look up cannot read.
    """

    def __init__(self, field_key: bytes, index_key: bytes) -> None:
        if len(field_key) != KEY_BYTES:
            raise ValueError(f"field_key must have {KEY_BYTES} bytes")
        if len(index_key) < KEY_BYTES:
            raise ValueError(f"index_key must have at least {KEY_BYTES} bytes")
        self._algorithm = algorithms.SM4(field_key)
        self._hmac = hmac.HMAC(index_key, hashes.SM3())

    def seal(self, text: str, *, context: str) -> bytes:
        """Encrypt `text`, bound to `context` (such as "person.phone:<id>"): version, nonce, data, tag."""
        return self.seal_bytes(text.encode(), context=context)

    def seal_bytes(self, content: bytes, *, context: str) -> bytes:
        """Encrypt what is no text, such as a photo, as `seal` does."""
        nonce = os.urandom(NONCE_BYTES)
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(VERSION_SM4_GCM + context.encode())
        data = encryptor.update(content) + encryptor.finalize()
        return VERSION_SM4_GCM + nonce + data + encryptor.tag

    def open(self, sealed: bytes, *, context: str) -> str:
        """Decrypt what `seal` made for the same `context`; raises `SealBroken` for anything else."""
        return self.open_bytes(sealed, context=context).decode()

    def open_bytes(self, sealed: bytes, *, context: str) -> bytes:
        """Decrypt what `seal_bytes` made for the same `context`; raises `SealBroken` for anything else."""
        if sealed[:1] != VERSION_SM4_GCM or len(sealed) < SHORTEST_SEALED:
            raise SealBroken("not a sealed field of a known version")
        nonce, tag = sealed[1 : 1 + NONCE_BYTES], sealed[-TAG_BYTES:]
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(VERSION_SM4_GCM + context.encode())
        try:
            return decryptor.update(sealed[1 + NONCE_BYTES : -TAG_BYTES]) + decryptor.finalize()
        except InvalidTag as broken:
            raise SealBroken("the sealed field does not match its key and context") from broken

    def index(self, text: str) -> bytes:
        """Give 32 bytes that are equal for equal texts and tell nothing without the index key."""
        keyed = self._hmac.copy()
        keyed.update(text.encode())
        return keyed.finalize()


def sm3(data: bytes) -> bytes:
    """Digest `data` to 32 bytes (SM3, GB/T 32905)."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def chain(previous: bytes, entry: bytes) -> bytes:
    """Link an audit entry to the link before it, so that no entry can change or vanish unseen.

    The first entry follows `CHAIN_START`. The fixed length of `previous` keeps the join unambiguous.
    """
    if len(previous) != DIGEST_BYTES:
        raise ValueError(f"a chain link has {DIGEST_BYTES} bytes")
    return sm3(previous + entry)
