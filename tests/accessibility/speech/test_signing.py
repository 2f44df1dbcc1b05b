from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from accessibility.speech.signing import LONGEST, Reader

READER = Reader(b"k" * 32, speaks=True)


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_was_signed_is_known_again_and_nothing_else(text: str) -> None:
    url = READER.url(text)
    assert url is not None
    query = parse_qs(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    words, sig = query["text"][0], query["sig"][0]
    assert words == text[:LONGEST]
    assert READER.wrote(words, sig)
    assert not READER.wrote(words + "。", sig)
    assert not Reader(b"x" * 32, speaks=True).wrote(words, sig)


def test_without_a_voice_there_is_no_address() -> None:
    assert Reader(b"k" * 32, speaks=False).url("您好") is None
    assert READER.url("") is None


def test_a_strange_seal_is_refused() -> None:
    assert not READER.wrote("您好", "不对")
