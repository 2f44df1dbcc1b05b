"""The API's description: generated from the routes, committed, and shown at /docs with local assets."""

import json
from pathlib import Path
from typing import Any

import msgspec
import swagger_ui_bundle
from litestar import Litestar, Request, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.openapi.spec import Components, Contact, SecurityScheme, Tag
from litestar.router import Router
from litestar.static_files import create_static_files_router  # pyright: ignore[reportUnknownVariableType] - open generics of its own

ASSETS_PATH = "/docs/assets"
VERSION = "1.0.0"

ASSETS: Router = create_static_files_router(
    path=ASSETS_PATH,
    directories=[Path(swagger_ui_bundle.swagger_ui_path)],
    include_in_schema=False,
    name="docs-assets",
)

_TAGS = {
    "people": "Sign-in, the signed-in person, patients, preferences.",
    "places": "What is within walking time.",
    "bookings": "Bookings of all scenes.",
    "clinic": "Clinic appointments, waitlists, queues, family doctors.",
    "payments": "Payments and their provider's notices.",
    "notices": "The inbox.",
    "staff": "The desk of a venue: two factors, scoped to the venue, every personal read audited.",
    "health": "For the load balancer and the engineer.",
}


def config(title: str) -> OpenAPIConfig:
    """Return Litestar's OpenAPI settings: the document and a page whose assets come from here."""
    return OpenAPIConfig(
        title=f"Lifecircle · {title}",
        version=VERSION,
        description="A district's fifteen-minute digital life circle (一刻钟数字生活圈).",
        contact=Contact(name="Lifecircle"),
        tags=[Tag(name=name, description=text) for name, text in _TAGS.items()],
        components=Components(
            security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")}
        ),
        path="/docs",
        render_plugins=[
            SwaggerRenderPlugin(
                path="/",
                js_url=f"{ASSETS_PATH}/swagger-ui-bundle.js",
                css_url=f"{ASSETS_PATH}/swagger-ui.css",
                standalone_preset_js_url=f"{ASSETS_PATH}/swagger-ui-standalone-preset.js",
                favicon="<link rel='icon' href='data:,'>",
            ),
            JsonRenderPlugin(path="/openapi.json"),
        ],
    )


@get("/openapi.json", include_in_schema=False, media_type="application/json")
async def show_document(request: Request[Any, Any, Any]) -> bytes:
    """Show the API's description."""
    return document(request.app).encode()


def document(app: Litestar) -> str:
    """Write the description as stable JSON text."""
    schema = msgspec.to_builtins(app.openapi_schema.to_schema(), enc_hook=str)
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
