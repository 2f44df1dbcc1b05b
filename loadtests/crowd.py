"""What every profile's Locust file needs: visitors let in on time, and a clock that starts with the plan.

Used within Locust's own process only, since it brings gevent with it.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final

import gevent
from geventhttpclient.client import HTTPClientPool
from locust import FastHttpUser, LoadTestShape, events, task
from locust.exception import StopUser

from loadtests.asking import TIMEOUT, Asker, LeftError
from loadtests.plan import Person, Plan
from loadtests.record import Recorder
from loadtests.temper import Temper

API: Final = "/api/v1"
EARLY: Final = 2.0
"""Seconds by which a visitor's greenlet is made before they arrive, so that making it delays nobody."""

MADE: Final = 201
SETTLING_LOOKS: Final = 10
"""Looks, a second apart, at something paid until the provider's notice has arrived."""


class Crowd:
    """One run's people and their visits, and its record."""

    def __init__(self, plan: Plan, visits: Sequence[Temper]) -> None:
        self.plan = plan
        self.visits = visits
        self.recorder = Recorder(Path(plan.record))
        self.numbers = count()
        events.quitting.add_listener(self._close)

    def phone(self, client: Any, number: int) -> Asker:
        """Give a visitor their phone, with the patience they were drawn with."""
        return self.phone_of(client, self.plan.people[number], patience=self.visits[number].patience)

    def phone_of(self, client: Any, person: Person, *, patience: float, behalf: str = "") -> Asker:
        """Give somebody a phone, perhaps to act for another."""
        return Asker(client, person, self.recorder, patience=patience, behalf=behalf)

    def seconds_until(self, second: float) -> float:
        """Return how long it is until a second of the run."""
        return self.plan.begins + second - time.time()

    def sleep_until(self, second: float) -> float:
        """Sleep until a second of the run; return by how much it was overslept."""
        gevent.sleep(max(0.0, self.seconds_until(second)))
        return max(0.0, -self.seconds_until(second))

    def _close(self, **_: Any) -> None:
        """Write out the record when Locust ends."""
        self.recorder.close()


def arrivals_of(crowd: Crowd) -> type[LoadTestShape]:
    """Make the shape that lets each visitor in shortly before they arrive, and ends the run in time."""

    class Arrivals(LoadTestShape):
        """All visitors that are due are made at once."""

        def tick(self) -> tuple[int, float] | None:
            """Say how many visitors there have been so far."""
            now = -crowd.seconds_until(0.0)
            if now > crowd.plan.until:
                return None
            come = sum(visit.arrives <= now + EARLY for visit in crowd.visits)
            return come, max(1, come)

    return Arrivals


def resident_of(crowd: Crowd, life: type["Life"]) -> type[FastHttpUser]:
    """Make the Locust user that lives one visit; all share the connections that a gateway would keep open."""

    class Resident(FastHttpUser):
        """A visitor."""

        client_pool = HTTPClientPool(
            concurrency=crowd.plan.connections, network_timeout=2 * TIMEOUT, connection_timeout=TIMEOUT
        )

        @task
        def live(self) -> None:
            """Live one visit and leave."""
            number = next(crowd.numbers)
            if number < len(crowd.visits):
                life(crowd, self.client, number).live()
            raise StopUser

    return Resident


class Life(ABC):
    """One visit, from coming until it is over or patience is."""

    def __init__(self, crowd: Crowd, client: Any, number: int) -> None:
        self.crowd = crowd
        self.client = client
        self.temper = crowd.visits[number]
        self.person = crowd.plan.people[number]
        self.phone = crowd.phone(client, number)

    def live(self) -> None:
        """Live the visit as far as patience lasts."""
        try:
            self.visit()
        except LeftError:
            return

    @abstractmethod
    def visit(self) -> None:
        """Come, and do what one came for."""

    def think(self) -> None:
        """Read the page and think."""
        gevent.sleep(self.temper.thinks)

    def lose_network(self) -> None:
        """Lose the network under the next request, if the visit was drawn so."""
        if self.temper.network_lost_after is not None:
            self.phone.lose_network(self.temper.network_lost_after, comes_back=self.temper.comes_back)

    def pay(self, booking: str) -> bool:
        """Pay for a booking at the sandbox provider; tell whether the provider was asked."""
        payment = self.phone.write(
            "open a payment", f"{API}/payments", {"bookingId": booking, "method": "sandbox"}
        )
        if payment.status != MADE:
            return False
        self.think()
        approve = f"{API}/sandbox/payments/{payment.body['id']}/approve"
        self.phone.write("approve at the sandbox", approve, None)
        return True

    def settled(self, call: str, path: str, states: frozenset[str]) -> dict[str, Any]:
        """Look, a second apart, until what was paid is in one of the states; empty when it never was."""
        for _ in range(SETTLING_LOOKS):
            seen = self.phone.read_own(call, path).body
            if seen.get("state") in states:
                return seen
            gevent.sleep(1.0)
        return {}
