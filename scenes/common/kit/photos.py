"""Photos that people send, made safe to keep: drawn anew, so that nothing but the picture is left.

A phone writes where and when a photo was taken into its file; none of that is kept.
"""

import base64
import binascii
import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from scenes.common.kit.refusals import Invalid

MOST_BYTES: Final = 8 * 1024 * 1024
"""What a phone's camera makes at its best."""

MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 1600
QUALITY: Final = 82
MOST_BODY: Final = MOST_BYTES * 4 // 3 + 1024
"""A JSON body that carries a photo as base64."""

MOST_FORM: Final = MOST_BYTES + 65_536
"""A form that carries a photo as a file."""

MEDIA_TYPE: Final = "image/jpeg"
_KINDS: Final = ("JPEG", "PNG", "WEBP")


class PhotoInvalid(Invalid):
    """The file is no photo we can read, or is too large."""

    code = "photo_invalid"
    zh = "照片要 JPG、PNG 或 WebP,不超过 8 MB。"
    en = "The photo must be JPEG, PNG or WebP of at most 8 MB."


def decoded(photo: str) -> bytes:
    """Return what a photo sent as base64 holds; refuses with PhotoInvalid."""
    try:
        return base64.b64decode(photo, validate=True)
    except (binascii.Error, ValueError):
        raise PhotoInvalid from None


def redrawn(content: bytes) -> bytes:
    """Return the picture as a JPEG of at most 1600 pixels a side, upright, without any data beside it.

    Takes a moment of processor time: call it outside the event loop. Refuses with PhotoInvalid.
    """
    if not 0 < len(content) <= MOST_BYTES:
        raise PhotoInvalid
    try:
        with Image.open(io.BytesIO(content), formats=_KINDS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PhotoInvalid
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise PhotoInvalid from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    target = io.BytesIO()
    plain.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()
