"""The breakfast morning: residents look at menus, ask the price, order, pay, and staff hand out.

A Locust file: each Locust user is one resident living their drawn morning once. It is started by
`python -m loadtests.run --profile breakfast-rush`, which writes the plan it follows.
"""

import random
from datetime import date
from typing import Any, Final
from uuid import UUID

from loadtests.crowd import API, MADE, Crowd, Life, arrivals_of, resident_of
from loadtests.curves import METRO_MORNING
from loadtests.mornings import Morning
from loadtests.plan import RushPlan, plan_of_environment
from loadtests.record import CANCEL, LOOK, ORDER, REDEEM
from scenes.breakfast.rules.days import slots_group, stock_window

PLAN: Final = plan_of_environment(RushPlan)
CROWD: Final = Crowd(PLAN, PLAN.visits)
DAY: Final = date.fromisoformat(PLAN.day)
CONFIRMED: Final = frozenset({"confirmed"})
COUNTER_PATIENCE: Final = 60.0
"""Seconds: who stands at the counter does not leave."""

Order = dict[str, Any]


class Breakfast(Life):
    """One morning: look at a menu, ask the price, order, pay, collect."""

    def __init__(self, crowd: Crowd, client: Any, number: int) -> None:
        super().__init__(crowd, client, number)
        self.plan: Morning = PLAN.visits[number]
        self.point = PLAN.points[int(self.plan.place * len(PLAN.points))]
        self.menu: dict[str, Any] = {}
        """The point's day as last seen."""

    def visit(self) -> None:
        """Come, look, and order until one order is granted or the tries are used up."""
        self.come()
        if not self.plan.orders:
            return
        for _ in range(self.plan.tries):
            wanted = self.choose()
            if wanted is None or self.order(wanted):
                return
            self.look()

    def come(self) -> None:
        """Arrive and open the menu."""
        late = self.crowd.sleep_until(self.plan.arrives)
        if self.plan.looks_around:
            home = f"lat={self.person.lat:.4f}&lng={self.person.lng:.4f}"
            self.phone.read("places nearby", f"{API}/places?{home}&minutes=15&scene=breakfast", late=late)
            late = 0.0
        self.look(late)

    def look(self, late: float = 0.0) -> None:
        """Look at the menu of the day."""
        path = f"{API}/breakfast/points/{self.point.id}/menu?date={PLAN.day}"
        self.menu = self.phone.read("menu", path, late=late).body

    def choose(self) -> Order | None:
        """Choose a slot soon after one comes by, and things of which there are some."""
        windows = [window for window in self.menu.get("windows", []) if window["free"] > 0]
        items = [item for item in self.menu.get("items", []) if item["left"] > 0]
        if not windows or not items:
            return None
        weights = [1.0 / (1 + place) for place in range(len(items))]
        wanted: dict[str, int] = {}
        for quantity in self.plan.kinds:
            wanted[random.choices(items, weights)[0]["id"]] = quantity  # noqa: S311 - a resident's taste
        return {
            "placeId": self.point.id,
            "windowId": slot_near(self.plan.minute / METRO_MORNING.minutes, windows)["id"],
            "items": [{"itemId": item, "quantity": quantity} for item, quantity in wanted.items()],
        }

    def order(self, wanted: Order) -> bool:
        """Try one order; tell whether that decides the morning."""
        late = 0.0
        if self.plan.quotes:
            quoted = self.phone.write("quote", f"{API}/breakfast/quotes", wanted)
            if quoted.status != 200:  # noqa: PLR2004 - HTTP: ok
                return quoted.code not in {"window_full", "window_not_open"}
            wanted = wanted | {"agreedFen": quoted.body["totalFen"]}
            self.think()
        self.lose_network()
        reply = self.phone.write(
            ORDER, f"{API}/breakfast/orders", wanted, late=late, window=wanted["windowId"],
            session=str(slots_group(UUID(self.point.id), DAY)), wants=self.wants(wanted),
        )  # fmt: skip
        if reply.status == MADE:
            self.after_ordering(reply.body)
            return True
        return reply.code not in {"window_full", "window_not_open", "price_changed"}

    def wants(self, wanted: Order) -> dict[str, int]:
        """Name the windows that an order's items are, with their units."""
        place = UUID(self.point.id)
        return {
            str(stock_window(place, DAY, UUID(item["itemId"]))): item["quantity"] for item in wanted["items"]
        }

    def after_ordering(self, booking: dict[str, Any]) -> None:
        """Think it over, pay, cancel or collect."""
        self.think()
        path = f"{API}/bookings/{booking['id']}"
        if self.plan.cancels:
            self.phone.write(CANCEL, f"{path}/cancel", {"reason": "不想吃了"}, cancelled=booking["id"])
        elif booking["state"] == "confirmed" or (self.plan.pays and self.pay(booking["id"])):
            seen = self.settled(LOOK, path, CONFIRMED)
            if seen and self.plan.collects:
                self.think()
                self.collect(seen)

    def collect(self, booking: dict[str, Any]) -> None:
        """Say the code at the counter."""
        counter = self.crowd.phone_of(self.client, PLAN.staff, patience=COUNTER_PATIENCE)
        counter.write(REDEEM, f"{API}/staff/redeem", {"code": booking["code"]}, handed=booking["id"])


def slot_near(through: float, windows: list[dict[str, Any]]) -> dict[str, Any]:
    """Choose a free slot near the part of the morning in which one comes by, the better ones more often."""
    wanted = through * (len(windows) - 1)
    weights = [1.0 / (1.0 + abs(place - wanted)) for place in range(len(windows))]
    return random.choices(windows, weights)[0]  # noqa: S311 - a resident's taste


Arrivals = arrivals_of(CROWD)
Resident = resident_of(CROWD, Breakfast)
