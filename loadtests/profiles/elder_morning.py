"""The elders' morning (07:00 to 08:00): one question a page, a sentence, read-aloud, and family who help.

A Locust file: each Locust user is one elder, or somebody who acts for them, living their drawn visit once. It
is started by `python -m loadtests.run --profile elder-morning`, which writes the plan it follows.
"""

from typing import Any, Final

from loadtests.crowd import API, MADE, Crowd, Life, arrivals_of, resident_of
from loadtests.elders import MOST_STEPS, Elder
from loadtests.plan import ElderPlan, plan_of_environment
from loadtests.record import AGREE, ANSWER, BACK, BEGIN, RESUME, SAY, UNDO

PLAN: Final = plan_of_environment(ElderPlan)
CROWD: Final = Crowd(PLAN, PLAN.visits)
ELDER: Final = f"{API}/elder"
OK: Final = 200
NOT_CHOSEN: Final = frozenset({"others", "call-me", "undo", "yes", "no"})
UNDOING_AT: Final = "done"
BACK_AT: Final = 1
LEAVING_AT: Final = 2
"""Steps at which those who do so go back, and leave."""

Step = dict[str, Any]


class Guided(Life):
    """One visit: the home, a flow or a sentence, step by step until it is done, perhaps undone."""

    def __init__(self, crowd: Crowd, client: Any, number: int) -> None:
        super().__init__(crowd, client, number)
        self.plan: Elder = PLAN.visits[number]
        self.phone = crowd.phone_of(
            client, self.person, patience=self.plan.patience, behalf=PLAN.behalf[number]
        )

    def visit(self) -> None:
        """Come, begin, and go through it."""
        late = self.crowd.sleep_until(self.plan.arrives)
        self.phone.read_own("elder home", f"{ELDER}/home", late=late)
        self.think()
        step = self.say() if self.plan.sentence else self.begin()
        for number in range(MOST_STEPS):
            if not step:
                return
            self.listen(step, number)
            self.think()
            step = self.go_on(step, number)

    def begin(self) -> Step:
        """Tap a card."""
        reply = self.phone.write(BEGIN, f"{ELDER}/flows/{self.plan.flow}", None)
        return reply.body if reply.status == MADE else {}

    def say(self) -> Step:
        """Say a sentence; where it is not understood, tap the card after all."""
        reply = self.phone.write(SAY, f"{ELDER}/say", {"text": self.plan.sentence})
        return reply.body.get("step") or self.begin()

    def listen(self, step: Step, number: int) -> None:
        """Have a step read aloud, where this district has a voice."""
        if self.plan.listens[number] and step["audioUrl"]:
            self.phone.read_own("hear a step", step["audioUrl"])

    def go_on(self, step: Step, number: int) -> Step:
        """Do the next thing; return the step that follows, or none where the visit is over."""
        if step["state"] == UNDOING_AT:
            undoable = self.plan.undoes and step["undoUntil"]
            return self.answer(UNDO, step, "undo") if undoable else {}
        if step["state"] == "undone":
            return {}
        if number == BACK_AT and self.plan.goes_back and step["state"] == "asking":
            return self.shown(self.phone.write(BACK, f"{self.run(step)}/back", None, run=step["runId"]))
        if number == LEAVING_AT and self.plan.leaves:
            step = self.come_back(step)
        return self.choose(step) if step else {}

    def come_back(self, step: Step) -> Step:
        """Put the phone away, and go on from the home later."""
        self.think()
        self.phone.read_own("elder home", f"{ELDER}/home")
        return self.shown(self.phone.read_own(RESUME, self.run(step), run=step["runId"]))

    def choose(self, step: Step) -> Step:
        """Agree to the card, or choose among what is to be had."""
        if step["confirm"] or step["state"] == "acting":
            self.lose_network()
            return self.answer(AGREE, step, "yes")
        possible = [
            each["id"] for each in step["choices"]
            if each["id"] not in NOT_CHOSEN and each["mark"] not in {"full", "off"}
        ]  # fmt: skip
        if not possible:
            return {}
        return self.answer(ANSWER, step, possible[int(self.plan.taste * len(possible))])

    def answer(self, call: str, step: Step, choice: str) -> Step:
        """Send one answer under its key."""
        asked = {"choice": choice, "version": step["version"]}
        path = f"{self.run(step)}/answers"
        about: dict[str, Any] = {"run": step["runId"], "choice": choice, "at_step": step["progress"]["at"]}
        return self.shown(self.phone.write(call, path, asked, **about))

    @staticmethod
    def run(step: Step) -> str:
        """Return where a run is found."""
        return f"{ELDER}/flows/{step['runId']}"

    @staticmethod
    def shown(reply: Any) -> Step:
        """Take the step of an answer; none of a refusal."""
        return reply.body if reply.status == OK else {}


Arrivals = arrivals_of(CROWD)
Resident = resident_of(CROWD, Guided)
