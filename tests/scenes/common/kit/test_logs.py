import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.logs import configure_logging, hide_personal_data, mask_text

PHONE = "13812345678"
WITHOUT_DIGITS = st.text(st.characters(exclude_categories=["Nd", "Cs"]))
RESIDENT_ID = "11010519491231002X"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]


def cleaned(**event: Any) -> dict[str, Any]:
    return dict(hide_personal_data(None, "info", event))


def test_a_line_is_json_with_the_request_id_and_shanghai_time(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=True)
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger().info("booked", booking_id=UUID(int=7), zh="已预约")
    (line,) = lines(capsys)
    stamped = datetime.fromisoformat(line.pop("timestamp"))
    assert stamped.utcoffset() == timedelta(hours=8)
    assert line == {
        "event": "booked",
        "level": "info",
        "request_id": "r-1",
        "booking_id": "00000000-0000-0000-0000-000000000007",
        "zh": "已预约",
    }


def test_the_level_is_kept_and_may_be_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("warning", json=True)
    structlog.get_logger().info("quiet")
    configure_logging(logging.INFO, json=True)
    structlog.get_logger().info("loud")
    assert [line["event"] for line in lines(capsys)] == ["loud"]


def test_library_logs_are_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=True)
    logging.getLogger("a.library").info("sent to %s", PHONE, extra={"phone": PHONE})
    logging.getLogger("httpx").info("GET /people?name=王芳")
    (line,) = lines(capsys)
    assert (line["event"], line["phone"]) == ("sent to 138****5678", "***")
    assert line["logger"] == "a.library"


def test_a_traceback_is_masked_and_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=True)
    try:
        int(f"Key (phone)=({PHONE}) already exists")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = lines(capsys)
    assert "Key (phone)=(138****5678) already exists" in line["exception"]


def test_the_terminal_form_masks_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=False)
    structlog.get_logger().info("signed in", phone=PHONE, note=RESIDENT_ID)
    shown = capsys.readouterr().out
    assert "11************002X" in shown
    assert PHONE not in shown


@pytest.mark.parametrize(
    "key", ["name", "phone", "id_number", "resident_id", "residentId", "contact-phone", "Authorization"]
)
def test_personal_keys_are_hidden_at_any_depth(key: str) -> None:
    assert cleaned(**{key: "王芳"}) == {key: "***"}
    assert cleaned(body={"people": [{key: 7}]}) == {"body": {"people": [{key: "***"}]}}


def test_plain_values_stay_as_they_are() -> None:
    event = {"event": "x", "count": 3, "ratio": 0.5, "ok": True, "none": None, "ids": ["a"]}
    assert cleaned(**event) == event


def test_an_object_shows_only_its_type() -> None:
    @dataclass
    class Person:
        name: str

    assert cleaned(who=Person("王芳"), all=[Person("王芳")]) == {"who": "<Person>", "all": ["<Person>"]}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"call {PHONE}!", "call 138****5678!"),
        (f"+86{PHONE}", "+86138****5678"),
        ("138 1234 5678", "138****5678"),
        ("138-1234-5678", "138****5678"),
        (f"号码{PHONE}的居民", "号码138****5678的居民"),
        (f"id {RESIDENT_ID}.", "id 11************002X."),
        ("440524188001010014", "44************0014"),
        ("1780000000000", "1780000000000"),
        ("02152564588", "02152564588"),
    ],
)
def test_numbers_inside_text_are_masked_by_their_look(text: str, masked: str) -> None:
    assert mask_text(text) == masked


def test_a_phone_written_as_a_number_is_masked() -> None:
    assert cleaned(value=int(PHONE)) == {"value": "138****5678"}


@given(
    st.text(st.characters(exclude_categories=["Nd", "Cs"])),
    st.text(st.characters(exclude_categories=["Nd", "Cs"])),
)
def test_no_surrounding_saves_a_phone_from_the_mask(before: str, after: str) -> None:
    assert PHONE not in mask_text(before + PHONE + after)
    assert RESIDENT_ID not in mask_text(before + RESIDENT_ID + after)
