"""Plays a load profile against a demo district of its own, checks the truth afterwards, writes a report.

    python -m loadtests.run --profile clinic-release

Exit code 1 when the clients' record and the database disagree anywhere, or a budget is broken.
"""

import argparse
import asyncio
import html
import math
import os
import platform
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress

from loadtests.check import violations
from loadtests.curves import PKU_STOMATOLOGY, ReleaseMinute, Waiting, per_second
from loadtests.district import District, DistrictRefusedError, demo_district
from loadtests.facts import Home, residents, truth
from loadtests.plan import PLAN_VARIABLE, LoadPlan, Person, write_plan
from loadtests.record import BOOK, Call, recorded
from loadtests.release import NoRoomError, publish
from loadtests.summary import Summary, lines_of, over_budget, summary
from loadtests.visits import draw
from scenes.common.kit.caller import Resident
from scenes.common.kit.children import end, spawn
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.people.tokens import TokenSigner

ROOT: Final = Path(__file__).resolve().parent.parent
PROFILES: Final = {"clinic-release": ROOT / "loadtests" / "profiles" / "clinic_release.py"}
REPORTS: Final = ROOT / "loadtests" / "reports"
STARTING: Final = 7.0
"""Seconds between writing the plan and the first arrival, for Locust to start."""

TAIL: Final = 8.0
"""Seconds after the minute in which what was begun is finished."""

LOOKING: Final = 0.2
"""Seconds between two looks at whether Locust is done."""

TOKEN_HOURS: Final = 2
REFUSED: Final = 2

_console = Console(stderr=True, highlight=False, soft_wrap=True)


def main(argv: Sequence[str]) -> int:
    """Play one profile; the command line."""
    asked = arguments(argv)
    minute = replace(PKU_STOMATOLOGY.scaled(asked.visitors), seconds=asked.seconds)
    waiting = Waiting(longest_seconds=asked.before)
    print(shape_line(minute), flush=True)
    asked.reports.mkdir(parents=True, exist_ok=True)
    people, logs = asked.residents or 2 * asked.visitors, asked.reports / f"{asked.profile}-logs"
    try:
        with demo_district(residents=people, workers=asked.workers, logs=logs) as district:
            calls, seen, wrong = play(asked, district, minute, waiting)
    except (DistrictRefusedError, NoRoomError) as refused:
        print(f"loadtests: {refused}", file=sys.stderr)
        return REFUSED
    tell(asked.reports / f"{asked.profile}.html", calls, seen, wrong)
    return 1 if wrong else 0


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="loadtests", description="Play a load profile and check the truth.")
    parser.add_argument("--profile", choices=sorted(PROFILES), required=True)
    parser.add_argument("--visitors", type=int, default=3000, help="how many come [%(default)s]")
    parser.add_argument("--connections", type=int, default=400, help="kept open by a gateway [%(default)s]")
    parser.add_argument("--workers", type=int, default=1, help="API processes [%(default)s]")
    parser.add_argument("--residents", type=int, help="people to seed [twice the visitors]")
    parser.add_argument("--before", type=float, default=22.0, help="seconds of waiting before [%(default)s]")
    parser.add_argument("--seconds", type=float, default=60.0, help="seconds of the minute [%(default)s]")
    parser.add_argument("--reports", type=Path, default=REPORTS, help="folder of the report [%(default)s]")
    parser.add_argument("--seed", type=int, default=7, help="draws the visitors [%(default)s]")
    return parser.parse_args(argv)


def play(
    asked: argparse.Namespace, district: District, minute: ReleaseMinute, waiting: Waiting
) -> tuple[list[Call], Summary, list[str]]:
    """Publish the release, let the visitors come, then hold their record against the database."""
    with tempfile.TemporaryDirectory(prefix="lc-load-plan-") as name:
        plan = make_plan(asked, district, minute, waiting, record=Path(name) / "calls.jsonl")
        path = Path(name) / "plan.json"
        write_plan(plan, path)
        run_locust(asked, district.url, path, until=plan.release + plan.until)
        calls = recorded(Path(plan.record))
    keys = sorted({call.key for call in calls if call.key})
    facts = asyncio.run(truth(district.database_url, sessions=[s.id for s in plan.sessions], keys=keys))
    seen = summary(calls, facts)
    return calls, seen, [*violations(calls, facts), *over_budget(seen, budget_of(asked.profile))]


def make_plan(
    asked: argparse.Namespace, district: District, minute: ReleaseMinute, waiting: Waiting, *, record: Path
) -> LoadPlan:
    """Publish the sessions a little ahead, draw the visits and sign a token for each visitor."""
    people = asyncio.run(residents(district.database_url, minute.visits))
    if len(people) < minute.visits:
        raise NoRoomError(
            f"{minute.visits} visitors need as many residents with accounts; {len(people)} are there"
        )
    release = datetime.fromtimestamp(math.ceil(time.time() + STARTING + asked.before), UTC)
    sessions = asyncio.run(_publish(district.database_url, minute.numbers, release))
    visits = draw(minute, waiting, sessions=len(sessions), seed=asked.seed)
    return LoadPlan(
        release=release.timestamp(), until=minute.seconds + TAIL, connections=asked.connections,
        record=str(record), sessions=sessions, people=signed_in(people, district.secret),
        visits=tuple(visits),
    )  # fmt: skip


async def _publish(url: str, numbers: int, release: datetime) -> Any:
    database = Database(url, pool_size=1)
    try:
        return await publish(database, numbers=numbers, release=release)
    finally:
        await database.close()


def signed_in(people: Sequence[Home], secret: bytes) -> tuple[Person, ...]:
    """Sign visitors' tokens here with the demo's secret: it is not the signing in that is measured."""
    now = datetime.now(UTC)
    signer, until = TokenSigner(secret), now + timedelta(hours=TOKEN_HOURS)
    return tuple(
        Person(
            str(home.id), signer.sign(Resident(home.id, new_id()), now=now, until=until), home.lat, home.lng
        )
        for home in people
    )


def run_locust(asked: argparse.Namespace, url: str, plan: Path, *, until: float) -> None:
    """Run Locust in a process of its own until the profile's time is over."""
    argv = [
        sys.executable, "-m", "locust", "-f", str(PROFILES[asked.profile]), "--headless", "--host", url,
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


def shape_line(minute: ReleaseMinute) -> str:
    """Say what is played, and what of."""
    real = PKU_STOMATOLOGY
    return (
        f"{minute.visits:,} visitors for {minute.numbers} numbers, {minute.visits_per_number:.0f} for each; "
        f"{minute.peak_per_second} claims in the first second\n"
        f"scale 1:{real.visits / minute.visits:.0f} of {real.source}: {real.visits_per_number:.0f} for each"
    )


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
    claims = per_second([call.at for call in calls if call.call == BOOK])
    noted = errors_logged(report.with_name(f"{report.stem}-logs"))
    lines = [machine(), "", *lines_of(seen), *noted, "", f"{len(wrong)} violations", *wrong]
    print("\n".join(lines))
    page = report.read_text(encoding="utf-8")
    shown = html.escape("\n".join([*lines, "", "claims by second", " ".join(map(str, claims.values()))]))
    report.write_text(page.replace("</body>", f"<pre>{shown}</pre></body>"), encoding="utf-8")
    print(f"report: {report}; the servers' logs are beside it")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
