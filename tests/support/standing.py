"""The whole application for a test's house; its routes are put together once a run, which takes a second."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from litestar import Litestar

from api.app import front, litestar
from api.front import Front
from api.lifespan import House
from api.standing import Standing

OF_A_HOUSE: dict[str, Any] = {
    "database_url": None, "redis_url": None, "data_dir": Path(), "secret_key": b"", "field_key": b"",
    "index_key": b"", "sandbox_pay_secret": b"",
}  # fmt: skip
"""What of the settings the routes do not see when they are put together."""

_BUILT: list[tuple[object, Standing, Litestar]] = []
"""For each kind of settings: where a house moves in, and the routes that serve it."""


def routes_of(house: House) -> Litestar:
    """Let a house move in behind the routes; a second one of the same settings takes the first's place."""
    kind = replace(house.settings, **OF_A_HOUSE)
    for known, standing, app in _BUILT:
        if known == kind:
            standing.move_in(house)
            return app
    standing = Standing(house)
    app = litestar(standing)
    _BUILT.append((kind, standing, app))
    return app


def front_of(house: House) -> Front:
    """Serve a house without its lifespan."""
    return front(house, routes_of(house))
