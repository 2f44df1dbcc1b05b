"""How consents, delegations and assistance look on the wire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from msgspec import UNSET, UnsetType

from scenes.common.kit.clock import shanghai
from scenes.common.kit.wire import Wire, WireRequest
from scenes.common.people.service import Consented, Subject


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
