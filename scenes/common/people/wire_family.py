"""How consents, delegations and assistance look on the wire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from litestar.datastructures import Cookie
from msgspec import UNSET, Meta, UnsetType

from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.refusals import Invalid
from scenes.common.kit.wire import Wire, WireRequest
from scenes.common.people.rules.acts import words_for
from scenes.common.people.rules.family import state_now
from scenes.common.people.service import (
    Assistance,
    AssistCode,
    Consented,
    Done,
    NewDelegation,
    Subject,
)
from scenes.common.people.tables import DelegationRow, PersonRow

ACTING_COOKIE = "lc_acting"
"""For whom a page session acts: a choice, no authority; each request is checked against the delegations."""

ACTING_SECONDS = 4 * 3600


def acting_cookie(person_id: UUID | None, *, secure: bool) -> Cookie:
    """Make the cookie that says for whom this browser acts, or that takes it away."""
    return Cookie(
        key=ACTING_COOKIE,
        value=str(person_id) if person_id is not None else "",
        path="/",
        httponly=True,
        samesite="lax",
        secure=secure,
        max_age=ACTING_SECONDS if person_id is not None else 0,
    )


class Consent(Wire, frozen=True, kw_only=True):
    """Whether a consent stands; `since` dates that, null where the person never said."""

    given: bool
    since: datetime | None

    @classmethod
    def of(cls, standing: Consented) -> Self:
        """Show how a person stands to one subject."""
        return cls(given=standing.given, since=shanghai(standing.since) if standing.since else None)


class Consents(Wire, frozen=True, kw_only=True):
    """The separate consents: health data (results, readings), and the place where one is."""

    health: Consent
    location: Consent

    @classmethod
    def of(cls, standings: Sequence[Consented]) -> Self:
        """Show how a person stands to every subject."""
        return cls(**{standing.subject: Consent.of(standing) for standing in standings})


class ConsentsRequest(WireRequest, frozen=True, kw_only=True):
    """Which consents to give (true) or withdraw (false); what is left out stays."""

    health: bool | UnsetType = UNSET
    location: bool | UnsetType = UNSET

    def wanted(self) -> dict[Subject, bool]:
        """Say it in the desk's own terms."""
        named: dict[Subject, bool | UnsetType] = {"health": self.health, "location": self.location}
        return {subject: given for subject, given in named.items() if given is not UNSET}


class NewDelegationRequest(WireRequest, frozen=True, kw_only=True):
    """Whom to let act for one, or for whom to ask to act, what, and until when.

    The other is named by `phone` with `name`, which have to fit; or by `personId`, if the two know each
    other already (a patient, an earlier delegation). `role` is the side the caller is on.
    """

    scopes: list[Literal["book", "pay", "view"]]
    until: datetime
    role: Literal["principal", "delegate"] = "principal"
    person_id: UUID | None = None
    phone: Annotated[str, Meta(min_length=5, max_length=24)] | None = None
    name: Annotated[str, Meta(min_length=1, max_length=50)] | None = None

    def new(self) -> NewDelegation:
        """Say it in the desk's own terms."""
        if self.until.tzinfo is None:
            raise Invalid(errors=(("until", "时间要带时区"),))
        return NewDelegation(
            role=self.role, scopes=self.scopes, until=self.until, person_id=self.person_id,
            phone=self.phone, name=self.name,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"NewDelegationRequest({self.role})"


class FamilyPerson(Wire, frozen=True, kw_only=True):
    """The person on the other side, by a masked name."""

    id: UUID
    name: str

    @classmethod
    def of(cls, row: PersonRow) -> Self:
        """Show somebody to who has to do with them."""
        return cls(id=row.id, name=mask_name(row.name))


class Delegation(Wire, frozen=True, kw_only=True):
    """A delegation as one side sees it; `role` is the side of who asks, `actions` what they may do."""

    id: UUID
    role: Literal["principal", "delegate"]
    person: FamilyPerson
    scopes: list[str]
    state: str
    asked_by: str
    asked_at: datetime
    approved_at: datetime | None
    cooling_until: datetime | None
    until: datetime
    actions: list[str]

    @classmethod
    def of(cls, row: DelegationRow, other: PersonRow, *, now: datetime) -> Self:
        """Show a delegation to the side that `other` is not on."""
        role = "delegate" if other.id == row.principal_id else "principal"
        state = state_now(row.state, row.until, now)
        return cls(
            id=row.id, role=role, person=FamilyPerson.of(other), scopes=row.scopes, state=state,
            asked_by=row.asked_by, asked_at=shanghai(row.asked_at),
            approved_at=shanghai(row.approved_at) if row.approved_at else None,
            cooling_until=shanghai(row.cooling_until) if row.cooling_until else None,
            until=shanghai(row.until), actions=_actions(role, state),
        )  # fmt: skip


class ActingFor(Wire, frozen=True, kw_only=True):
    """For whom one may act now: the id is what `On-Behalf-Of` takes."""

    person_id: UUID
    name: str
    scopes: list[str]
    until: datetime
    cooling_until: datetime | None

    @classmethod
    def of(cls, row: DelegationRow, principal: PersonRow) -> Self:
        """Show a delegation in force to the delegate."""
        return cls(
            person_id=principal.id,
            name=mask_name(principal.name),
            scopes=row.scopes,
            until=shanghai(row.until),
            cooling_until=shanghai(row.cooling_until) if row.cooling_until else None,
        )


class ActInName(Wire, frozen=True, kw_only=True):
    """One thing somebody did in the person's name; `action` is the call, `words` says it plainly."""

    actor: Literal["delegate", "staff"]
    name: str
    action: str
    words: str
    at: datetime

    @classmethod
    def of(cls, done: Done) -> Self:
        """Show one act to the person in whose name it was done."""
        return cls(
            actor="staff" if done.actor == "staff" else "delegate",
            name=done.actor_name if done.actor == "staff" else mask_name(done.actor_name),
            action=done.action,
            words=words_for(done.action),
            at=shanghai(done.at),
        )


class ShownCode(Wire, frozen=True, kw_only=True):
    """The code to read out to the staff who help, digit by digit in `speak`."""

    code: str
    expires_at: datetime
    speak: str

    @classmethod
    def of(cls, made: AssistCode) -> Self:
        """Show a code to its person."""
        said = "、".join(made.code)
        return cls(
            code=made.code,
            expires_at=shanghai(made.expires_at),
            speak=f"授权码是:{said}。只告诉帮您办事的工作人员。",
        )


class AssistRequest(WireRequest, frozen=True, kw_only=True):
    """Who stands at the counter, and the code they read out."""

    phone: Annotated[str, Meta(min_length=5, max_length=24)]
    consent_code: Annotated[str, Meta(pattern=r"^[0-9]{6}$")]

    def __repr__(self) -> str:
        return "AssistRequest()"


class AssistPhoneRequest(WireRequest, frozen=True, kw_only=True):
    """Whose phone on file is to get a code by SMS."""

    phone: Annotated[str, Meta(min_length=5, max_length=24)]

    def __repr__(self) -> str:
        return "AssistPhoneRequest()"


class Assist(Wire, frozen=True, kw_only=True):
    """A running assistance; staff send `On-Behalf-Of` with the person's id until it ends."""

    id: UUID
    person: FamilyPerson
    staff_name: str
    started_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, running: Assistance) -> Self:
        """Show a running assistance to either side."""
        row = running.row
        return cls(
            id=row.id, person=FamilyPerson.of(running.person), staff_name=running.staff_name,
            started_at=shanghai(row.started_at), expires_at=shanghai(row.expires_at),
        )  # fmt: skip


def _actions(role: str, state: str) -> list[str]:
    """Say what the side a person is on may do with a delegation in this state."""
    if state == "active":
        return ["revoke"]
    if state == "requested":
        return ["approve", "revoke"] if role == "principal" else ["revoke"]
    return []


class Export(Wire, frozen=True, kw_only=True):
    """Everything held about a person: rows by kind, as they are stored, sealed columns opened."""

    made_at: datetime
    data: dict[str, list[dict[str, Any]]]
