"""The charging evening: residents look where to charge, reserve, plug in, watch the charge and stop it.

A Locust file: each Locust user is one resident living their drawn evening once. It is started by
`python -m loadtests.run --profile charging-evening`, which writes the plan it follows.
"""

import time
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

import gevent

from loadtests.crowd import API, MADE, Crowd, Life, arrivals_of, resident_of
from loadtests.evenings import Evening
from loadtests.plan import EveningPlan, plan_of_environment
from loadtests.record import CANCEL, RESERVE, START
from scenes.common.kit.clock import SHANGHAI

PLAN: Final = plan_of_environment(EveningPlan)
CROWD: Final = Crowd(PLAN, PLAN.visits)
BEST: Final = 6
"""Stations of the guidance among which a driver chooses."""

QUARTER: Final = 900
RUNNING: Final = frozenset({"requested", "charging", "stopping"})
CHARGING: Final = frozenset({"charging"})
OVER: Final = frozenset({"ended", "failed"})

Station = dict[str, Any]


class Charging(Life):
    """One evening: look where to charge, and perhaps reserve, charge, watch and stop."""

    def __init__(self, crowd: Crowd, client: Any, number: int) -> None:
        super().__init__(crowd, client, number)
        self.plan: Evening = PLAN.visits[number]
        self.stations: list[Station] = []
        """What guidance showed last, best first."""

    def visit(self) -> None:
        """Come, look as often as one wanted to, and charge if one came for that."""
        late = self.crowd.sleep_until(self.plan.arrives)
        for minutes in self.plan.looks:
            self.look(minutes, late)
            late = 0.0
            self.think()
        if self.plan.drives and self.stations:
            best = self.stations[:BEST]
            self.charge(best[int(self.plan.near * len(best))])

    def look(self, minutes: int, late: float) -> None:
        """Look where to charge from home."""
        home = f"lat={self.person.lat:.4f}&lng={self.person.lng:.4f}"
        path = f"{API}/charging/stations?{home}&arriveInMinutes={minutes}&limit=20"
        self.stations = self.phone.read("guidance", path, late=late).body.get("items", [])

    def charge(self, station: Station) -> None:
        """Look at one station; reserve there, or plug in at what is free."""
        seen = self.phone.read("station", f"{API}/charging/stations/{station['id']}").body
        if self.plan.reserves:
            self.reserve(station)
        else:
            connectors = seen.get("connectorList", [])
            free = [each for each in connectors if each["state"] == "free" and not each["reserved"]]
            if free:
                self.start(free[int(self.plan.near * len(free))]["id"])

    def reserve(self, station: Station) -> None:
        """Reserve any connector from the next quarter on; some change their minds."""
        starts = QUARTER * ceil(time.time() / QUARTER) + QUARTER
        asked = {
            "stationId": station["id"],
            "startsAt": (datetime.fromtimestamp(0, SHANGHAI) + timedelta(seconds=starts)).isoformat(),
            "minutes": 15 * self.plan.quarters,
        }
        self.lose_network()
        reply = self.phone.write(
            RESERVE, f"{API}/charging/reservations", asked, starts=float(starts),
            minutes=15 * self.plan.quarters,
        )  # fmt: skip
        if reply.status == MADE and self.plan.cancels:
            self.think()
            path = f"{API}/bookings/{reply.body['id']}/cancel"
            self.phone.write(CANCEL, path, {"reason": "不去了"}, cancelled=reply.body["id"])

    def start(self, connector: str) -> None:
        """Plug in: authorise, start, watch, stop, look at the bill."""
        reply = self.phone.write(START, f"{API}/charging/sessions", {"connectorId": connector})
        if reply.status != MADE:
            return
        session = reply.body
        path = f"{API}/charging/sessions/{session['id']}"
        if self.pay(session["booking"]["id"]) and self.settled("session", path, CHARGING | OVER):
            self.watch(path)

    def watch(self, path: str) -> None:
        """Look at the running charge until one has enough, then stop it and read the bill."""
        until = time.time() + self.plan.charges_for
        while time.time() < until:
            if self.phone.read_own("session", path).body.get("state") not in RUNNING:
                break
            gevent.sleep(self.plan.watches_every)
        self.phone.write("stop charging", f"{path}/stop", None)
        if self.settled("session", path, OVER):
            self.phone.read_own("bill", f"{path}/bill")


Arrivals = arrivals_of(CROWD)
Resident = resident_of(CROWD, Charging)
