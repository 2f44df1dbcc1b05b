"""Refusals become problem documents: status by kind, both languages, the phone that helps, said aloud."""

import msgspec
import pytest

from api.errors import Problems, status_of
from scenes.common.booking.errors import WindowFull
from scenes.common.kit.refusals import (
    Busy,
    Conflict,
    Forbidden,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    Invalid,
    NotFound,
    Refusal,
    Throttled,
    Unauthenticated,
)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Conflict(), 409), (WindowFull(), 409), (NotFound(), 404), (Forbidden(), 403),
        (Unauthenticated(), 401),
        (Invalid(), 400), (IdempotencyKeyMissing(), 400), (IdempotencyKeyReused(), 422), (Throttled(), 429),
        (Busy(), 503),
    ],
)  # fmt: skip
def test_each_kind_has_its_status(refusal: Refusal, status: int) -> None:
    assert status_of(refusal) == status


def test_a_problem_in_chinese() -> None:
    problem = Problems("12345").of_refusal(WindowFull(), english=False)
    assert msgspec.json.decode(msgspec.json.encode(problem)) == {
        "type": "urn:lifecircle:problem:window_full",
        "title": "现在办不了",
        "status": 409,
        "detail": "这个时段约满了,请换一个时段,或者排候补。",
        "code": "window_full",
        "help": {"phone": "12345", "speak": "要帮忙请打电话一、二、三、四、五。"},
        "errors": [],
    }


def test_a_problem_in_english_with_its_fields() -> None:
    problem = Problems("962221").of_refusal(Invalid(errors=(("lat", "too far"),)), english=True)
    assert (problem.title, problem.detail, problem.help.speak) == (
        "Invalid request", "The request is not valid.", "For help call 9 6 2 2 2 1.",
    )  # fmt: skip
    assert msgspec.to_builtins(problem.errors) == [{"path": "lat", "message": "too far"}]
