"""What is sent is small, and unpacks to what it was."""

import gzip
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.packing import encoding_for, packed_file, packed_page
from tests.support.storefront import Browser

STYLE = Path("api/web/static/style.css").read_bytes()


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"), ("gzip, deflate", "gzip"), ("gzip;q=1.0, br;q=0", "gzip"),
        ("br;q=0.5,gzip", "br"), ("", ""), ("identity", ""), ("brisk, gzipped", ""),
    ],
)  # fmt: skip
def test_the_best_way_a_browser_allows(accept: str, encoding: str) -> None:
    assert encoding_for(accept) == encoding


@given(st.text(max_size=2000))
def test_a_page_unpacks_to_itself_and_a_comment(html: str) -> None:
    for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        whole = unpack(packed_page(html, encoding)).decode()
        assert whole.startswith(html)
        assert whole.removeprefix(html).startswith("<!-- ")
    assert packed_page(html, "") == html.encode()


def test_lengths_of_the_same_page_differ() -> None:
    assert len({len(packed_page("<p>一样的页</p>", "br")) for _ in range(60)}) > 5


@given(st.binary(min_size=600, max_size=3000))
def test_a_file_unpacks_to_itself(data: bytes) -> None:
    packed = packed_file(data)
    assert (brotli.decompress(packed["br"]), gzip.decompress(packed["gzip"])) == (data, data)


async def test_pages_and_files_are_packed_and_calls_are_not(browser: Browser) -> None:
    await browser.go("/")
    sheet = browser.links(r"/static/style\.css\?v=\w+")[0]
    packed: list[str | None] = []
    for path in ("/", sheet, "/api/v1/places?lat=31.24&lng=121.40"):
        answer = await browser.http.get(path, headers={"Accept-Encoding": "br"})
        packed.append(answer.headers.get("content-encoding"))
    assert packed == ["br", "br", None]
    plain = await browser.http.get(sheet, headers={"Accept-Encoding": "identity"})
    assert (plain.content, plain.headers["vary"]) == (STYLE, "Accept-Encoding")
