import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.crypto import CHAIN_START, FieldCipher, SealBroken, chain, sm3

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
CIPHER = FieldCipher(KEY, bytes(range(32)))


def test_sm3_matches_both_examples_of_gb_t_32905() -> None:
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_sm4_matches_both_examples_of_gb_t_32907() -> None:
    encryptor = Cipher(algorithms.SM4(KEY), modes.ECB()).encryptor()  # noqa: S305 - the standard's example
    block = encryptor.update(KEY)
    assert block.hex() == "681edf34d206965e86b3e94f536e4246"
    for _ in range(999_999):
        block = encryptor.update(block)
    assert block.hex() == "595298c7c6fd271f0402f804c33d3f66"


def test_sm4_gcm_matches_rfc_8998() -> None:
    encryptor = Cipher(algorithms.SM4(KEY), modes.GCM(bytes.fromhex("00001234567800000000abcd"))).encryptor()
    encryptor.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    plain = "".join(letter * 16 for letter in "ABCDEFEA")
    sealed = encryptor.update(bytes.fromhex(plain)) + encryptor.finalize()
    assert (
        sealed.hex() == "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@given(st.text(), st.text())
def test_open_gives_back_what_was_sealed(text: str, context: str) -> None:
    assert CIPHER.open(CIPHER.seal(text, context=context), context=context) == text


def test_two_seals_of_one_text_differ_and_both_carry_the_version() -> None:
    first, second = (CIPHER.seal("13812345678", context="phone") for _ in range(2))
    assert first != second
    assert first[:1] == second[:1] == b"\x01"


def test_a_seal_moved_to_another_context_or_key_is_broken() -> None:
    sealed = CIPHER.seal("13812345678", context="person:1")
    with pytest.raises(SealBroken):
        CIPHER.open(sealed, context="person:2")
    with pytest.raises(SealBroken):
        FieldCipher(bytes(16), bytes(16)).open(sealed, context="person:1")


def test_every_changed_byte_and_every_cut_breaks_the_seal() -> None:
    sealed = CIPHER.seal("王芳", context="name")
    for at in range(len(sealed)):
        altered = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        for broken in (altered, sealed[:at]):
            with pytest.raises(SealBroken):
                CIPHER.open(broken, context="name")


def test_index_is_equal_for_equal_texts_and_depends_on_the_key() -> None:
    assert CIPHER.index("13812345678") == CIPHER.index("13812345678")
    assert len(CIPHER.index("13812345678")) == 32
    assert CIPHER.index("13812345678") != CIPHER.index("13812345679")
    assert CIPHER.index("13812345678") != FieldCipher(KEY, bytes(32)).index("13812345678")


def test_keys_of_a_wrong_length_are_refused() -> None:
    for field_key, index_key in ((bytes(15), bytes(16)), (bytes(16), bytes(15))):
        with pytest.raises(ValueError, match="key must have"):
            FieldCipher(field_key, index_key)


def test_chain_shows_a_changed_entry_and_a_swapped_order() -> None:
    def end_of(*entries: bytes) -> bytes:
        link = CHAIN_START
        for entry in entries:
            link = chain(link, entry)
        return link

    assert end_of(b"a", b"b") == end_of(b"a", b"b")
    assert len({end_of(b"a", b"b"), end_of(b"b", b"a"), end_of(b"ab"), end_of(b"a")}) == 4
    with pytest.raises(ValueError, match="32 bytes"):
        chain(b"short", b"a")
