"""The few files of the shell: read and packed once, their address carries a digest, so browsers keep them."""

import hashlib
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from api.web.packing import encoding_for, packed_file
from scenes.common.kit.refusals import NotFound

YEAR_SECONDS: Final = 31_536_000
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
                 ".svg": "image/svg+xml"}  # fmt: skip


class StaticFiles:
    """The stylesheets, scripts and icons of a folder."""

    def __init__(self, folder: Path) -> None:
        self.files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in _TYPES}
        self._packed = {name: packed_file(data) for name, data in self.files.items()}
        self._digests = {name: hashlib.sha256(data).hexdigest()[:12] for name, data in self.files.items()}

    def address(self, name: str) -> str:
        """Return the address of a file as it is now."""
        return f"/static/{name}?v={self._digests[name]}"

    def answer(self, name: str, accept: str) -> Response[bytes]:
        """Answer with a file, packed as the browser allows, to be kept for a year under its digest."""
        if name not in self.files:
            raise NotFound
        headers = {"Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable", "Vary": "Accept-Encoding"}
        if name.endswith("-worker.js"):
            headers["Service-Worker-Allowed"] = "/"
        encoding = encoding_for(accept)
        packed = self._packed[name].get(encoding)
        if packed is not None:
            headers["Content-Encoding"] = encoding
        return Response(packed or self.files[name], media_type=_TYPES[Path(name).suffix], headers=headers)

    def handler(self) -> ControllerRouterHandler:
        """Make the handler that serves the files."""

        @get("/static/{name:str}", include_in_schema=False, sync_to_thread=False)
        def serve_static(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
            """Serve a stylesheet, script or icon."""
            return self.answer(name, request.headers.get("accept-encoding", ""))

        return serve_static
