from pathlib import Path

from loadtests.record import BOOK, Call, Recorder, recorded

CALL = Call(at=1_000.25, ms=12.5, call=BOOK, person="anna", status=201, key="key-anna", window="w1")
SILENCE = Call(at=1_001.0, ms=8_000.0, call=BOOK, person="bo", status=0, error="NoAnswerError")


def test_what_was_written_down_is_read_back(tmp_path: Path) -> None:
    with Recorder(tmp_path / "calls.jsonl") as recorder:
        recorder.note(CALL)
        recorder.note(SILENCE)

    assert recorded(tmp_path / "calls.jsonl") == [CALL, SILENCE]


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    with Recorder(path) as recorder:
        recorder.note(CALL)
        recorder.note(SILENCE)
    path.write_bytes(path.read_bytes()[:-10])

    assert recorded(path) == [CALL]
