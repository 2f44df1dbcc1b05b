"""What OpenStreetMap's tags mean to people on foot: which ways they walk, where they wait, what stops them.

Keys and values are those of the OpenStreetMap wiki (Key:highway, Key:access, Key:barrier, Key:kerb,
Key:wheelchair). The limits for wheelchairs follow GB 50763-2012, whose steepest ramp is 1:8.
"""

from collections.abc import Mapping
from typing import Final, Literal

Tags = Mapping[str, str]

Dropped = Literal["not_walkable", "private", "missing_nodes", "one_node", "islands"]

WALKED: Final = frozenset(
    [
        "footway",
        "path",
        "pedestrian",
        "steps",
        "corridor",
        "living_street",
        "residential",
        "service",
        "unclassified",
        "road",
        "track",
        "tertiary",
        "tertiary_link",
        "secondary",
        "secondary_link",
        "primary",
        "primary_link",
    ]
)
ONLY_IF_TOLD: Final = frozenset(["trunk", "trunk_link", "cycleway", "bridleway"])
"""Walked where `foot` or a sidewalk says so: in Shanghai trunk roads are mostly elevated."""

FOOTPATHS: Final = frozenset(["footway", "path", "pedestrian", "steps", "corridor", "cycleway"])
_FORBIDDEN: Final = frozenset(
    ["no", "private", "customers", "delivery", "permit", "military", "agricultural", "forestry"]
)
_WELCOME: Final = frozenset(["yes", "designated", "permissive", "official", "destination"])
_SIDEWALKS: Final = frozenset(["both", "left", "right", "yes", "separate"])
_ROUGH: Final = frozenset(["very_bad", "horrible", "very_horrible", "impassable"])
_NO_WHEELS_AT: Final = frozenset(
    ["stile", "kissing_gate", "turnstile", "full-height_turnstile", "cycle_barrier", "step"]
)
_GATES: Final = frozenset(
    ["gate", "swing_gate", "wicket_gate", "kissing_gate", "turnstile", "full-height_turnstile"]
)
_WALLS: Final = frozenset(["wall", "fence", "hedge", "retaining_wall", "city_wall"])
_LOW_KERBS: Final = frozenset(["lowered", "flush", "no", "rolled"])
STEEPEST_PERCENT: Final = 12.5


def why_not_walked(tags: Tags) -> Dropped | None:
    """Return why people do not walk along a way; none when they do."""
    foot, highway = tags.get("foot"), tags.get("highway")
    if highway not in WALKED | ONLY_IF_TOLD or tags.get("area:highway"):
        return "not_walkable"
    if foot in {"no", "use_sidepath"} or (tags.get("motorroad") == "yes" and foot not in _WELCOME):
        return "not_walkable"
    told = foot in _WELCOME or tags.get("sidewalk") in _SIDEWALKS
    if highway in ONLY_IF_TOLD and not told:
        return "not_walkable"
    return "private" if _is_closed(tags) else None


def _is_closed(tags: Tags) -> bool:
    """Tell whether the public may not pass; `foot` outranks `access`."""
    foot = tags.get("foot")
    return foot in _FORBIDDEN if foot else tags.get("access") in _FORBIDDEN


def blocks(tags: Tags) -> bool:
    """Tell whether a point stops everybody: a wall, a locked gate, one that is private."""
    barrier = tags.get("barrier")
    if not barrier:
        return False
    open_to_feet = tags.get("foot") in _WELCOME
    return tags.get("locked") == "yes" or _is_closed(tags) or (barrier in _WALLS and not open_to_feet)


def is_gate(tags: Tags) -> bool:
    """Tell whether a point is a gate that has to be opened."""
    return tags.get("barrier") in _GATES


def stops_wheels(tags: Tags) -> bool:
    """Tell whether a point stops wheelchairs: a raised or unknown kerb, a stile, a turnstile."""
    if tags.get("wheelchair") in {"yes", "designated"}:
        return False
    if tags.get("wheelchair") == "no" or tags.get("barrier") in _NO_WHEELS_AT:
        return True
    kerb = tags.get("kerb")
    return kerb not in _LOW_KERBS if kerb else tags.get("barrier") == "kerb"


def is_against_wheels(tags: Tags) -> bool:
    """Tell whether a way cannot be used with a wheelchair, apart from steps."""
    if tags.get("wheelchair") in {"yes", "designated"}:
        return False
    steep = _percent(tags.get("incline", "")) > STEEPEST_PERCENT
    return tags.get("wheelchair") == "no" or tags.get("smoothness") in _ROUGH or steep


def is_steps(tags: Tags) -> bool:
    """Tell whether a way is a flight of steps."""
    return tags.get("highway") == "steps"


def is_footpath(tags: Tags) -> bool:
    """Tell whether a way is for people, not cars."""
    return tags.get("highway") in FOOTPATHS


def is_crossing_way(tags: Tags) -> bool:
    """Tell whether a way leads across a carriageway."""
    return "crossing" in (tags.get("footway"), tags.get("path"), tags.get("cycleway"), tags.get("pedestrian"))


def wait_at(tags: Tags) -> Literal["signal", "crossing"] | None:
    """Return what one waits for where a street is crossed at a point or along a crossing way."""
    crossing = tags.get("crossing", "")
    if (
        tags.get("highway") == "traffic_signals"
        or "traffic_signals" in crossing
        or tags.get("crossing:signals") == "yes"
    ):
        return "signal"
    is_crossing = tags.get("highway") == "crossing" or is_crossing_way(tags)
    return "crossing" if is_crossing and crossing != "no" else None


def _percent(incline: str) -> float:
    """Read an incline such as `8%` or `-12.5 %`; what cannot be read counts as flat."""
    try:
        return abs(float(incline.removesuffix("%")))
    except ValueError:
        return 0.0
