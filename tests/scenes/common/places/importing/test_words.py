import pytest

from scenes.common.places.importing.words import (
    COLUMNS,
    KINDS,
    SCENES,
    column_of,
    flag_of,
    kind_of,
    plain,
    scene_of,
)


def test_no_two_columns_share_a_word() -> None:
    words = [plain(word) for several in COLUMNS.values() for word in dict.fromkeys(map(plain, several))]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("header", "column"),
    [(" 名称 ", "name"), ("LAT (GCJ-02)", "latGcj02"), ("Step Free", "stepFree"), ("备注", None)],
)
def test_headers_are_known_however_they_are_spaced(header: str, column: str | None) -> None:
    assert column_of(header) == column


def test_scenes_kinds_and_flags_in_both_languages() -> None:
    assert {scene_of(word) for words in SCENES.values() for word in words} == set(SCENES)
    assert [kind_of("eldercare", word) for word in ("养老院", "Nursing Home", "充电站")] == [
        "nursing_home", "nursing_home", None,
    ]  # fmt: skip
    assert [flag_of(word) for word in ("是", "NO", "也许")] == [True, False, None]
    assert set(KINDS) == set(SCENES)
