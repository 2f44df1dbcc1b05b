"""Writes a run down: the table, the machine it was measured on, and what a person wrote below it."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from bench.server import ROOT


def machine() -> str:
    """Describe the machine in one line."""
    names = re.findall(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = psutil.virtual_memory().total / 2**30
    cpu = names[0] if names else platform.processor()
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} × {cpu}, {memory:.0f} GiB, {system}"


def report(rows: list[tuple[str, float, dict[str, Any]]]) -> str:
    """Write the table."""
    lines = [
        "| what | at least | seen | measured /s | compared with /s | p99 ms |",
        "|---|---|---|---|---|---|",
    ]
    for name, bar, seen in rows:
        figures = [
            f"{seen[k]:,.0f}" if seen.get(k) is not None else "–" for k in ("measured", "base", "p99Ms")
        ]
        lines.append(f"| {name} | {bar:g} | **{seen['ratio']:.2f}** | {' | '.join(figures)} |")
    return "\n".join(lines)


def keep(table: str, rounds: int, seconds: float) -> None:
    """Write a whole run down, above what a person wrote."""
    text = (
        "# Performance\n\nWritten by `make bench`. Every figure is a ratio of two measurements in one run on "
        f"one machine, the median of {rounds} rounds of {seconds:g} s.\n\n"
        f"Machine: {machine()}. The load generator and PostgreSQL (full durability) share it. "
        f"Measured {datetime.now(UTC):%Y-%m-%d}.\n\n{table}\n"
    )
    (ROOT / "docs" / "performance.md").write_text(text + notes(), encoding="utf-8")


def notes() -> str:
    """Keep what a person wrote below the table."""
    path = ROOT / "docs" / "performance.md"
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    at = old.find("\n## ")
    return old[at:] if at >= 0 else ""
