"""The statement on accessibility: what is done, what the last check of the pages found, what is missing."""

from collections import defaultdict
from datetime import datetime
from typing import Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from accessibility.checker.criteria import CRITERIA, OURS, family, part_of, violations
from accessibility.checker.publishing import SPLIT, last_published
from accessibility.checker.report import Score
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.pages import Mark, PageRender
from scenes.common.kit.speech import spoken_when

LASTING: Final = 30
"""Days after which a check says little about the pages of today."""


class CriterionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion: what it asks for, whose it is, and whether the check found it broken."""

    asks: str
    source: str
    mark: Mark


class ScoreView(msgspec.Struct, frozen=True, kw_only=True):
    """What a check came to; `old` that it was long ago."""

    when: str
    old: bool
    pages: int
    looks: int
    found: int
    criteria: list[CriterionLine]
    gaps: list[str]


class AccessibilityView(msgspec.Struct, frozen=True, kw_only=True):
    """The statement; no score before the first check."""

    score: ScoreView | None


@get("/accessibility", include_in_schema=False)
async def show_accessibility(
    database: NamedDependency[Database], clock: NamedDependency[Clock], render: NamedDependency[PageRender]
) -> Response[str]:
    """Say what is done for everyone to be able to use these pages, and what is not, by the last check."""
    async with database.read() as reading:
        score = await last_published(reading)
    view = AccessibilityView(score=score_view(score, clock()) if score is not None else None)
    return render("web/accessibility.html", view, title="无障碍说明")


def score_view(score: Score, now: datetime) -> ScoreView:
    """Show a score as it looks from an instant."""
    at = datetime.fromisoformat(score.at)
    return ScoreView(
        when=spoken_when(at, now),
        old=(now - at).days > LASTING,
        pages=score.pages,
        looks=score.looks,
        found=score.violations,
        criteria=[_line(name, found) for name, found in violations(score).items()],
        gaps=known_gaps(score),
    )


def _line(name: str, found: int) -> CriterionLine:
    asks, source = CRITERIA.get(name, (name, OURS))
    mark = Mark("full", f"{found} 处") if found else Mark("ok", "没有问题")
    return CriterionLine(asks=asks, source=source, mark=mark)


def known_gaps(score: Score) -> list[str]:
    """Say per part of the site which criterion its pages fall short of, and on how many pages."""
    pages: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for gap in score.gaps:
        address, _, criterion = gap.rpartition(SPLIT)
        pages[part_of(address), family(criterion)].add(address)
    return [
        f"{part}的 {len(found)} 个页面还没做到:{CRITERIA.get(name, (name, OURS))[0]}"
        for (part, name), found in sorted(pages.items())
    ]


PAGES = [show_accessibility]
