"""Shares of residents within the circle, by subdistrict and scene, blurred so that nobody is found; pure."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

THRESHOLD = 10
"""Groups smaller than this are not shown, and all counts are rounded to multiples of it."""


class Cell(msgspec.Struct, frozen=True):
    """People who live at about one spot (WGS-84)."""

    area: str
    lat: float
    lng: float
    residents: int
    elders: int


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many of an area's residents, and elders at an elder's pace, have a scene within the circle.

    Counts are rounded; none where the group is too small to be shown. `area` is empty for the district.
    """

    area: str
    scene: str
    residents: int | None
    within: int | None
    elders: int | None
    elders_within: int | None

    @property
    def percent(self) -> int | None:
        """Return the share of residents in whole percent."""
        return percent(self.within, self.residents)

    @property
    def elders_percent(self) -> int | None:
        """Return the share of elders in whole percent."""
        return percent(self.elders_within, self.elders)


class Within(msgspec.Struct, frozen=True):
    """Whether each cell, in order, has a scene within the circle: at the usual pace, and at an elder's."""

    residents: Sequence[bool]
    elders: Sequence[bool]


def shares(cells: Sequence[Cell], within: Mapping[str, Within]) -> list[Share]:
    """Count every area and scene, areas by name, then the district as the sum of the areas shown."""
    areas = sorted({cell.area for cell in cells})
    exact = {(area, scene): [0, 0, 0, 0] for area in areas for scene in within}
    for scene, has in within.items():
        for cell, near, elders_near in zip(cells, has.residents, has.elders, strict=True):
            counts = exact[cell.area, scene]
            counts[0] += cell.residents
            counts[1] += cell.residents * near
            counts[2] += cell.elders
            counts[3] += cell.elders * elders_near
    found = [_share(area, scene, counts) for (area, scene), counts in exact.items()]
    return [*found, *(_whole(scene, found) for scene in within)]


def rounded(count: int) -> int:
    """Round a count to a multiple of the threshold, halves up."""
    return (count + THRESHOLD // 2) // THRESHOLD * THRESHOLD


def percent(part: int | None, whole: int | None) -> int | None:
    """Return a share in whole percent; none where either is not shown or there is nobody."""
    return round(part * 100 / whole) if part is not None and whole else None


def _share(area: str, scene: str, counts: Sequence[int]) -> Share:
    residents, within, elders, elders_within = counts
    seen, elders_seen = residents >= THRESHOLD, elders >= THRESHOLD
    return Share(
        area=area,
        scene=scene,
        residents=rounded(residents) if seen else None,
        within=rounded(within) if seen else None,
        elders=rounded(elders) if elders_seen else None,
        elders_within=rounded(elders_within) if elders_seen else None,
    )


def _whole(scene: str, found: Iterable[Share]) -> Share:
    """Sum what is shown, so that the difference to the sum tells nothing of what is not."""
    ours = [share for share in found if share.scene == scene]
    return Share(
        area="",
        scene=scene,
        residents=_sum(share.residents for share in ours),
        within=_sum(share.within for share in ours),
        elders=_sum(share.elders for share in ours),
        elders_within=_sum(share.elders_within for share in ours),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    shown = [count for count in counts if count is not None]
    return sum(shown) if shown else None
