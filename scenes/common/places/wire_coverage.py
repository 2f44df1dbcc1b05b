"""How coverage looks on the wire: blurred counts and whole percents."""

from datetime import datetime

from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire
from scenes.common.places.coverage.circle import BestSpot
from scenes.common.places.coverage.tally import THRESHOLD, Share
from scenes.common.places.datum import Datum, from_wgs84
from scenes.common.places.nearness import Method
from scenes.common.places.service_coverage import Known


class CoverageShare(Wire, frozen=True, kw_only=True):
    """A subdistrict's residents, and its elders (60 and older) at their own pace, for one scene.

    Counts are rounded to multiples of `threshold`; null where a group is smaller than that. `subdistrict` is
    null for the whole district.
    """

    subdistrict: str | None
    scene: str
    residents: int | None
    within: int | None
    share_percent: int | None
    elders: int | None
    elders_within: int | None
    elders_share_percent: int | None

    @classmethod
    def of(cls, share: Share) -> "CoverageShare":
        """Show a share."""
        return cls(
            subdistrict=share.area or None,
            scene=share.scene,
            residents=share.residents,
            within=share.within,
            share_percent=share.percent,
            elders=share.elders,
            elders_within=share.elders_within,
            elders_share_percent=share.elders_percent,
        )


class CoverageReport(Wire, frozen=True, kw_only=True):
    """Who has what within `minutes` on foot; `method` is how most residents' walks are reckoned."""

    as_of: datetime
    minutes: int
    method: Method
    streets_percent: int
    threshold: int
    district: list[CoverageShare]
    items: list[CoverageShare]

    @classmethod
    def of(cls, known: Known) -> "CoverageReport":
        """Show the last reckoning."""
        found = [CoverageShare.of(share) for share in known.coverage.shares]
        return cls(
            as_of=shanghai(known.as_of),
            minutes=known.coverage.minutes,
            method=known.coverage.method,
            streets_percent=known.coverage.streets_percent,
            threshold=THRESHOLD,
            district=[share for share in found if share.subdistrict is None],
            items=[share for share in found if share.subdistrict is not None],
        )


class SpotToAdd(Wire, frozen=True, kw_only=True):
    """Where one more place would help: residents reached anew after the better-ranked ones are there."""

    rank: int
    scene: str
    lat: float
    lng: float
    subdistrict: str
    near: str
    near_m: int | None
    residents: int
    elders: int

    @classmethod
    def of(cls, spot: BestSpot, datum: Datum) -> "SpotToAdd":
        """Show a spot in a datum."""
        lat, lng = from_wgs84(spot.lat, spot.lng, datum)
        return cls(
            rank=spot.rank,
            scene=spot.scene,
            lat=lat,
            lng=lng,
            subdistrict=spot.area,
            near=spot.near,
            near_m=spot.near_m,
            residents=spot.residents,
            elders=spot.elders,
        )


class SpotsToAdd(Wire, frozen=True, kw_only=True):
    """A scene's spots, best first; few, so they come all at once."""

    as_of: datetime
    minutes: int
    method: Method
    datum: Datum
    items: list[SpotToAdd]
