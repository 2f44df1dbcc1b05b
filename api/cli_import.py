"""`lifecircle import …`: a district's own files."""

from pathlib import Path
from uuid import UUID

import click

from api.cli_ground import part, the_database


@click.group("import")
def import_() -> None:
    """Load a district's own files."""


@import_.command("operators")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_operators(file: Path) -> None:
    """Take on charging operators (T/CEC 102): addresses, dialects and keys, from a JSON file."""
    with the_database() as settings:
        click.echo(f"{part('api.importing', 'import_operators')(settings, file)} operators")


@import_.command("osm")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--weights",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="the district's speeds and waits, as JSON  [default: docs/walking.md]",
)
def import_osm(file: Path, weights: Path | None) -> None:
    """Load the walking network from an OpenStreetMap file (XML or PBF), in the place of the one before."""
    with the_database() as settings:
        for line in part("api.importing_map", "import_osm")(settings, file, weights):
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
    with the_database() as settings:
        if undone is not None:
            click.echo(part("api.importing_places", "undo_import")(settings, undone))
            return
        wanted = part("scenes.common.places.importing.row", "Wishes")(**wishes)
        for line in part("api.importing_places", "import_places")(settings, file, wanted, dry_run=dry_run):
            click.echo(line)


@import_.command("schedule")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--place", help="name or id of the clinic  [default: the only one]")
@click.option("--dry-run", is_flag=True, help="tell what would be published and change nothing")
def import_schedule(file: Path, place: str | None, *, dry_run: bool) -> None:
    """Publish a clinic's shifts from a CSV file; a wrong line is named, and then nothing is published."""
    with the_database() as settings:
        for line in part("api.importing_schedule", "import_schedule")(settings, file, place, dry_run=dry_run):
            click.echo(line)


@import_.command("outlines")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_outlines(file: Path) -> None:
    """Take in the subdistricts' outlines (GeoJSON polygons with a name), in the place of those before."""
    with the_database() as settings:
        click.echo(f"{part('api.importing_places', 'import_outlines')(settings, file)} outlines")
