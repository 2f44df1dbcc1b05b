import json
from itertools import pairwise
from pathlib import Path

DATA = Path(__file__).parents[4] / "shared" / "data" / "putuo_subdistricts_wgs84.geojson"
Ring = list[tuple[float, float]]


def outlines() -> dict[str, list[Ring]]:
    """Read each subdistrict's rings; the two that share an outline have it both."""
    features = json.loads(DATA.read_text())["features"]
    return {
        name: feature["geometry"]["coordinates"]
        for feature in features
        for name in feature["properties"]["name"].split("+")
    }


def inside(rings: list[Ring], lat: float, lng: float) -> bool:
    """Cast a ray to the east and count the edges it crosses."""
    crossings = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lng < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
                crossings += 1
    return crossings % 2 == 1
