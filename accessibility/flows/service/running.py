"""Going through a flow: every change is kept; what is agreed to is done once, however often it is said.

A "yes" (or an "undo") is written down before the room is asked, and the room is asked under a key of the
run's own. Killed in between, the run stands at `acting`, and whoever comes back asks again under that key.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from accessibility.flows import rules, store
from accessibility.flows.errors import RunNotFound
from accessibility.flows.flow import Acting, Asking, Flow, Flows, Tools, Undone
from accessibility.flows.rules import Draft
from accessibility.flows.service.calling import ask_for_call
from accessibility.flows.service.looking import Look, asking_of, draft_of, present
from accessibility.flows.service.taking import Reply, keep, take
from accessibility.flows.states import after
from accessibility.flows.tables import ElderRunRow
from scenes.common.kit.caller import Resident
from scenes.common.kit.idempotency import Answer, kept_answer, once
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Busy, Refusal

Render = Callable[[Look], bytes]
"""Encodes a look as the wire shows it, so that an answer can be kept as it was sent."""


async def start(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    tools: Tools,
    flows: Flows,
    *,
    resident: Resident,
    flow: str,
    now: datetime,
    wishes: Mapping[str, str] | None = None,
) -> Look:
    """Begin a flow, with what is known already; refuses with FlowNotFound."""
    asking = asking_of(tools, session, resident, now=now)
    return await begin(asking, flows.get(flow), wishes=wishes or {})


async def begin(asking: Asking, chosen: Flow, *, wishes: Mapping[str, str]) -> Look:
    """Begin a flow while asking already, as after a sentence."""
    resident, now = asking.resident, asking.now
    draft = Draft(wishes={**await chosen.wishes(asking), **wishes})
    row = ElderRunRow(
        id=new_id(), person_id=resident.subject_id, acted_by=resident.person_id, staff_id=resident.staff_id,
        flow=chosen.name, draft=msgspec.to_builtins(draft), started_at=now, changed_at=now,
    )  # fmt: skip
    shown = await present(asking, chosen, row)
    row.draft = msgspec.to_builtins(shown.draft)
    await store.add_run(asking.session, row)
    return shown


async def look(
    session: AsyncSession, tools: Tools, flows: Flows, *, resident: Resident, run_id: UUID
) -> Look:
    """Show where a run stands; refuses with RunNotFound."""
    row = await _own(session, resident, run_id)
    return await present(asking_of(tools, session, resident, now=tools.clock()), flows.get(row.flow), row)


async def answer(  # noqa: PLR0913 - one fact each
    tools: Tools,
    flows: Flows,
    *,
    resident: Resident,
    run_id: UUID,
    reply: Reply,
    key: str,
    fingerprint: bytes,
    render: Render,
) -> Answer:
    """Take an answer, and do what is agreed to; the answer to the same key is the same.

    An answer to a question that is past changes nothing and shows where the run stands. Refuses with
    RunNotFound, ChoiceUnknown and IdempotencyKeyReused; what a room refuses becomes the next question.
    """
    step = _Step(tools, flows, resident, run_id, key, fingerprint, render)
    async with tools.database.transaction() as session:
        row, kept = await step.begin(session)
        if kept is not None:
            return kept
        asking = asking_of(tools, session, resident, now=tools.clock())
        flow = flows.get(row.flow)
        work = await take(asking, flow, row, reply)
        if work is None:
            return await step.end(session, row, asking)
        values, attempt = draft_of(row).values, row.attempt
        booking_id = row.booking_id
    key = f"undo-{run_id}" if work == "undo" else f"run-{run_id}-{attempt}"
    acting = Acting(tools=tools, resident=resident, now=tools.clock(), key=key)
    if work == "undo":
        return await _undo(step, flow, acting, values=values, booking_id=booking_id)
    return await _act(step, flow, acting, values=values, attempt=attempt)


async def back(
    session: AsyncSession, tools: Tools, flows: Flows, *, resident: Resident, run_id: UUID
) -> Look:
    """Take the last answer back; at the first question, and once it is done, nothing changes."""
    row = await _own(session, resident, run_id, lock=True)
    now = tools.clock()
    asking = asking_of(tools, session, resident, now=now)
    before = draft_of(row)
    if row.state == "asking" and (backed := rules.backed(before)) != before:
        keep(row, backed, asking)
    shown = await present(asking, flows.get(row.flow), row)
    row.draft = msgspec.to_builtins(shown.draft)
    return shown


async def wait_for_call(
    session: AsyncSession, *, resident: Resident, run_id: UUID | None, now: datetime
) -> None:
    """Ask to be called back, about a run if one is named (RunNotFound)."""
    if run_id is not None:
        await _own(session, resident, run_id)
    await ask_for_call(session, resident, run_id=run_id, now=now)


class _Step(msgspec.Struct, frozen=True):
    """One answer on its way: what it begins with and how it ends."""

    tools: Tools
    flows: Flows
    resident: Resident
    run_id: UUID
    key: str
    fingerprint: bytes
    render: Render

    async def begin(self, session: AsyncSession) -> tuple[ElderRunRow, Answer | None]:
        """Lock the run, then look for an answer given to this key before: a twin waits for the first."""
        row = await _own(session, self.resident, self.run_id, lock=True)
        owner = self.resident.person_id
        return row, await kept_answer(session, owner, key=self.key, fingerprint=self.fingerprint)

    def after(self, session: AsyncSession) -> Asking:
        """Gather what is asked with after an act."""
        return asking_of(self.tools, session, self.resident, now=self.tools.clock(), fresh=True)

    async def end(self, session: AsyncSession, row: ElderRunRow, asking: Asking) -> Answer:
        """Show where the run stands now, and keep that under the key."""
        now = asking.now

        async def shown() -> tuple[int, bytes]:
            found = await present(asking, self.flows.get(row.flow), row)
            row.draft = msgspec.to_builtins(found.draft)
            await session.flush()
            return 200, self.render(found)

        return await once(
            session, self.resident.person_id, key=self.key, fingerprint=self.fingerprint, now=now, act=shown
        )


async def _own(session: AsyncSession, resident: Resident, run_id: UUID, *, lock: bool = False) -> ElderRunRow:
    row = await store.run(session, run_id, lock=lock)
    if row is None or row.person_id != resident.subject_id:
        raise RunNotFound
    return row


async def _act(step: _Step, flow: Flow, acting: Acting, *, values: Mapping[str, str], attempt: int) -> Answer:
    """Ask the room, and write down what came of it; what it refuses leads back to a question.

    Busy may mean that nobody knows what came of it, so the run stays where the same key is asked again.
    """
    refused: Refusal | None = None
    booking_id = None
    try:
        booking_id = await flow.act(acting, values)
    except Refusal as refusal:
        refused = refusal
    async with step.tools.database.transaction() as session:
        row, kept = await step.begin(session)
        if kept is not None:
            return kept
        if row.state == "acting" and row.attempt == attempt and not draft_of(row).undoing:
            _settle(row, flow, values, refused=refused, booking_id=booking_id, now=step.tools.clock())
        return await step.end(session, row, step.after(session))


def _settle(  # noqa: PLR0913 - one fact each
    row: ElderRunRow,
    flow: Flow,
    values: Mapping[str, str],
    *,
    refused: Refusal | None,
    booking_id: UUID | None,
    now: datetime,
) -> None:
    draft = draft_of(row)
    row.version, row.changed_at = row.version + 1, now
    if refused is None:
        row.state, row.booking_id, row.acted_at = after(row.state, "finish"), booking_id, now
    elif isinstance(refused, Busy):
        row.draft = msgspec.to_builtins(rules.noticed(draft, refused.detail))
    else:
        turn = flow.turn(values, refused)
        row.state, row.attempt = after(row.state, "turn"), row.attempt + 1
        row.draft = msgspec.to_builtins(rules.reopened(draft, turn.question, turn.notice))


async def _undo(
    step: _Step, flow: Flow, acting: Acting, *, values: Mapping[str, str], booking_id: UUID | None
) -> Answer:
    """Take back what was done; the run waits at `acting` meanwhile, as it does before an act."""
    undone, refused = None, None
    try:
        undone = await flow.undo(acting, values, booking_id) if flow.undo is not None else None
    except Refusal as refusal:
        refused = refusal
    async with step.tools.database.transaction() as session:
        row, kept = await step.begin(session)
        if kept is not None:
            return kept
        if row.state == "acting" and draft_of(row).undoing:
            _settle_undo(row, undone=undone, refused=refused, now=step.tools.clock())
        return await step.end(session, row, step.after(session))


def _settle_undo(row: ElderRunRow, *, undone: Undone | None, refused: Refusal | None, now: datetime) -> None:
    """Write down what came of taking back; what the room refuses is said, and what was done stands."""
    row.version, row.changed_at = row.version + 1, now
    if undone is not None:
        row.state, row.outcome = after(row.state, "undo"), undone.words
        row.booking_id = undone.booking_id or row.booking_id
    elif isinstance(refused, Busy):
        row.draft = msgspec.to_builtins(rules.noticed(draft_of(row), refused.detail))
    else:
        notice = refused.detail if refused is not None else ""
        row.state, row.draft = (
            after(row.state, "stand"),
            msgspec.to_builtins(rules.stood(draft_of(row), notice)),
        )
