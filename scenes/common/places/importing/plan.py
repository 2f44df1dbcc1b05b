"""What a file would do to the places that are there: create, update, leave, skip; decided without I/O."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from scenes.common.places.importing.row import Draft, Faulty, name_key
from scenes.common.places.walking import great_circle_m

Outcome = Literal["created", "updated", "unchanged", "skipped"]

SAME_PLACE_M: Final = 150
"""Within so many metres a place of the same name and scene is taken for the same."""

MOVED_M: Final = 500
"""A place that moves farther than this is pointed out."""

DEFAULTS: Final[dict[str, Any]] = {
    "address": "", "phone": None, "subdistrict": "", "step_free": False, "weekly_hours": {},
    "holiday_rule": "closed", "holiday_hours": [], "synthetic": False, "closed_at": None,
}  # fmt: skip
"""What a new place is where its row does not say."""

WORDS: Final = {
    "kind": "类型", "name": "名称", "address": "地址", "phone": "电话", "lat": "位置", "lng": "位置",
    "subdistrict": "街镇", "step_free": "无障碍", "weekly_hours": "开放时间", "holiday_rule": "节假日",
    "scene": "场景", "holiday_hours": "节假日", "hours_source": "时间来源",
    "closed_at": "重新开放", "synthetic": "演示标记",
}  # fmt: skip


class Existing(msgspec.Struct, frozen=True, kw_only=True):
    """A place as it is stored, in JSON values; `key` is its stable id if it has one."""

    id: UUID
    key: str | None
    facts: dict[str, Any]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one row comes to; `before` is none for what is created, and `after` for what is not taken."""

    line: int
    name: str
    outcome: Outcome
    errors: list[str] = msgspec.field(default_factory=list[str])
    warnings: list[str] = msgspec.field(default_factory=list[str])
    changes: list[str] = msgspec.field(default_factory=list[str])
    place_id: UUID | None = None
    key: str = ""
    key_is_new: bool = False
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class Known:
    """The places that are there, found by key, or by name and nearness."""

    def __init__(self, existing: Iterable[Existing]) -> None:
        self._by_key: dict[tuple[str, str], Existing] = {}
        self._by_name: dict[tuple[str, str], list[Existing]] = {}
        for place in existing:
            scene, name = place.facts["scene"], name_key(place.facts["name"])
            if place.key is not None:
                self._by_key[scene, place.key] = place
            elif place.facts["closed_at"] is None:
                self._by_name.setdefault((scene, name), []).append(place)

    def match(self, draft: Draft) -> Existing | None:
        """Return the place that a row is about."""
        found = self._by_key.get((draft.scene, draft.key))
        if found is not None:
            return found
        near = [place for place in self.namesakes(draft) if _apart(place.facts, draft.facts) <= SAME_PLACE_M]
        return min(near, key=lambda place: _apart(place.facts, draft.facts), default=None)

    def namesakes(self, draft: Draft) -> list[Existing]:
        """Return the places without a stable id that have the row's scene and name."""
        return self._by_name.get((draft.scene, name_key(draft.name)), [])


def plan(
    rows: Sequence[Draft | Faulty],
    existing: Iterable[Existing],
    *,
    new_id: Callable[[], UUID],
    source: str,
) -> list[Step]:
    """Decide what becomes of each row, in the file's order; `source` says who told the hours."""
    known, seen, taken = Known(existing), dict[tuple[str, str], int](), dict[UUID, int]()
    steps: list[Step] = []
    for row in rows:
        if isinstance(row, Faulty):
            steps.append(Step(line=row.line, name=row.name, outcome="skipped", errors=row.errors))
            continue
        first = seen.setdefault((row.scene, row.key), row.line)
        if first != row.line:
            steps.append(_repeated(row, first))
            continue
        match = known.match(row)
        if match is not None and taken.setdefault(match.id, row.line) != row.line:
            steps.append(_repeated(row, taken[match.id]))
            continue
        steps.append(_created(row, known, new_id(), source) if match is None else _matched(row, match))
    return steps


def counts(steps: Iterable[Step]) -> dict[Outcome, int]:
    """Count what becomes of the rows."""
    found: dict[Outcome, int] = {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0}
    for step in steps:
        found[step.outcome] += 1
    return found


def _repeated(draft: Draft, first: int) -> Step:
    return Step(line=draft.line, name=draft.name, outcome="skipped", errors=[f"和第 {first} 行是同一个地点"])


def _created(draft: Draft, known: Known, place_id: UUID, source: str) -> Step:
    facts = DEFAULTS | {"kind": "", "hours_source": source} | draft.facts
    if not facts["kind"]:
        return Step(
            line=draft.line, name=draft.name, outcome="skipped",
            errors=["是新的地点,要写类型(或在导入时指定)"],
        )  # fmt: skip
    warnings = list(draft.warnings)
    if not facts["weekly_hours"]:
        warnings.append("没有开放时间,页面上会显示休息")
    if not facts["subdistrict"]:
        warnings.append("没有街镇")
    apart = [_apart(place.facts, facts) for place in known.namesakes(draft)]
    if apart:
        warnings.append(f"已有同名的地点,相距 {min(apart):.0f} 米,当作另一处")
    return Step(
        line=draft.line, name=draft.name, outcome="created", warnings=warnings, place_id=place_id,
        key=draft.key, key_is_new=True, after=facts,
    )  # fmt: skip


def _matched(draft: Draft, match: Existing) -> Step:
    after = match.facts | draft.facts | {"closed_at": None}
    changed = [name for name, value in after.items() if match.facts[name] != value]
    warnings, key_is_new = list(draft.warnings), match.key is None
    moved = _apart(match.facts, after)
    if moved > MOVED_M:
        warnings.append(f"位置移动了 {moved:.0f} 米")
    if changed and match.facts["synthetic"]:
        warnings.append("原来是演示数据")
    return Step(
        line=draft.line, name=draft.name, outcome="updated" if changed or key_is_new else "unchanged",
        warnings=warnings, changes=_changes(changed, key_is_new=key_is_new), place_id=match.id,
        key=draft.key, key_is_new=key_is_new, before=match.facts, after=after,
    )  # fmt: skip


def _changes(changed: Sequence[str], *, key_is_new: bool) -> list[str]:
    """Name what changes, each once."""
    names = dict.fromkeys(WORDS[name] for name in changed)
    return [*names, "编号"] if key_is_new else list(names)


def _apart(facts: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    return great_circle_m(facts["lat"], facts["lng"], to_lat=other["lat"], to_lng=other["lng"])
