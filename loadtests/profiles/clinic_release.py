"""The release minute (07:00): residents wait, look again and again, and all claim at once.

A Locust file: each Locust user is one visitor living their drawn visit once. It is started by
`python -m loadtests.run --profile clinic-release`, which writes the plan it follows.
"""

import random
from typing import Any, Final

import gevent

from loadtests.crowd import API, MADE, Crowd, Life, arrivals_of, resident_of
from loadtests.plan import ReleasePlan, plan_of_environment
from loadtests.record import BOOK, CANCEL, JOIN, LOOK
from loadtests.visits import Visit

PLAN: Final = plan_of_environment(ReleasePlan)
CROWD: Final = Crowd(PLAN, PLAN.visits)
CONFIRMED: Final = frozenset({"confirmed"})

Window = dict[str, Any]


class Claiming(Life):
    """One visit: come, look, wait for the release, claim, choose again, pay, cancel or wait in line."""

    def __init__(self, crowd: Crowd, client: Any, number: int) -> None:
        super().__init__(crowd, client, number)
        self.plan: Visit = PLAN.visits[number]
        self.session = PLAN.sessions[self.plan.session]
        self.windows: list[Window] = []
        """The doctor's windows as last seen."""

    def visit(self) -> None:
        """Come, wait for the release, claim."""
        self.come()
        self.wait_for_release()
        self.claim()

    def come(self) -> None:
        """Arrive and open the pages that lead to the doctor."""
        late = self.crowd.sleep_until(self.plan.arrives)
        if self.plan.looks_around:
            home = f"lat={self.person.lat:.4f}&lng={self.person.lng:.4f}"
            self.phone.read("places nearby", f"{API}/places?{home}&minutes=15&scene=clinic", late=late)
        self.phone.read("departments", f"{API}/clinic/places/{self.session.place_id}/departments")
        self.look()

    def look(self) -> None:
        """Look at the department's sessions and find the doctor's windows among them."""
        here = self.session
        asked = f"placeId={here.place_id}&departmentId={here.department_id}&date={here.day}"
        reply = self.phone.read("session list", f"{API}/clinic/sessions?{asked}")
        for item in reply.body.get("items", []):
            if item["id"] == here.id:
                self.windows = item["windows"]

    def wait_for_release(self) -> None:
        """Refresh the list until it is time to claim."""
        while self.crowd.seconds_until(self.plan.claims) > self.plan.refreshes_every:
            gevent.sleep(self.plan.refreshes_every)
            self.look()

    def claim(self) -> None:
        """Claim a window, another one when it is full, and wait in line when all are.

        Who has been waiting presses the button of the list they have, on which nothing is free yet.
        """
        waiting = self.crowd.seconds_until(self.plan.claims) > 0
        late = self.crowd.sleep_until(self.plan.claims) if waiting else 0.0
        self.lose_network()
        wanted = choose(self.windows, "free") or choose(self.windows, "capacity")
        for _ in range(self.plan.windows):
            if wanted is None or self.book(wanted, late):
                break
            late = 0.0
            gevent.sleep(self.plan.thinks / 3)
            self.look()
            wanted = choose(self.windows, "free")
        else:
            self.line_up()
            return
        if wanted is None:
            self.line_up()

    def book(self, window: Window, late: float) -> bool:
        """Try for one window; tell whether that decides the visit."""
        path, asked = f"{API}/clinic/appointments", {"windowId": window["id"]}
        reply = self.phone.write(BOOK, path, asked, late=late, window=window["id"], session=self.session.id)
        if reply.status == MADE:
            self.after_booking(reply.body)
            return True
        return reply.code not in {"window_full", "window_not_open"}

    def after_booking(self, booking: dict[str, Any]) -> None:
        """Think it over: cancel, pay, or leave it for later."""
        self.think()
        path = f"{API}/bookings/{booking['id']}"
        if self.plan.cancels:
            self.phone.write(CANCEL, f"{path}/cancel", {"reason": "时间不合适"}, cancelled=booking["id"])
        elif self.plan.pays and booking["state"] == "held" and self.pay(booking["id"]):
            self.settled(LOOK, path, CONFIRMED)

    def line_up(self) -> None:
        """Join the waitlist, or go away with nothing."""
        if self.plan.joins_waitlist:
            asked = {"sessionId": self.session.id}
            self.phone.write(JOIN, f"{API}/clinic/waitlist", asked, session=self.session.id)


def choose(windows: list[Window], room: str) -> Window | None:
    """Choose a window of which `room` (free or capacity) says that there is some; early ones please more."""
    possible = [window for window in windows if window[room] > 0]
    weights = [1.0 / (place + 1) for place in range(len(possible))]
    return random.choices(possible, weights)[0] if possible else None  # noqa: S311 - a visitor's taste


Arrivals = arrivals_of(CROWD)
Resident = resident_of(CROWD, Claiming)
