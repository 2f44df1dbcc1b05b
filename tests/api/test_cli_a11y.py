"""`lifecircle a11y` says what it found, and says so to programs by its exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import psycopg
import pytest

from api.settings import Settings
from tests.accessibility.checker.test_planted import page

SMALL = "<p style='font-size:15px'>小字。</p>"
LEADING = {
    "/shop/?from=start": "早餐",
    "/shop/7/": "豆浆",
    "/shop/8/": "油条",
    "/shop/9/": "第三种",
    "/sign-out": "退出",
    "/shop/delete?id=7": "删掉",
    "/shop/?uiStyle=standard": "换版式",
    "http://elsewhere.invalid/": "别的网站",
}
LINKS = "".join(f"<a class='btn' href='{there}'>{said}</a>" for there, said in LEADING.items())
PALE_AT_NIGHT = "@media (prefers-color-scheme: dark) {.note{color:#bbb}}"
LONG = "main{min-height:100vh}"
"""So that the telephone stands at the window's bottom on each page."""
PAGES = {
    "/clean": page(),
    "/small": page(SMALL),
    "/night": page("<p class='note'>夜里看不清的字。</p>", style=PALE_AT_NIGHT),
    "/site": page(
        "".join(f"<a class='btn' href='{there}'>{said}</a>" for there, said in LEADING.items()), style=LONG
    ),
    "/shop/": page(SMALL, style=LONG),
    "/shop/7/": page(style=LONG),
    "/shop/8/": page(style=LONG),
    "/shop/9/": page(style=LONG),
}
ASKED: list[str] = []
"""Addresses that were asked for, in this order."""
COOKIES: list[str] = []
"""What the readers' browsers had chosen, asking for these."""


class Served(BaseHTTPRequestHandler):
    """Serves the planted pages."""

    def do_GET(self) -> None:
        ASKED.append(self.path)
        COOKIES.append(self.headers.get("Cookie", ""))
        body = PAGES.get(self.path.partition("?")[0], "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "api", "a11y", *arguments]
    return subprocess.run(argv, capture_output=True, text=True, check=False)  # noqa: S603


def test_a_clean_page_is_silent_in_every_setting(site: str) -> None:
    done = run(f"{site}/clean", "--ui", "elder")
    assert (done.returncode, done.stdout) == (0, "1 pages in 7 settings: 0 violations\n"), done.stderr


def test_small_text_is_named_for_elders_and_counted_for_programs(site: str) -> None:
    asked = ["--width", "375", "--scale", "1", "--no-axe", "--ui", "elder"]
    done = run(f"{site}/small", *asked)
    assert done.returncode == 1
    assert "15 px (needs ≥ 18 px)" in done.stdout
    told = json.loads(run(f"{site}/small", *asked, "--format", "json").stdout)
    score = {name: told["score"][name] for name in ("pages", "looks", "violations", "byCriterion")}
    assert score == {"pages": 1, "looks": 2, "violations": 2, "byCriterion": {"APP 1.1": 2}}


def test_a_page_is_looked_at_as_its_readers_chose(site: str) -> None:
    asked = ["--width", "375", "--scale", "1", "--no-axe", "--ui", "elder"]
    by_day = run(f"{site}/night", *asked)
    assert (by_day.returncode, by_day.stdout) == (0, "1 pages in 2 settings: 0 violations\n"), by_day.stderr
    COOKIES.clear()
    at_night = run(f"{site}/night", *asked, "--dark", "--type", "200", "--high-contrast")
    assert at_night.returncode == 1
    assert "(elder 375 px 1× dark)" in at_night.stdout
    assert "APP 1.3" in at_night.stdout
    assert set(COOKIES) - {""} == {"lc_ui=elder; lc_scale=200; lc_contrast=high"}


def test_a_page_that_is_not_there_is_a_finding(site: str) -> None:
    done = run(f"{site}/nowhere", "--ui", "elder", "--width", "375", "--scale", "1", "--no-axe")
    assert (done.returncode, "no page at" in done.stdout) == (1, True), (done.stdout, done.stderr)


def test_a_whole_site_is_followed_by_its_links_and_nothing_is_changed(site: str) -> None:
    ASKED.clear()
    asked = ["--crawl", "--ui", "elder", "--width", "375", "--scale", "1", "--no-axe", "--format", "json"]
    done = run(f"{site}/site", *asked)
    told = json.loads(done.stdout)
    found = {look["path"].removeprefix(site): look["findings"] for look in told["looks"]}
    assert (done.returncode, told["score"]["byCriterion"]) == (1, {"APP 1.1": 2})
    assert list(found) == ["/site", "/shop/?from=start", "/shop/7/", "/shop/8/"]
    assert [path for path, seen in found.items() if seen] == ["/shop/?from=start"]
    assert set(ASKED) - {"/favicon.ico"} == set(found)
    assert f"elder 4 of 4: {site}/shop/8/" in done.stderr


def test_a_site_that_does_not_answer_is_a_finding() -> None:
    done = run("http://127.0.0.1:9/", "--crawl", "--ui", "elder", "--no-axe")
    assert (done.returncode, "no page at http://127.0.0.1:9/" in done.stdout) == (1, True), done.stderr


def test_what_is_no_address_is_refused_in_one_line() -> None:
    done = run("localhost:8000")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_score_is_published_to_the_district_of_the_settings(site: str, settings: Settings) -> None:
    asked = ["--ui", "elder", "--width", "375", "--scale", "1", "--no-axe", "--publish"]
    own = os.environ | settings.environment()
    argv = [sys.executable, "-m", "api", "a11y", f"{site}/small", *asked]
    done = subprocess.run(argv, env=own, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1, done.stderr
    wanted = "SELECT score->'pages', score->'violations' FROM accessibility_check ORDER BY id DESC LIMIT 1"
    with psycopg.connect(settings.database_url or "") as connection:
        assert connection.execute(wanted).fetchone() == (1, 2)
