"""Ways to see fewer places on the page of places, or to look further when there are none."""

from urllib.parse import urlencode

from scenes.common.places.pages_view import SCENES, Filter
from scenes.common.places.rules import Scene

USUAL_MINUTES = 15
FURTHER_MINUTES = 30
MOST_MINUTES = 60


def places_href(scene: Scene | str | None, *, minutes: int, open_now: bool) -> str:
    """Return the address of the page with these filters, leaving out what is usual."""
    query: dict[str, str] = {}
    if scene:
        query["scene"] = scene
    if minutes != USUAL_MINUTES:
        query["minutes"] = str(minutes)
    if open_now:
        query["openNow"] = "true"
    return f"/places?{urlencode(query)}" if query else "/places"


def scene_filters(scene: Scene | None, *, minutes: int, open_now: bool) -> list[Filter]:
    """List the scenes to choose from, each keeping the other filters."""
    href = places_href(None, minutes=minutes, open_now=open_now)
    filters = [Filter(words="全部", href=href, chosen=scene is None)]
    for name, words in SCENES.items():
        href = places_href(name, minutes=minutes, open_now=open_now)
        filters.append(Filter(words=words, href=href, chosen=scene == name, scene=name))
    return filters


def open_filter(scene: Scene | None, *, minutes: int, open_now: bool) -> Filter:
    """Turn the filter for what is open now on, or off again."""
    href = places_href(scene, minutes=minutes, open_now=not open_now)
    return Filter(words="只看开着的", href=href, chosen=open_now)


def what_else(scene: Scene | None, *, minutes: int, open_now: bool) -> tuple[str, str]:
    """Say what to do when nothing was found, as (words, address)."""
    if open_now:
        return "没开的也看看", places_href(scene, minutes=minutes, open_now=False)
    if minutes < MOST_MINUTES:
        further = FURTHER_MINUTES if minutes < FURTHER_MINUTES else MOST_MINUTES
        return f"看走路 {further} 分钟内的", places_href(scene, minutes=further, open_now=False)
    return "看全部种类", places_href(None, minutes=minutes, open_now=False)
