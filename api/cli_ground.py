"""What the commands stand on: a database that is there, progress on stderr, parts loaded when needed."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

import click
from rich.console import Console

from api.reachable import check_database
from api.settings import Settings, load_settings
from scenes.common.kit.embedded import EmbeddedStack, FolderInUse

_progress: Final = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def the_database() -> Generator[Settings]:
    """Give settings with a database that is there: the external one, a running embedded one, or our own."""
    settings = load_settings(os.environ)
    if settings.database_url is not None:
        check_database(settings.database_url)
        yield settings
        return
    stack = EmbeddedStack(settings.data_dir, on_step=say)
    try:
        stack.start()
    except FolderInUse:  # by a running district, whose servers take us too
        check_database(stack.urls.database)
    try:
        yield replace(
            settings, database_url=stack.urls.database, redis_url=settings.redis_url or stack.urls.redis
        )
    finally:
        stack.stop()


def part(module: str, name: str) -> Callable[..., Any]:
    """Load what only one command needs when that command runs."""
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as missing:
        if missing.name is None or not module.startswith(missing.name):
            raise
        raise click.ClickException(f"this build has no {module} yet") from None


def say(step: str) -> None:
    """Tell on stderr what is being done."""
    _progress.print(f"· {step}", markup=False)
