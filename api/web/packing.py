"""Makes what is sent small: the shell's files once and as small as they get, pages as each is shown.

Only pages and files of the shell pass here; the calls below /api/v1 are left as they are.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from secrets import randbelow, token_hex
from typing import Any, Final, cast

import brotli  # pyright: ignore[reportMissingTypeStubs] - it has none
from litestar import MediaType, Response
from litestar.datastructures import Cookie

SMALL: Final = 600
"""Bytes below which packing saves no packet."""

_brotli: Final = cast("Callable[..., bytes]", brotli.compress)
_PAGE_QUALITY: Final = 5
_PAGE_LEVEL: Final = 6
_OFFERED: Final = re.compile(r"(br|gzip)\s*(?:;\s*q=([\d.]+))?\s*(?:,|$)")
_NOISE_BYTES: Final = 24


def encoding_for(accept: str) -> str:
    """Return `br`, `gzip` or nothing, the best that an Accept-Encoding allows."""
    allowed = {name for name, weight in _OFFERED.findall(accept) if not weight or float(weight) > 0}
    return "br" if "br" in allowed else "gzip" if "gzip" in allowed else ""


class PackedPage(Response[str]):
    """A page that is packed when it is sent."""

    def __init__(
        self, html: str, *, accept: str, status: int, headers: Mapping[str, str], cookies: Sequence[Cookie]
    ) -> None:
        self.packing = encoding_for(accept)
        sent = {**headers, "Content-Encoding": self.packing} if self.packing else dict(headers)
        super().__init__(
            html, status_code=status, media_type=MediaType.HTML, headers=sent, cookies=list(cookies)
        )

    def render(self, content: Any, media_type: str, enc_hook: Any = None) -> bytes:
        """Pack what would be sent."""
        del media_type, enc_hook
        return packed_page(content, self.packing)


def packed_page(html: str, encoding: str) -> bytes:
    """Pack a page, with some bytes of chance at its end.

    A page carries a token and may show what was typed; packed together, the length alone would tell an
    observer how alike the two are. The chance hides that.
    """
    noise = f"<!-- {token_hex(randbelow(_NOISE_BYTES))} -->"
    data = f"{html}{noise}".encode()
    if encoding == "br":
        return _brotli(data, quality=_PAGE_QUALITY)
    return gzip.compress(data, compresslevel=_PAGE_LEVEL, mtime=0) if encoding == "gzip" else html.encode()


def packed_file(data: bytes) -> dict[str, bytes]:
    """Pack a file in each way there is, as small as it gets; nothing for a small one."""
    if len(data) < SMALL:
        return {}
    return {"br": _brotli(data), "gzip": gzip.compress(data, zlib.Z_BEST_COMPRESSION, mtime=0)}
