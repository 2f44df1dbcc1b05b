"""What Lighthouse says of a running district's pages on a phone, fetched by npx and kept nowhere.

`python -m tests.support.lighthouse http://localhost:8000 /clinic` prints the table and exits 1 where a page
falls short. Without paths it looks at PAGES as a visitor and at the elder home as a resident; `--resident N`
signs in for every page. One run tells little on a busy machine: the median of `--runs`
counts.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from statistics import median

import msgspec

from tests.support.demo_district import CHROMIUM, FLAGS
from tests.support.sites import Reader

PAGES = ("/", "/elder", "/clinic")
ELDER = "/elder"
RESIDENT = 1
"""Of the demo, whose own elder home is looked at besides."""
NEEDED = {"accessibility": 100, "best-practices": 95, "performance": 95}
PACKAGE = "lighthouse@12"
"""The last one that runs on Node 20."""


class Category(msgspec.Struct):
    """One of Lighthouse's marks, 0 to 1."""

    score: float


class Audit(msgspec.Struct, rename="camel"):
    """One of its checks, with what it saw; informative ones have no score."""

    score: float | None = None
    display_value: str = ""


class Told(msgspec.Struct, rename="camel"):
    """What is read of its report."""

    final_displayed_url: str
    categories: dict[str, Category]
    audits: dict[str, Audit]


def lighthouse(address: str, cookie: str) -> Told:
    """Let Lighthouse look at a page once, as a phone on a slow line."""
    argv = [
        "npx", "--yes", PACKAGE, address, "--quiet", f"--chrome-flags={' '.join(FLAGS)}", "--output=json",
        f"--only-categories={','.join(NEEDED)}",
    ]  # fmt: skip
    if cookie:
        argv.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
    chrome = os.environ | {"CHROME_PATH": CHROMIUM or ""}
    done = subprocess.run(argv, env=chrome, capture_output=True, check=False)  # noqa: S603 - npx, by name
    if done.returncode:
        sys.exit(done.stderr.decode().strip()[-500:])
    return msgspec.json.decode(done.stdout, type=Told)


async def cookie_of(url: str, resident: int) -> str:
    """Sign in as a demo resident by the page's form and return what a browser would send."""
    reader = await Reader(url).resident(resident)
    await reader.http.aclose()
    return "; ".join(f"{each['name']}={each['value']}" for each in reader.cookies())


def visits(url: str, paths: Sequence[str], resident: int | None) -> list[tuple[str, str]]:
    """List the paths to look at, each with the cookie of who looks."""
    signed = asyncio.run(cookie_of(url, resident or RESIDENT)) if resident or not paths else ""
    if resident:
        return [(path, signed) for path in paths or PAGES]
    return [(path, "") for path in paths] or [*((path, "") for path in PAGES), (ELDER, signed)]


def marks(told: Sequence[Told]) -> dict[str, int]:
    """Return the median of each mark, of 100."""
    return {name: round(100 * median(each.categories[name].score for each in told)) for name in NEEDED}


def main() -> None:
    """Print the table, and below a page what kept it from its marks."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("url")
    asked.add_argument("paths", nargs="*")
    asked.add_argument("--resident", type=int)
    asked.add_argument("--runs", type=int, default=3)
    given = asked.parse_args()
    if shutil.which("npx") is None or CHROMIUM is None:
        sys.exit("Lighthouse needs Node's npx and a browser: apt install npm chromium")
    short = False
    for path, cookie in visits(given.url, given.paths, given.resident):
        told = [lighthouse(f"{given.url}{path}", cookie) for _ in range(given.runs)]
        seen = marks(told)
        where = told[-1].final_displayed_url.removeprefix(given.url) + (" (signed in)" if cookie else "")
        print("  ".join(f"{name} {mark:>3}" for name, mark in seen.items()), where)  # noqa: T201
        if any(seen[name] < needed for name, needed in NEEDED.items()):
            short = True
            for name, audit in told[-1].audits.items():
                if audit.score is not None and audit.score < 0.9:
                    print(f"    {name} {audit.score:g} {audit.display_value}")  # noqa: T201
    sys.exit(short)


if __name__ == "__main__":
    main()
