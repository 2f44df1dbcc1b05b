from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.ids import new_id
from scenes.common.places.importing.plan import DEFAULTS, Existing, Outcome, Step, counts, plan
from scenes.common.places.importing.row import Draft, Faulty, name_key

FACTS: dict[str, Any] = {"name": "甲", "scene": "clinic", "kind": "hospital", "lat": 31.24, "lng": 121.4}
STORED = DEFAULTS | FACTS | {"hours_source": "演示", "synthetic": True}


def draft(line: int = 2, key: str = "C1", **facts: Any) -> Draft:
    told = FACTS | facts
    return Draft(line=line, name=told["name"], scene=told["scene"], key=key, facts=told)


def existing(key: str | None = None, **facts: Any) -> Existing:
    return Existing(id=new_id(), key=key, facts=STORED | facts)


def planned(rows: list[Draft | Faulty], *stored: Existing) -> list[Step]:
    return plan(rows, stored, new_id=new_id, source="导入:表.csv")


def outcomes(steps: list[Step]) -> list[Outcome]:
    return [step.outcome for step in steps]


def test_a_new_place_gets_the_defaults() -> None:
    [step] = planned([draft()])
    assert (step.outcome, step.before, step.key_is_new) == ("created", None, True)
    assert step.after == DEFAULTS | FACTS | {"hours_source": "导入:表.csv"}
    assert step.warnings == ["没有开放时间,页面上会显示休息", "没有街镇"]


def test_a_new_place_needs_a_kind() -> None:
    row = draft()
    del row.facts["kind"]
    assert planned([row])[0].errors == ["是新的地点,要写类型(或在导入时指定)"]


def test_the_same_id_is_the_same_place_wherever_it_moved() -> None:
    there = existing("C1", lat=31.20)
    [step] = planned([draft(phone="62549000")], there)
    assert (step.outcome, step.place_id, step.changes) == ("updated", there.id, ["电话", "位置"])
    assert step.warnings == ["位置移动了 4448 米", "原来是演示数据"]
    assert (step.before, step.after) == (there.facts, there.facts | FACTS | {"phone": "62549000"})


def test_what_is_as_stored_stays_unchanged_and_untold_facts_stay() -> None:
    there = existing("C1", phone="62549000", weekly_hours={"mon": ["08:00-09:00"]})
    [step] = planned([draft()], there)
    assert (step.outcome, step.after) == ("unchanged", there.facts)


def test_the_name_nearby_is_the_same_place_and_learns_its_id() -> None:
    near, far = existing(lat=31.2405), existing(lat=31.25)
    [step] = planned([draft(lat=31.24)], near, far)
    assert (step.place_id, step.outcome, step.key_is_new) == (near.id, "updated", True)
    [step] = planned([draft(lat=31.24)], far)
    assert (step.outcome, step.warnings[-1]) == ("created", "已有同名的地点,相距 1112 米,当作另一处")


def test_a_closed_place_opens_again_by_its_id_only() -> None:
    closed = "2026-11-01T00:00:00+00:00"
    assert planned([draft()], existing("C1", closed_at=closed))[0].changes == ["重新开放"]
    assert outcomes(planned([draft()], existing(closed_at=closed))) == ["created"]


def test_doubles_within_the_file_are_skipped() -> None:
    there = existing()
    rows = [draft(), draft(3), draft(4, name_key("甲")), Faulty(line=5, name="", errors=["没有写名称"])]
    steps = planned([*rows], there)
    assert [step.errors for step in steps] == [
        [], ["和第 2 行是同一个地点"], ["和第 2 行是同一个地点"], ["没有写名称"],
    ]  # fmt: skip
    assert counts(steps) == {"created": 0, "updated": 1, "unchanged": 0, "skipped": 3}


ROWS = st.lists(st.builds(draft, key=st.sampled_from("ABC"), lat=st.sampled_from([31.24, 31.25])))


@given(ROWS)
def test_a_file_taken_in_twice_changes_nothing_the_second_time(rows: list[Draft]) -> None:
    numbered: list[Draft | Faulty] = [draft(n, row.key, **row.facts) for n, row in enumerate(rows, start=2)]
    first = planned(numbered)
    stored = [Existing(id=s.place_id, key=s.key, facts=s.after) for s in first if s.place_id and s.after]
    again = planned(numbered, *stored)
    same = {"created": "unchanged"}
    assert outcomes(again) == [same.get(step.outcome, step.outcome) for step in first]
    assert len(stored) == len({step.key for step in first if step.key})
