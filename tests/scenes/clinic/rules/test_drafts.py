from datetime import date, time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.clinic.errors import ScheduleUnreadable
from scenes.clinic.rules.drafts import HEAD, DraftLine, Hours, draft_of, overlapping, read_csv, read_shift
from scenes.clinic.rules.windows import Share, Shift, windows_for
from scenes.common.kit.clock import instant
from scenes.common.kit.csv_file import csv_bytes
from tests.scenes.clinic.rules.samples import RULE

PLACE, DOCTOR, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
TODAY, DAY = date(2026, 11, 23), date(2026, 11, 30)
DOCTORS = {("全科", "李敏"): [DOCTOR]}
SHIFTS = st.builds(
    Shift,
    place_id=st.just(PLACE),
    doctor_id=st.just(DOCTOR),
    day=st.dates(TODAY, date(2027, 12, 31)),
    period=st.sampled_from(["am", "pm"]),
    fee_fen=st.integers(0, 100_000),
    starts=st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    ends=st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    numbers=st.none() | st.integers(1, 500),
    only=st.none() | st.sampled_from(["public", "signed", "elders", "same_day"]),
)


@given(SHIFTS)
def test_a_shift_written_to_a_file_reads_as_the_same_shift(shift: Shift) -> None:
    content = csv_bytes(HEAD, [draft_of(shift, ("全科", "李敏"), 1).cells()])
    [line] = read_csv(content.decode("utf-8-sig"))
    assert line.line == 2
    assert read_shift(line, PLACE, DOCTORS, TODAY) == shift


@given(st.lists(st.text(max_size=12), min_size=9, max_size=9))
def test_whatever_is_typed_is_read_or_named_wrong(cells: list[str]) -> None:
    names = ("day", "period", "department", "doctor", "fee", "starts", "ends", "numbers", "audience")
    draft = DraftLine(line=1, **dict(zip(names, cells, strict=True)))
    found = read_shift(draft, PLACE, DOCTORS, TODAY)
    assert isinstance(found, Shift) or found


def test_everything_wrong_with_a_line_is_said_at_once() -> None:
    draft = DraftLine(
        line=7, day="2026-11-22", period="晚上", department="全科", doctor="李某", fee="免费",
        starts="8点", numbers="0", audience="亲友",
    )  # fmt: skip
    assert read_shift(draft, PLACE, DOCTORS, TODAY) == [
        "日期「2026-11-22」已经过去",
        "时段「晚上」只能是上午或下午",
        "没有「全科 李某」这位医生",
        "挂号费「免费」要是 0 到 1000 元",
        "开始「8点」要像 8:00",
        "总号数「0」要是 1 到 500",
        "给谁「亲友」看不懂",
    ]


def test_a_file_without_the_names_of_its_columns_is_refused() -> None:
    with pytest.raises(ScheduleUnreadable) as refused:
        read_csv("日期,医生\n2026-11-30,李敏\n")
    assert refused.value.detail == "第一行要写列名,还缺:时段、科室。"


def hours(doctor: UUID, starts: time, ends: time, period: str = "am") -> Hours:
    return Hours(doctor, DAY, period, instant(DAY, starts), instant(DAY, ends))


@pytest.mark.parametrize(
    ("there", "overlaps"),
    [
        (hours(DOCTOR, time(11), time(14), "pm"), True),
        (hours(DOCTOR, time(12), time(14), "pm"), False),
        (hours(OTHER, time(11), time(14), "pm"), False),
        (hours(DOCTOR, time(8), time(12), "am"), False),
    ],
)
def test_a_doctor_sits_in_one_place_at_a_time(there: Hours, *, overlaps: bool) -> None:
    assert overlapping(hours(DOCTOR, time(8), time(12)), [there]) is overlaps


@given(numbers=st.integers(1, 500), only=st.none() | st.sampled_from(["public", "signed", "elders"]))
def test_the_wished_numbers_are_all_there_and_for_whom_it_was_wished(
    numbers: int, only: Share | None
) -> None:
    shift = Shift(
        place_id=PLACE, doctor_id=DOCTOR, day=DAY, period="am", fee_fen=0, numbers=numbers, only=only
    )
    plans = windows_for(shift, RULE)
    assert sum(plan.capacity for plan in plans) == numbers
    if only:
        assert {plan.audience for plan in plans} == {only}


def test_a_cell_that_a_spreadsheet_would_run_is_guarded() -> None:
    assert csv_bytes(["名"], [["=1+1"], ["李敏"], [-3]]) == "\ufeff名\r\n'=1+1\r\n李敏\r\n-3\r\n".encode()


def test_numbers_too_long_to_be_meant_are_named_wrong() -> None:
    long = "9" * 5000
    draft = DraftLine(
        line=1, day=f"{long}-1-1", period="上午", department="全科", doctor="李敏", fee=long,
        starts=f"{long}:00", numbers=long,
    )  # fmt: skip
    found = read_shift(draft, PLACE, DOCTORS, TODAY)
    assert isinstance(found, list)
    assert [words[:2] for words in found] == ["日期", "挂号", "开始", "总号"]
