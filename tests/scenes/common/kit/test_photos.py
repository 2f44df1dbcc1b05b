"""A photo is drawn anew: upright, bounded, and with nothing in it but the picture."""

import io

import pytest
from PIL import Image

from scenes.common.kit.photos import MOST_BYTES, PhotoInvalid, decoded, redrawn
from tests.support.photos import photo


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_picture_is_left(kind: str) -> None:
    given = photo(kind=kind)
    assert dict(Image.open(io.BytesIO(given)).getexif()) != {}
    with Image.open(io.BytesIO(redrawn(given))) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (40, 20), {})
        assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_taken_upright_stands_upright() -> None:
    with Image.open(io.BytesIO(redrawn(photo((40, 20), turned=True)))) as kept:
        assert kept.size == (20, 40)


def test_a_large_photo_becomes_a_small_one() -> None:
    with Image.open(io.BytesIO(redrawn(photo((4000, 3000))))) as kept:
        assert kept.size == (1600, 1200)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no photo at all", photo()[:100], b"GIF89a" + bytes(50), bytes(MOST_BYTES + 1),
        photo((8000, 7000), "PNG"),
    ],
    ids=["nothing", "words", "cut off", "gif", "too large", "too many pixels"],
)  # fmt: skip
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoInvalid):
        redrawn(content)


def test_what_is_no_base64_is_no_photo() -> None:
    assert decoded("YQ==") == b"a"
    with pytest.raises(PhotoInvalid):
        decoded("not base64!")
