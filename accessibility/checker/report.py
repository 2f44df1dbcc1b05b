"""What was found, as a person reads it and as a program does."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from accessibility.checker.measured import Finding, Setting


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """One page in one setting, and what was wrong with it; `path` is its address within the site."""

    path: str
    setting: Setting
    findings: list[Finding]


class Score(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a check came to; `at` is an RFC 3339 instant, `by_criterion` counts violations."""

    at: str
    pages: int
    looks: int
    violations: int
    by_criterion: dict[str, int]
    gaps: list[str]


def scored(looks: Sequence[Looked], *, at: str) -> Score:
    """Count what was looked at and what was found; gaps name each page and criterion once."""
    counted = Counter(finding.criterion for look in looks for finding in look.findings)
    gaps = {f"{look.path} · {finding.criterion}": None for look in looks for finding in look.findings}
    return Score(
        at=at, pages=len({look.path for look in looks}), looks=len(looks), violations=counted.total(),
        by_criterion=dict(sorted(counted.items())), gaps=list(gaps),
    )  # fmt: skip


def said(setting: Setting) -> str:
    """Name a setting in a few words."""
    words = [setting.ui, f"{setting.width} px", f"{setting.scale:g}×"]
    marks = {"spaced": setting.spaced, "dark": setting.dark}
    return " ".join([*words, *(mark for mark, so in marks.items() if so)])


def as_text(looks: Sequence[Looked]) -> str:
    """Write the report for a terminal: pages with violations first by page, then the sum."""
    lines: list[str] = []
    for look in looks:
        if look.findings:
            lines += ["", f"{look.path}  ({said(look.setting)})"]
            lines += [_line(finding) for finding in look.findings]
    total = sum(len(look.findings) for look in looks)
    pages = len({look.path for look in looks})
    lines += ["", f"{pages} pages in {len(looks)} settings: {total} violations"]
    return "\n".join(lines).lstrip("\n")


def _line(finding: Finding) -> str:
    text = f"  「{finding.text}」" if finding.text else ""
    return f"  {finding.criterion:<12} {finding.seen} (needs {finding.needed})  {finding.path}{text}"


def as_json(looks: Sequence[Looked], *, at: str) -> bytes:
    """Write the whole report for a program."""
    return msgspec.json.format(msgspec.json.encode({"score": scored(looks, at=at), "looks": looks}))
