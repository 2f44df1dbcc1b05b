"""The API's description: generated from the routes, committed, and shown at /docs with local assets."""

import json
from pathlib import Path
from typing import Any, cast

import msgspec
import swagger_ui_bundle
from litestar import Litestar, Request, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.openapi.spec import Components, Contact, SecurityScheme, Tag
from litestar.router import Router
from litestar.routes import HTTPRoute
from litestar.static_files import create_static_files_router  # pyright: ignore[reportUnknownVariableType] - open generics of its own

from api.errors import PROBLEM_TYPE, Problem

PROBLEM_RESPONSE = {
    "description": "Refused or failed: a problem document with a stable code and the number that helps.",
    "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}

ASSETS_PATH = "/docs/assets"
VERSION = "1.0.0"

ASSETS: Router = create_static_files_router(
    path=ASSETS_PATH,
    directories=[Path(swagger_ui_bundle.swagger_ui_path)],
    include_in_schema=False,
    name="docs-assets",
)

_TAGS = {
    "sign-in": "Signing in, renewing and ending a sign-in.",
    "people": "The signed-in person, patients, preferences.",
    "me": "What concerns the signed-in person across scenes.",
    "places": "What is within walking time.",
    "bookings": "Bookings of all scenes.",
    "clinic": "Clinic appointments, waitlists, queues, family doctors.",
    "breakfast": "Menus, quotes, orders, weekly repeats, carts.",
    "eldercare": "Help for the old: alarms and their ladder, the daily sign, readings.",
    "charging": "Stations and guidance, queues, reservations, sessions and their bills.",
    "elder": "Elder mode: a home, one sentence, one question a step.",
    "operators": "The charging operators' side (T/CEC 102): signed and encrypted by their own rules.",
    "notices": "What those who carry notices tell by themselves: signed receipts.",
    "payments": "Payments and their provider's notices.",
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
        ],
    )


@get("/openapi.json", include_in_schema=False, media_type="application/json")
async def show_document(request: Request[Any, Any, Any]) -> bytes:
    """Show the API's description."""
    return document(request.app).encode()


def document(app: Litestar) -> str:
    """Write the description as stable JSON text, with what every call has in common."""
    schema: dict[str, Any] = msgspec.to_builtins(app.openapi_schema.to_schema(), enc_hook=str)
    _, problems = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    schema["components"]["schemas"] |= problems
    schema["components"]["responses"] = {"Problem": PROBLEM_RESPONSE}
    callers = _callers(app)
    for operations in schema["paths"].values():
        for operation in operations.values():
            _complete(operation, callers.get(operation["operationId"]))
    _drop_examples(schema)
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _callers(app: Litestar) -> dict[str, str]:
    """Tell which operations need a signed-in resident or member of staff, by what they are handed."""
    needs: dict[str, str] = {}
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            wanted = {"resident", "staff"} & handler.parsed_fn_signature.parameters.keys()
            if wanted and isinstance(handler.operation_id, str):
                needs[handler.operation_id] = wanted.pop()
    return needs


def _complete(operation: dict[str, Any], caller: str | None) -> None:
    """Say who may call, and that whatever goes wrong comes as a problem document."""
    if caller is not None:
        operation["security"] = [{"bearer": []}]
        operation["x-caller"] = caller
    operation["responses"] = {
        status: answer for status, answer in operation["responses"].items() if status != "400"
    } | {"default": {"$ref": "#/components/responses/Problem"}}


def _drop_examples(part: Any) -> None:
    """Take out the examples: the framework draws them at random, different each time."""
    if isinstance(part, dict):
        known = cast("dict[str, Any]", part)
        known.pop("examples", None)
        for value in known.values():
            _drop_examples(value)
    elif isinstance(part, list):
        for value in cast("list[Any]", part):
            _drop_examples(value)
