"""What the commands stand on: a database that is there, progress on stderr, parts loaded when needed."""

import os
from collections.abc import Callable, Generator, Mapping
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


class LoadedWhenRun(click.Group):
    """Commands of which some, named with their modules, are loaded when they run or when help is asked for.

    Every process of a district begins as this command; what one command needs must not delay them all.
    """

    def __init__(self, *args: Any, later: Mapping[str, str], **facts: Any) -> None:
        super().__init__(*args, **facts)
        self._later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands."""
        return sorted([*super().list_commands(ctx), *self._later])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command, loading it if need be."""
        if cmd_name in self._later:
            return getattr(import_module(self._later[cmd_name]), cmd_name)
        return super().get_command(ctx, cmd_name)


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
