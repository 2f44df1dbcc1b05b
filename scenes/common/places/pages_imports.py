"""Importing places at the desk: choose a file, read what it would do, confirm; and take an import back."""

from typing import Any, Final, cast
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff, only_district
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.pages import Mark, PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict, Invalid
from scenes.common.kit.speech import spoken_when
from scenes.common.places import service_imports as service
from scenes.common.places import service_undo
from scenes.common.places.errors import ImportChanged, ImportUnreadable
from scenes.common.places.importing.plan import Outcome
from scenes.common.places.importing.row import Wishes
from scenes.common.places.importing.words import KINDS
from scenes.common.places.pages_view import SCENES
from scenes.common.places.service_imports import ImportView, ReportLine

IMPORTS: Final = "/staff/import"
LISTED: Final = 20
MOST_LINES: Final = 500
MOST_BYTES: Final = 1_900_000
CONFLICT: Final = 409
STATES: Final = {
    "proposed": Mark("few", "还没导入"),
    "done": Mark("ok", "已导入"),
    "undone": Mark("off", "已撤回"),
}
OUTCOMES: Final[dict[Outcome, Mark]] = {
    "created": Mark("ok", "新增"),
    "updated": Mark("few", "更新"),
    "unchanged": Mark("off", "不变"),
    "skipped": Mark("full", "不导入"),
}
DATUMS: Final = {"gcj02": "GCJ-02(高德、腾讯地图)", "wgs84": "WGS-84(GPS)"}


class PastLine(msgspec.Struct, frozen=True, kw_only=True):
    """An import in the list."""

    href: str
    file_name: str
    when: str
    numbers: str
    mark: Mark


class ImportForm(msgspec.Struct, frozen=True, kw_only=True):
    """The form and the list; `kinds` are (scene's words, [(value, words)])."""

    datums: list[tuple[str, str]]
    kinds: list[tuple[str, list[tuple[str, str]]]]
    past: list[PastLine]
    problem: str


class RowLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row worth a look."""

    line: int
    name: str
    mark: Mark
    notes: list[str]
    wrong: bool


class ImportPage(msgspec.Struct, frozen=True, kw_only=True):
    """An import's own page: what it does or did, and what can be done with it; `act` is (words, address)."""

    file_name: str
    datum: str
    when: str
    mark: Mark
    numbers: list[tuple[str, int]]
    ignored: str
    lines: list[RowLine]
    more: int
    act: tuple[str, str, str] | None
    note: str
    problem: str


@get(IMPORTS, include_in_schema=False)
async def show_form(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show the form to choose a file, and the imports so far."""
    only_district(staff)
    return render("places/staff_import.html", await _form(reading, clock), title="导入地点")


@post(IMPORTS, include_in_schema=False)
async def upload(
    request: Request[Any, Any, Any],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Keep the chosen file and go to what it would do; a file that cannot be read is refused in words."""
    only_district(staff)
    try:
        name, content, wishes = await _read(request)
        async with database.transaction() as session:
            view = await service.propose(
                session, content, wishes=wishes, file_name=name, by=staff.staff_id, now=clock()
            )
    except Invalid as refused:
        async with database.read() as session:
            page = await _form(session, clock, problem=refused.detail)
        return render("places/staff_import.html", page, title="没有读成", status=400)
    return see_other(f"{IMPORTS}/{view.id}")


@get("/staff/import/{import_id:uuid}", include_in_schema=False)
async def show_import(
    import_id: FromPath[UUID],
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show what a file would do, or did."""
    only_district(staff)
    page = _page(await service.one(reading, import_id), clock)
    return render("places/staff_import_report.html", page, title="导入结果")


@post("/staff/import/{import_id:uuid}/confirm", include_in_schema=False)
async def confirm(
    import_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Take the file in; if it would do something else by now, show that first."""
    del data
    only_district(staff)
    try:
        async with database.transaction() as session:
            await service.confirm(session, import_id, by=staff.staff_id, now=clock())
    except ImportChanged as refused:
        async with database.transaction() as session:
            await service.look_again(session, import_id)
            page = _page(await service.one(session, import_id), clock, problem=refused.detail)
        return render("places/staff_import_report.html", page, title="又有变化", status=CONFLICT)
    return see_other(f"{IMPORTS}/{import_id}")


@post("/staff/import/{import_id:uuid}/undo", include_in_schema=False)
async def undo(
    import_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    hanging: NamedDependency[Any],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Take an import back, or say what stands in the way."""
    del data
    only_district(staff)
    try:
        async with database.transaction() as session:
            await service_undo.undo(session, import_id, hanging=hanging, by=staff.staff_id, now=clock())
    except Conflict as refused:
        async with database.read() as session:
            page = _page(await service.one(session, import_id), clock, problem=refused.detail)
        return render("places/staff_import_report.html", page, title="没有撤回", status=CONFLICT)
    return see_other(f"{IMPORTS}/{import_id}")


async def _read(request: Request[Any, Any, Any]) -> tuple[str, bytes, Wishes]:
    """Read the multipart form (ImportUnreadable without a file, or with one that is too large)."""
    form = await request.form()
    file = form.get("file")
    content = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    if not content:
        raise ImportUnreadable("请先选一个文件。")
    if len(content) > MOST_BYTES:
        raise ImportUnreadable("文件太大(最多 1.9 MB)。请分成几份,或请技术人员用命令行导入。")
    kind = str(form.get("placeKind") or "")
    scene, _, name = kind.partition("/")
    datum = "wgs84" if form.get("datum") == "wgs84" else "gcj02"
    called = cast("UploadFile", file).filename.replace("\x00", "").strip()[-200:] or "file.csv"
    return called, content, Wishes(datum=datum, scene=scene or None, kind=name or None)


async def _form(session: AsyncSession, clock: Clock, *, problem: str = "") -> ImportForm:
    past = await service.listed(session, after=None, limit=LISTED)
    kinds = [
        (SCENES[scene], [(f"{scene}/{kind}", words[0]) for kind, words in kinds.items()])
        for scene, kinds in KINDS.items()
    ]
    return ImportForm(
        datums=list(DATUMS.items()), kinds=kinds, past=[_past(view, clock) for view in past], problem=problem
    )


def _past(view: ImportView, clock: Clock) -> PastLine:
    numbers = "、".join(f"{words} {count}" for words, count in _numbers(view) if count)
    return PastLine(
        href=f"{IMPORTS}/{view.id}",
        file_name=view.file_name,
        when=spoken_when(view.at, clock()),
        numbers=numbers,
        mark=STATES[view.state],
    )


def _numbers(view: ImportView) -> list[tuple[str, int]]:
    counts = view.report.counts
    return [(OUTCOMES[name].text, counts[name]) for name in OUTCOMES]


def _page(view: ImportView, clock: Clock, *, problem: str = "") -> ImportPage:
    report, here = view.report, f"{IMPORTS}/{view.id}"
    writes = report.counts["created"] + report.counts["updated"]
    acts = {
        "proposed": (f"确认导入 {writes} 处", f"{here}/confirm", "") if writes else None,
        "done": ("撤回这次导入", f"{here}/undo", "danger"),
    }
    return ImportPage(
        file_name=view.file_name,
        datum=DATUMS[view.datum],
        when=spoken_when(view.undone_at or view.at, clock()),
        mark=STATES[view.state],
        numbers=[*_numbers(view), ("要核对", report.warned)],
        ignored="、".join(report.ignored),
        lines=[_line(line) for line in _worst_first(report.lines)[:MOST_LINES]],
        more=max(0, len(report.lines) - MOST_LINES),
        act=acts.get(view.state),
        note=_note(view, writes),
        problem=problem,
    )


def _note(view: ImportView, writes: int) -> str:
    if view.state == "proposed":
        return "还什么都没有改。看一遍下面的结果,再确认。" if writes else "这个文件没有要改的。"
    if view.state == "done":
        return "撤回以后,更新过的地点恢复原样,新增的地点关闭。"
    return "已经撤回:更新过的地点恢复了原样,新增的地点已关闭。"


def _worst_first(lines: list[ReportLine]) -> list[ReportLine]:
    return sorted(lines, key=lambda line: (not line.errors, not line.warnings, line.line))


def _line(line: ReportLine) -> RowLine:
    changes = [f"改:{'、'.join(line.changes)}"] if line.changes else []
    return RowLine(
        line=line.line,
        name=line.name or "(没有名称)",
        mark=OUTCOMES[line.outcome],
        notes=[*line.errors, *line.warnings, *changes],
        wrong=bool(line.errors),
    )


STAFF_PAGES: list[Any] = [show_form, upload, show_import, confirm, undo]
