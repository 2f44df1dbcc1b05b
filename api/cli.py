"""The `lifecircle` command: every refusal is one line on stderr and exit code 2."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from api import demo_plan, demo_stack
from api.cli_ground import LoadedWhenRun, part, say, the_database
from api.cli_import import import_
from api.history import Report, check
from api.history_file import HistoryUnreadableError
from api.keys import KeysRefused
from api.ports import PortClaim, PortRefused, claim_port, claim_port_from, listening_address
from api.reachable import DatabaseUnreachable, check_database
from api.settings import DEFAULT_PORT, PREFIX, Settings, SettingsRefused, load_settings
from scenes.common.kit.embedded import EmbeddedRefused
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


@click.group(cls=LoadedWhenRun, later={"a11y": "api.cli_a11y"})
def cli() -> None:
    """Run a district's fifteen-minute digital life circle (一刻钟数字生活圈)."""


cli.add_command(import_)


@cli.command()
@click.option("--host", metavar="ADDRESS", help="address to listen on  [default: :: (IPv6 and IPv4)]")
@click.option("--port", metavar="N", help="port; 0 takes a free one  [default: 8000]")
@click.option("--workers", metavar="N", help="server processes  [default: 1]")
def serve(host: str | None, port: str | None, workers: str | None) -> None:
    """Serve the district; on embedded servers unless LIFECIRCLE_DATABASE_URL is set."""
    settings, _claim = _listening(HOST=host, PORT=port, WORKERS=workers)
    if settings.database_url is None:
        demo_stack.run(demo_plan.plan_server(settings, say=say), say=say, announce=_announce)
    else:
        check_database(settings.database_url)
        part("api.server", "serve")(settings)


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
        say=say,
    )
    demo_stack.run(plan, say=say, announce=_announce)


@cli.command()
def migrate() -> None:
    """Bring the database to the present shape."""
    with the_database() as settings:
        part("api.migrate", "upgrade")(settings.database_url)


@cli.command()
@click.option("--residents", type=click.IntRange(1), default=5000, show_default=True, help="people to make")
@click.option(
    "--days", type=click.IntRange(1, 60), default=14, show_default=True, help="days of sessions each way"
)
@click.option("--if-empty", is_flag=True, help="only add rooms that are missing when the district is there")
@click.option("--operator-url", multiple=True, hidden=True, help="where a charging operator's sandbox is")
def seed(residents: int, days: int, *, if_empty: bool, operator_url: tuple[str, ...]) -> None:
    """Make the demo district, flagged synthetic; the same numbers make the same people."""
    with the_database() as settings:
        part("api.migrate", "upgrade")(settings.database_url)
        part("scenes.demo.service", "seed")(
            settings, residents=residents, days=days, if_empty=if_empty, operator_urls=operator_url
        )


@cli.command("demo-staff")
def demo_staff() -> None:
    """Print the demo staff's passwords and second factors."""
    with the_database() as settings:
        for line in part("scenes.demo.service", "staff_lines")(settings):
            click.echo(line)


@cli.command("demo-devices")
def demo_devices() -> None:
    """Print the demo's devices and their tokens, for `python -m scenes.eldercare.devices`."""
    with the_database() as settings:
        for line in part("scenes.demo.service", "device_lines")(settings):
            click.echo(line)


@cli.command()
def worker() -> None:
    """Run the jobs: reminders, releases, sweeping, outbox."""
    with the_database() as settings:
        os.environ.update(settings.environment())
        part("api.worker", "main")()


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
            say(f"port {DEFAULT_PORT} is taken, using {claim.port}")
    settings = load_settings(env | {f"{PREFIX}PORT": str(claim.port)})  # for the address it gives out
    return replace(settings, host=address), claim


def _describe() -> str:
    """Write the description of every route, the demo's too; the same whatever the environment says."""
    keys = {"SECRET_KEY": "0" * 32, "FIELD_KEY": "0" * 32, "INDEX_KEY": "0" * 64}
    fixed = {"DATABASE_URL": "postgresql://nowhere.invalid/none", "DEMO": "1"} | keys
    settings = load_settings({PREFIX + name: value for name, value in fixed.items()})
    house = part("api.lifespan", "House")(settings)
    app = part("api.app", "litestar")(part("api.standing", "Standing")(house))
    return str(part("api.openapi", "document")(app))


def _announce(url: str) -> None:
    click.echo(f"ready {url}")
    sys.stdout.flush()


def _refuse(reason: str) -> NoReturn:
    click.echo(f"lifecircle: {' '.join(reason.split())}", err=True)
    sys.exit(REFUSED)
