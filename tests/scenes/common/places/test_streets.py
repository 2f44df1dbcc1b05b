import pytest

from scenes.common.places.streets import (
    blocks,
    is_against_wheels,
    is_crossing_way,
    is_gate,
    stops_wheels,
    wait_at,
    why_not_walked,
)


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({"highway": "footway"}, None),
        ({"highway": "steps"}, None),
        ({"highway": "primary"}, None),
        ({"highway": "motorway"}, "not_walkable"),
        ({"highway": "motorway_link", "foot": "yes"}, "not_walkable"),
        ({"highway": "trunk"}, "not_walkable"),
        ({"highway": "trunk", "sidewalk": "both"}, None),
        ({"highway": "trunk", "foot": "yes"}, None),
        ({"highway": "cycleway"}, "not_walkable"),
        ({"highway": "cycleway", "foot": "designated"}, None),
        ({"highway": "construction"}, "not_walkable"),
        ({"highway": "primary", "foot": "no"}, "not_walkable"),
        ({"highway": "primary", "foot": "use_sidepath"}, "not_walkable"),
        ({"highway": "primary", "motorroad": "yes"}, "not_walkable"),
        ({"highway": "service", "access": "private"}, "private"),
        ({"highway": "service", "access": "no"}, "private"),
        ({"highway": "service", "access": "private", "foot": "yes"}, None),
        ({"highway": "footway", "foot": "private"}, "private"),
        ({}, "not_walkable"),
    ],
)
def test_which_ways_are_walked(tags: dict[str, str], why: str | None) -> None:
    assert why_not_walked(tags) == why


@pytest.mark.parametrize(
    ("tags", "blocked", "gate", "wheels_stopped"),
    [
        ({}, False, False, False),
        ({"barrier": "bollard"}, False, False, False),
        ({"barrier": "gate"}, False, True, False),
        ({"barrier": "gate", "locked": "yes"}, True, True, False),
        ({"barrier": "gate", "access": "private"}, True, True, False),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, False, True, False),
        ({"barrier": "wall"}, True, False, False),
        ({"barrier": "stile"}, False, False, True),
        ({"barrier": "turnstile", "wheelchair": "yes"}, False, True, False),
        ({"barrier": "kerb"}, False, False, True),
        ({"barrier": "kerb", "kerb": "lowered"}, False, False, False),
        ({"kerb": "raised"}, False, False, True),
        ({"highway": "crossing", "wheelchair": "no"}, False, False, True),
    ],
)
def test_what_points_stop(tags: dict[str, str], *, blocked: bool, gate: bool, wheels_stopped: bool) -> None:
    assert (blocks(tags), is_gate(tags), stops_wheels(tags)) == (blocked, gate, wheels_stopped)


@pytest.mark.parametrize(
    ("tags", "against"),
    [
        ({}, False),
        ({"wheelchair": "no"}, True),
        ({"wheelchair": "limited"}, False),
        ({"smoothness": "horrible"}, True),
        ({"smoothness": "horrible", "wheelchair": "yes"}, False),
        ({"incline": "8%"}, False),
        ({"incline": "-15 %"}, True),
        ({"incline": "up"}, False),
    ],
)
def test_ways_against_wheelchairs(tags: dict[str, str], *, against: bool) -> None:
    assert is_against_wheels(tags) == against


@pytest.mark.parametrize(
    ("tags", "wait"),
    [
        ({"highway": "traffic_signals"}, "signal"),
        ({"highway": "crossing"}, "crossing"),
        ({"highway": "crossing", "crossing": "traffic_signals"}, "signal"),
        ({"highway": "crossing", "crossing:signals": "yes"}, "signal"),
        ({"highway": "crossing", "crossing": "no"}, None),
        ({"highway": "footway", "footway": "crossing"}, "crossing"),
        ({"highway": "footway"}, None),
    ],
)
def test_where_one_waits(tags: dict[str, str], wait: str | None) -> None:
    assert wait_at(tags) == wait
    assert is_crossing_way(tags) == (tags.get("footway") == "crossing")
