"""What one answer changes of a run, and what is to be done of it; nothing is done here."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from accessibility.flows import rules
from accessibility.flows.errors import ChoiceUnknown, UndoOver
from accessibility.flows.flow import Asking, Flow
from accessibility.flows.rules import Draft, Option
from accessibility.flows.service.calling import ask_for_call
from accessibility.flows.service.looking import Look, draft_of, present
from accessibility.flows.states import after
from accessibility.flows.tables import ElderRunRow

Work = Literal["act", "undo"]

GONE: Final = "这个刚刚没有了,请再选一个。"
NOT_HEARD: Final = "没听明白,请点一个。"
CHANGED: Final = "内容变了,请再看一遍。"
WILL_CALL: Final = "好的,我们会打电话给您。"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it came: a choice or words, and the version of the step it answers where that is known."""

    choice: str | None = None
    text: str | None = None
    version: int | None = None


def keep(row: ElderRunRow, draft: Draft, asking: Asking) -> None:
    """Write down what a run has now, and who answered."""
    row.draft = msgspec.to_builtins(draft)
    row.version += 1
    row.changed_at = asking.now
    row.acted_by, row.staff_id = asking.resident.person_id, asking.resident.staff_id


async def take(asking: Asking, flow: Flow, row: ElderRunRow, reply: Reply) -> Work | None:
    """Change a run by an answer; say what is to be done now, if anything."""
    if reply.choice == rules.CALL_ME:
        await ask_for_call(asking.session, asking.resident, run_id=row.id, now=asking.now)
        keep(row, rules.noticed(draft_of(row), WILL_CALL), asking)
        return None
    if row.state == "acting":
        return "undo" if draft_of(row).undoing else "act"
    shown = await present(asking, flow, row)
    if row.state != "asking":
        return _undoing(shown, row, reply, asking)
    choice = reply.choice or _meant(shown, reply.text or "")
    if choice is None and (own := _own_words(shown, reply.text or "")) is not None:
        keep(row, rules.taken(shown.draft, shown.question, own), asking)
        return None
    if choice is None:
        keep(row, rules.noticed(shown.draft, NOT_HEARD), asking)
        return None
    draft = _changed(shown, choice, flow, reply)
    if draft is None:
        row.state = after(row.state, "agree")
        draft = rules.noticed(shown.draft, "")
    keep(row, draft, asking)
    return "act" if row.state == "acting" else None


def _undoing(shown: Look, row: ElderRunRow, reply: Reply, asking: Asking) -> Work | None:
    if reply.choice != rules.UNDO or row.state != "done":
        return None
    if shown.undo_until is not None:
        row.state = after(row.state, "take_back")
        keep(row, rules.taking_back(shown.draft), asking)
        return "undo"
    keep(row, rules.noticed(draft_of(row), UndoOver.zh), asking)
    return None


def _meant(shown: Look, text: str) -> str | None:
    """Make a choice of typed words, if they name one."""
    if shown.card is not None:
        agreed = rules.agrees(text)
        return None if agreed is None else rules.YES if agreed else rules.NO
    option = rules.meant(text, shown.asked.options if shown.asked else ())
    return rules.choice_id(shown.question, option.value) if option else None


def _own_words(shown: Look, text: str) -> Option | None:
    """Make an answer of words, where the question takes any."""
    takes = shown.asked is not None and bool(shown.asked.words) and bool(text.strip())
    return rules.written(text) if takes else None


def _changed(shown: Look, choice: str, flow: Flow, reply: Reply) -> Draft | None:
    """Return the draft after a choice; none where it agrees to the card."""
    draft = shown.draft
    if choice == rules.YES and shown.card is not None:
        stale = reply.version is not None and reply.version != shown.row.version
        return rules.noticed(draft, CHANGED) if stale else None
    if choice == rules.NO and shown.card is not None:
        return rules.backed(draft) if shown.card.no_goes_back else rules.refused(draft)
    if choice == rules.OTHERS and shown.asked is not None:
        return rules.turned_page(draft)
    question = rules.question_of(choice)
    if question == shown.question and shown.asked is not None:
        return _answered(draft, question, choice, shown.asked.options)
    if choice in rules.RESERVED or question in {rules.FIX, *(each.id for each in flow.questions)}:
        return draft  # a question that is past: a second tap, or an old page
    raise ChoiceUnknown(errors=(("choice", ChoiceUnknown.zh),))


def _answered(draft: Draft, question: str, choice: str, options: Sequence[Option]) -> Draft:
    """Settle the question that is shown; what the room has no more is asked again."""
    option = rules.chosen(question, choice, options)
    if option is None:
        return rules.noticed(draft, GONE)
    return (
        rules.reopened(draft, option.value) if question == rules.FIX else rules.taken(draft, question, option)
    )
