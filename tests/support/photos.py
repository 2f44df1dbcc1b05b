"""Photos as phones send them: with where and when they were taken written beside the picture."""

import io

from PIL import Image

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def photo(size: tuple[int, int] = (40, 20), kind: str = "JPEG", *, turned: bool = False) -> bytes:
    image = Image.new("RGB", size, "red")
    exif = Image.Exif()
    exif[MAKER] = "a phone"
    exif[ORIENTATION] = 6 if turned else 1
    exif[GPS] = {1: "N", 2: (31.0, 14.0, 30.0)}
    target = io.BytesIO()
    image.save(target, kind, exif=exif)
    return target.getvalue()


def facts(content: bytes) -> tuple[str | None, tuple[int, int], dict[int, object]]:
    """Return what a file says of itself: its format, its size, what is written beside the picture."""
    with Image.open(io.BytesIO(content)) as opened:
        return opened.format, opened.size, dict(opened.getexif())
