"""How imports of places look on the wire."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest
from scenes.common.places.datum import Datum
from scenes.common.places.importing.plan import Outcome
from scenes.common.places.service_imports import ImportView


class ImportRequest(WireRequest, frozen=True, kw_only=True):
    """A file to take in: `content` is base64; `scene` and `placeKind` are for rows that do not say.

    With `dryRun` nothing is changed and nothing kept; the answer is the same report.
    """

    kind: str = "places"
    file_name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    content: bytes
    datum: Datum = "gcj02"
    scene: str | None = None
    place_kind: str | None = None
    dry_run: bool = False


class ImportCounts(Wire, frozen=True, kw_only=True):
    """What became of the rows: each is one of the first four; `warned` of them are odd."""

    created: int
    updated: int
    unchanged: int
    skipped: int
    warned: int


class ImportLine(Wire, frozen=True, kw_only=True):
    """A row worth a look: refused, odd or changing what is stored. `line` is the file's line."""

    line: int
    name: str
    outcome: Outcome
    errors: list[str]
    warnings: list[str]
    changes: list[str]


class ImportSummary(Wire, frozen=True, kw_only=True):
    """An import in the list: `state` is proposed, done or undone; `id` is null for a dry run."""

    id: str | None
    kind: str
    state: str
    file_name: str
    datum: str
    at: datetime
    undone_at: datetime | None
    counts: ImportCounts

    @classmethod
    def of(cls, view: ImportView) -> "ImportSummary":
        """Show an import in the list."""
        return cls(**_summary(view))


class ImportReport(ImportSummary, frozen=True, kw_only=True):
    """An import with every row worth a look, and the headers that mean nothing here."""

    encoding: str
    ignored_columns: list[str]
    lines: list[ImportLine]

    @classmethod
    def of(cls, view: ImportView) -> "ImportReport":
        """Show an import whole."""
        report = view.report
        lines = [ImportLine(**msgspec.structs.asdict(line)) for line in report.lines]
        return cls(**_summary(view), encoding=report.encoding, ignored_columns=report.ignored, lines=lines)


def _summary(view: ImportView) -> dict[str, Any]:
    counts = ImportCounts(**view.report.counts, warned=view.report.warned)
    return {
        "id": str(view.id) if view.id else None,
        "kind": "places",
        "state": view.state,
        "file_name": view.file_name,
        "datum": view.datum,
        "at": shanghai(view.at),
        "undone_at": shanghai(view.undone_at) if view.undone_at else None,
        "counts": counts,
    }
