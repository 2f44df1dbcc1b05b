"""The `lifecircle` command: every refusal is one line on stderr and exit code 2."""

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn
from uuid import UUID

import click
from rich.console import Console

from api import demo_plan, demo_stack
from api.cli_a11y import a11y
from api.history import Report, check
from api.history_file import HistoryUnreadableError
from api.keys import KeysRefused
from api.ports import PortClaim, PortRefused, claim_port, claim_port_from, listening_address
from api.reachable import DatabaseUnreachable, check_database
from api.settings import DEFAULT_PORT, PREFIX, Settings, SettingsRefused, load_settings
from scenes.common.kit.embedded import EmbeddedRefused, EmbeddedStack, FolderInUse
from scenes.common.kit.refusals import Conflict, Invalid, NotFound

REFUSED: Final = 2
_REFUSALS: Final = (
    SettingsRefused,
    EmbeddedRefused,
    PortRefused,
    KeysRefused,
    DatabaseUnreachable,
    demo_stack.StackRefused,
    Invalid,
    NotFound,
    Conflict,
)
_progress = Console(stderr=True, highlight=False, soft_wrap=True)


def main() -> None:
    """Run the command line; the entry point of `lifecircle`."""
    try:
        code: Any = cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        help_wanted.show()
        sys.exit(REFUSED)
    except click.ClickException as wrong:
        _refuse(wrong.format_message())
    except _REFUSALS as refused:
        _refuse(str(refused))
    except click.Abort:
        sys.exit(130)
    else:
        sys.exit(code if isinstance(code, int) else 0)


@click.group()
def cli() -> None:
    """Run a district's fifteen-minute digital life circle (一刻钟数字生活圈)."""


cli.add_command(a11y)


@cli.command()
@click.option("--host", metavar="ADDRESS", help="address to listen on  [default: :: (IPv6 and IPv4)]")
@click.option("--port", metavar="N", help="port; 0 takes a free one  [default: 8000]")
@click.option("--workers", metavar="N", help="server processes  [default: 1]")
def serve(host: str | None, port: str | None, workers: str | None) -> None:
    """Serve the district; on embedded servers unless LIFECIRCLE_DATABASE_URL is set."""
    settings, _claim = _listening(HOST=host, PORT=port, WORKERS=workers)
    if settings.database_url is None:
        demo_stack.run(demo_plan.plan_server(settings, say=_say), say=_say, announce=_announce)
    else:
        check_database(settings.database_url)
        _part("api.server", "serve")(settings)


@cli.command()
@click.option("--port", metavar="N", help="port; 0 takes a free one  [default: 8000, or the next free one]")
@click.option("--data-dir", metavar="DIR", help="folder that keeps everything")
@click.option("--residents", type=click.IntRange(1), default=5000, show_default=True, help="people to make")
@click.option("--workers", metavar="N", help="server processes  [default: 1]")
def demo(port: str | None, data_dir: str | None, residents: int, workers: str | None) -> None:
    """Run the whole demo district on this machine; prints `ready http://…` when it serves."""
    folder = str(Path(data_dir).expanduser().absolute()) if data_dir else None
    settings, _claim = _listening(PORT=port, DATA_DIR=folder, WORKERS=workers, DEMO="1")
    claims = [claim_port("127.0.0.1", 0) for _ in range(3 + demo_plan.OPERATORS)]
    sandbox, carriers, video, *operators = claims
    if settings.database_url is not None:
        check_database(settings.database_url)
    plan = demo_plan.plan_demo(
        settings,
        sandbox_port=sandbox.port,
        carriers_port=carriers.port,
        video_port=video.port,
        operator_ports=[claim.port for claim in operators],
        residents=residents,
        say=_say,
    )
    demo_stack.run(plan, say=_say, announce=_announce)


@cli.command()
def migrate() -> None:
    """Bring the database to the present shape."""
    with _database() as settings:
        _part("api.migrate", "upgrade")(settings.database_url)


@cli.command()
@click.option("--residents", type=click.IntRange(1), default=5000, show_default=True, help="people to make")
@click.option(
    "--days", type=click.IntRange(1, 60), default=14, show_default=True, help="days of sessions each way"
)
@click.option("--if-empty", is_flag=True, help="only add rooms that are missing when the district is there")
@click.option("--operator-url", multiple=True, hidden=True, help="where a charging operator's sandbox is")
def seed(residents: int, days: int, *, if_empty: bool, operator_url: tuple[str, ...]) -> None:
    """Make the demo district, flagged synthetic; the same numbers make the same people."""
    with _database() as settings:
        _part("api.migrate", "upgrade")(settings.database_url)
        _part("scenes.demo.service", "seed")(
            settings, residents=residents, days=days, if_empty=if_empty, operator_urls=operator_url
        )


@cli.command("demo-staff")
def demo_staff() -> None:
    """Print the demo staff's passwords and second factors."""
    with _database() as settings:
        for line in _part("scenes.demo.service", "staff_lines")(settings):
            click.echo(line)


@cli.command("demo-devices")
def demo_devices() -> None:
    """Print the demo's devices and their tokens, for `python -m scenes.eldercare.devices`."""
    with _database() as settings:
        for line in _part("scenes.demo.service", "device_lines")(settings):
            click.echo(line)


@cli.group("import")
def import_() -> None:
    """Load a district's own files."""


@import_.command("operators")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_operators(file: Path) -> None:
    """Take on charging operators (T/CEC 102): addresses, dialects and keys, from a JSON file."""
    with _database() as settings:
        click.echo(f"{_part('api.importing', 'import_operators')(settings, file)} operators")


@import_.command("osm")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--weights",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="the district's speeds and waits, as JSON  [default: docs/walking.md]",
)
def import_osm(file: Path, weights: Path | None) -> None:
    """Load the walking network from an OpenStreetMap file (XML or PBF), in the place of the one before."""
    with _database() as settings:
        for line in _part("api.importing_map", "import_osm")(settings, file, weights):
            click.echo(line)


@import_.command("places")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--datum", type=click.Choice(["gcj02", "wgs84"]), default="gcj02", show_default=True)
@click.option("--scene", help="scene of rows that do not say")
@click.option("--kind", help="kind of rows that do not say  [docs/places-import.md]")
@click.option("--dry-run", is_flag=True, help="tell what would happen and change nothing")
@click.option("--undo", "undone", metavar="IMPORT_ID", type=click.UUID, help="take an import back instead")
def import_places(file: Path | None, undone: UUID | None, *, dry_run: bool, **wishes: str | None) -> None:
    """Take in a list of places: CSV (UTF-8 or GB18030) or GeoJSON points."""
    if (file is None) == (undone is None):
        raise click.UsageError("give either a FILE or --undo IMPORT_ID")
    with _database() as settings:
        if undone is not None:
            click.echo(_part("api.importing_places", "undo_import")(settings, undone))
            return
        wanted = _part("scenes.common.places.importing.row", "Wishes")(**wishes)
        for line in _part("api.importing_places", "import_places")(settings, file, wanted, dry_run=dry_run):
            click.echo(line)


@import_.command("schedule")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--place", help="name or id of the clinic  [default: the only one]")
@click.option("--dry-run", is_flag=True, help="tell what would be published and change nothing")
def import_schedule(file: Path, place: str | None, *, dry_run: bool) -> None:
    """Publish a clinic's shifts from a CSV file; a wrong line is named, and then nothing is published."""
    with _database() as settings:
        for line in _part("api.importing_schedule", "import_schedule")(
            settings, file, place, dry_run=dry_run
        ):
            click.echo(line)


@import_.command("outlines")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_outlines(file: Path) -> None:
    """Take in the subdistricts' outlines (GeoJSON polygons with a name), in the place of those before."""
    with _database() as settings:
        click.echo(f"{_part('api.importing_places', 'import_outlines')(settings, file)} outlines")


@cli.command()
def worker() -> None:
    """Run the jobs: reminders, releases, sweeping, outbox."""
    with _database() as settings:
        os.environ.update(settings.environment())
        _part("api.worker", "main")()


@cli.command()
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="file  [default: standard output]"
)
def openapi(output: Path | None) -> None:
    """Write the API's description."""
    text = _describe()
    if output is None:
        click.echo(text, nl=False)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")


@cli.group()
def history() -> None:
    """Look into recorded histories of bookings."""


@history.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def history_check(file: Path) -> None:
    """Check a recorded history for oversold windows, lost and doubled bookings; exit 1 if any."""
    try:
        report: Report = check(file)
    except HistoryUnreadableError as unreadable:
        _refuse(f"{file}: {unreadable}")
    for sentence in report.violations:
        click.echo(sentence)
    click.echo(
        f"calls {report.calls}, acknowledged {report.acknowledged}, unknown {report.unknown}, "
        f"early refusals {report.early_refusals}, violations {len(report.violations)}"
    )
    sys.exit(1 if report.violations else 0)


def _listening(**given: str | None) -> tuple[Settings, PortClaim]:
    """Read the settings with the options over them, and claim the port before anything starts.

    A port nobody asked for gives way to the next free one; a port asked for is taken or refused.
    """
    env = dict(os.environ) | {PREFIX + name: value for name, value in given.items() if value is not None}
    settings = load_settings(env)
    address = listening_address(settings.host)
    if env.get(f"{PREFIX}PORT"):
        claim = claim_port(address, settings.port)
    else:
        claim = claim_port_from(address, DEFAULT_PORT)
        if claim.port != DEFAULT_PORT:
            _say(f"port {DEFAULT_PORT} is taken, using {claim.port}")
    settings = load_settings(env | {f"{PREFIX}PORT": str(claim.port)})  # for the address it gives out
    return replace(settings, host=address), claim


@contextmanager
def _database() -> Generator[Settings]:
    """Give settings with a database that is there: the external one, a running embedded one, or our own."""
    settings = load_settings(os.environ)
    if settings.database_url is not None:
        check_database(settings.database_url)
        yield settings
        return
    stack = EmbeddedStack(settings.data_dir, on_step=_say)
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


def _describe() -> str:
    """Write the description of every route, the demo's too; the same whatever the environment says."""
    keys = {"SECRET_KEY": "0" * 32, "FIELD_KEY": "0" * 32, "INDEX_KEY": "0" * 64}
    fixed = {"DATABASE_URL": "postgresql://nowhere.invalid/none", "DEMO": "1"} | keys
    settings = load_settings({PREFIX + name: value for name, value in fixed.items()})
    house = _part("api.lifespan", "House")(settings)
    app = _part("api.app", "litestar")(house, _part("api.errors", "Problems")(settings.help_phone))
    return str(_part("api.openapi", "document")(app))


def _part(module: str, name: str) -> Callable[..., Any]:
    """Load what only one command needs when that command runs."""
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as missing:
        if missing.name is None or not module.startswith(missing.name):
            raise
        raise click.ClickException(f"this build has no {module} yet") from None


def _say(step: str) -> None:
    _progress.print(f"· {step}", markup=False)


def _announce(url: str) -> None:
    click.echo(f"ready {url}")
    sys.stdout.flush()


def _refuse(reason: str) -> NoReturn:
    click.echo(f"lifecircle: {' '.join(reason.split())}", err=True)
    sys.exit(REFUSED)
