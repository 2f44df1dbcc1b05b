"""The release minute (07:00): residents wait, look again and again, and all claim at once.

A Locust file: each Locust user is one visitor living their drawn visit once. It is started by
`python -m loadtests.run --profile clinic-release`, which writes the plan it follows.
"""

import random
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import gevent
from geventhttpclient.client import HTTPClientPool
from locust import FastHttpUser, LoadTestShape, events, task
from locust.exception import StopUser

from loadtests.asking import TIMEOUT, Asker, LeftError
from loadtests.plan import plan_of_environment
from loadtests.record import BOOK, CANCEL, JOIN, LOOK, Recorder

API: Final = "/api/v1"
EARLY: Final = 2.0
"""Seconds by which a visitor's greenlet is made before they arrive, so that making it delays nobody."""

SETTLING_LOOKS: Final = 10
"""Looks, a second apart, at a paid booking until the provider's notice has confirmed it."""

PLAN: Final = plan_of_environment()
RECORDER: Final = Recorder(Path(PLAN.record))
_numbers: Final[Iterator[int]] = count()

Window = dict[str, Any]


class Arrivals(LoadTestShape):
    """Lets each visitor in shortly before they arrive, and ends the run when its time is over."""

    def tick(self) -> tuple[int, float] | None:
        """Say how many visitors there have been so far; all that are due are made at once."""
        now = time.time() - PLAN.release
        if now > PLAN.until:
            return None
        come = sum(visit.arrives <= now + EARLY for visit in PLAN.visits)
        return come, max(1, come)


class Resident(FastHttpUser):
    """A visitor; all share the connections that a gateway would keep open."""

    client_pool = HTTPClientPool(
        concurrency=PLAN.connections, network_timeout=2 * TIMEOUT, connection_timeout=TIMEOUT
    )

    @task
    def live(self) -> None:
        """Live one visit and leave."""
        number = next(_numbers)
        if number < len(PLAN.visits):
            Life(self.client, number).live()
        raise StopUser


class Life:
    """One visit: come, look, wait for the release, claim, choose again, pay, cancel or wait in line."""

    def __init__(self, client: Any, number: int) -> None:
        self.visit = PLAN.visits[number]
        self.person = PLAN.people[number]
        self.phone = Asker(client, self.person, RECORDER, patience=self.visit.patience)
        self.session = PLAN.sessions[self.visit.session]
        self.windows: list[Window] = []
        """The doctor's windows as last seen."""

    def live(self) -> None:
        """Live the visit until it is over or patience is."""
        try:
            self.come()
            self.wait_for_release()
            self.claim()
        except LeftError:
            return

    def come(self) -> None:
        """Arrive and open the pages that lead to the doctor."""
        late = sleep_until(self.visit.arrives)
        if self.visit.looks_around:
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
        while seconds_until(self.visit.claims) > self.visit.refreshes_every:
            gevent.sleep(self.visit.refreshes_every)
            self.look()

    def claim(self) -> None:
        """Claim a window, another one when it is full, and wait in line when all are.

        Who has been waiting presses the button of the list they have, on which nothing is free yet.
        """
        late = sleep_until(self.visit.claims) if seconds_until(self.visit.claims) > 0 else 0.0
        if self.visit.network_lost_after is not None:
            self.phone.lose_network(self.visit.network_lost_after, comes_back=self.visit.comes_back)
        wanted = choose(self.windows, "free") or choose(self.windows, "capacity")
        for _ in range(self.visit.windows):
            if wanted is None or self.book(wanted, late):
                break
            late = 0.0
            gevent.sleep(self.visit.thinks / 3)
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
        if reply.status == 201:  # noqa: PLR2004 - HTTP: made
            self.after_booking(reply.body)
            return True
        return reply.code not in {"window_full", "window_not_open"}

    def after_booking(self, booking: dict[str, Any]) -> None:
        """Think it over: cancel, pay, or leave it for later."""
        gevent.sleep(self.visit.thinks)
        path = f"{API}/bookings/{booking['id']}"
        if self.visit.cancels:
            self.phone.write(CANCEL, f"{path}/cancel", {"reason": "时间不合适"}, cancelled=booking["id"])
        elif self.visit.pays and booking["state"] == "held":
            self.pay(booking["id"], path)

    def pay(self, booking: str, path: str) -> None:
        """Pay at the sandbox provider and look until the booking is confirmed."""
        wanted = {"bookingId": booking, "method": "sandbox"}
        payment = self.phone.write("open a payment", f"{API}/payments", wanted)
        if payment.status != 201:  # noqa: PLR2004 - HTTP: made
            return
        gevent.sleep(self.visit.thinks)
        approve = f"{API}/sandbox/payments/{payment.body['id']}/approve"
        self.phone.write("approve at the sandbox", approve, None)
        for _ in range(SETTLING_LOOKS):
            if self.phone.read_own(LOOK, path).body.get("state") == "confirmed":
                return
            gevent.sleep(1.0)

    def line_up(self) -> None:
        """Join the waitlist, or go away with nothing."""
        if self.visit.joins_waitlist:
            asked = {"sessionId": self.session.id}
            self.phone.write(JOIN, f"{API}/clinic/waitlist", asked, session=self.session.id)


def choose(windows: list[Window], room: str) -> Window | None:
    """Choose a window of which `room` (free or capacity) says that there is some; early ones please more."""
    possible = [window for window in windows if window[room] > 0]
    weights = [1.0 / (place + 1) for place in range(len(possible))]
    return random.choices(possible, weights)[0] if possible else None  # noqa: S311 - a visitor's taste


def seconds_until(second: float) -> float:
    """Return how long it is until a second relative to the release."""
    return PLAN.release + second - time.time()


def sleep_until(second: float) -> float:
    """Sleep until a second relative to the release; return by how much it was overslept."""
    gevent.sleep(max(0.0, seconds_until(second)))
    return max(0.0, -seconds_until(second))


@events.quitting.add_listener
def close_record(**_: Any) -> None:
    """Write out the record when Locust ends."""
    RECORDER.close()
