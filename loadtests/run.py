"""Plays a load profile against a demo district of its own, checks the truth afterwards, writes a report.

    python -m loadtests.run --profile clinic-release

Exit code 1 when the clients' record and the database disagree anywhere, or a budget is broken.
"""

import argparse
import asyncio
import html
import os
import platform
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress

from loadtests.curves import per_second
from loadtests.district import District, DistrictRefusedError, demo_district
from loadtests.plan import PLAN_VARIABLE, write_plan
from loadtests.record import CLAIMS, Call, recorded
from loadtests.stages import PROFILES
from loadtests.stages.stage import NoRoomError, Profile
from loadtests.summary import Summary, lines_of, over_budget, summary
from scenes.common.kit.children import end, spawn

ROOT: Final = Path(__file__).resolve().parent.parent
REPORTS: Final = ROOT / "loadtests" / "reports"
LOOKING: Final = 0.2
"""Seconds between two looks at whether Locust is done."""

REFUSED: Final = 2

_console = Console(stderr=True, highlight=False, soft_wrap=True)


def main(argv: Sequence[str]) -> int:
    """Play one profile; the command line."""
    asked = arguments(argv)
    profile = PROFILES[asked.profile]
    print(profile.shape(asked), flush=True)
    asked.reports.mkdir(parents=True, exist_ok=True)
    people, logs = asked.residents or 2 * asked.visitors, asked.reports / f"{asked.profile}-logs"
    try:
        with demo_district(residents=people, workers=asked.workers, logs=logs) as district:
            calls, seen, wrong = play(asked, profile, district)
    except (DistrictRefusedError, NoRoomError) as refused:
        print(f"loadtests: {refused}", file=sys.stderr)
        return REFUSED
    tell(asked.reports / f"{asked.profile}.html", calls, seen, wrong)
    return 1 if wrong else 0


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; what is not said is the profile's own."""
    parser = argparse.ArgumentParser(prog="loadtests", description="Play a load profile and check the truth.")
    parser.add_argument("--profile", choices=sorted(PROFILES), required=True)
    parser.add_argument("--visitors", type=int, help="how many come [the profile's]")
    parser.add_argument("--connections", type=int, default=400, help="kept open by a gateway [%(default)s]")
    parser.add_argument("--workers", type=int, default=1, help="API processes [%(default)s]")
    parser.add_argument("--residents", type=int, help="people to seed [twice the visitors]")
    parser.add_argument("--before", type=float, help="seconds of waiting before [the profile's]")
    parser.add_argument("--seconds", type=float, help="seconds that the curve is played in [the profile's]")
    parser.add_argument("--reports", type=Path, default=REPORTS, help="folder of the report [%(default)s]")
    parser.add_argument("--seed", type=int, default=7, help="draws the visitors [%(default)s]")
    asked = parser.parse_args(argv)
    for name, usual in PROFILES[asked.profile].usual.items():
        if getattr(asked, name) is None:
            setattr(asked, name, usual)
    return asked


def play(
    asked: argparse.Namespace, profile: Profile, district: District
) -> tuple[list[Call], Summary, list[str]]:
    """Set the stage, let the visitors come, then hold their record against the database."""
    with tempfile.TemporaryDirectory(prefix="lc-load-plan-") as name:
        plan = asyncio.run(profile.make_plan(asked, district, Path(name) / "calls.jsonl"))
        path = Path(name) / "plan.json"
        write_plan(plan, path)
        run_locust(asked, profile, district.url, path, until=plan.begins + plan.until)
        calls = recorded(Path(plan.record))
    facts, wrong = asyncio.run(profile.judge(district, plan, calls))
    seen = summary(calls, facts)
    return calls, seen, [*wrong, *over_budget(seen, budget_of(asked.profile))]


def run_locust(asked: argparse.Namespace, profile: Profile, url: str, plan: Path, *, until: float) -> None:
    """Run Locust in a process of its own until the profile's time is over."""
    argv = [
        sys.executable, "-m", "locust", "-f", str(ROOT / profile.locust_file), "--headless", "--host", url,
        "--html", str(asked.reports / f"{asked.profile}.html"), "--exit-code-on-error", "0",
        "--stop-timeout", "5", "--only-summary", "--loglevel", "ERROR",
    ]  # fmt: skip
    env = os.environ | {PLAN_VARIABLE: str(plan), "PYTHONPATH": str(ROOT)}
    started, log = time.time(), plan.with_name("locust.log")
    with log.open("wb") as output:
        child = spawn(argv, env=env, cwd=ROOT, stdout=output, stderr=output)
    try:
        with Progress(console=_console, transient=True) as progress:
            bar = progress.add_task("visitors come", total=until - started)
            while child.poll() is None:
                progress.update(bar, completed=time.time() - started)
                time.sleep(LOOKING)
    finally:
        end(child, first=signal.SIGTERM, patience=15)
    if child.returncode:
        raise DistrictRefusedError(f"Locust ended with {child.returncode}: {log.read_text()[-2000:]}")


def budget_of(profile: str) -> dict[str, Any]:
    """Read a profile's budgets."""
    with (ROOT / "loadtests" / "budgets.toml").open("rb") as file:
        return tomllib.load(file)[profile]


def machine() -> str:
    """Describe the machine in one line."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    cpu = names[0] if names else platform.processor()
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} × {cpu}, {system}"


def errors_logged(logs: Path) -> list[str]:
    """Count the errors in each server's log, for a person to look into; none is nothing to say."""
    counted = {path.name: path.read_bytes().count(b'"level":"error"') for path in sorted(logs.glob("*.log"))}
    return [f"look into {name}: {number} errors logged" for name, number in counted.items() if number]


def tell(report: Path, calls: Sequence[Call], seen: Summary, wrong: Sequence[str]) -> None:
    """Print the summary, and put it into the report too."""
    claims = per_second([call.at for call in calls if call.call in CLAIMS])
    noted = errors_logged(report.with_name(f"{report.stem}-logs"))
    lines = [machine(), "", *lines_of(seen), *noted, "", f"{len(wrong)} violations", *wrong]
    print("\n".join(lines))
    page = report.read_text(encoding="utf-8")
    shown = html.escape("\n".join([*lines, "", "claims by second", " ".join(map(str, claims.values()))]))
    report.write_text(page.replace("</body>", f"<pre>{shown}</pre></body>"), encoding="utf-8")
    print(f"report: {report}; the servers' logs are beside it")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
