"""Deciding a claim: all its windows for one person, or a refusal that touches nothing."""

import random
from collections.abc import Sequence
from uuid import UUID

from scenes.common.booking import rules
from scenes.common.booking.errors import AlreadyBooked, BookingNotFound, WindowFull
from scenes.common.booking.ledger.claims import BookingRecord, Claim, Outcome, Want
from scenes.common.booking.ledger.lives import new_booking
from scenes.common.booking.ledger.page import Page
from scenes.common.booking.ledger.showing import Shower
from scenes.common.booking.ledger.soldout import Hint
from scenes.common.kit.idempotency import Answer
from scenes.common.kit.refusals import Refusal


class Granter:
    """Decides claims on one page; `full` are the windows it found without a free unit."""

    def __init__(self, page: Page, shower: Shower, *, chance: random.Random) -> None:
        self.page = page
        self.shower = shower
        self.chance = chance
        self.full: dict[UUID, Hint] = {}

    def claim(self, claim: Claim) -> Outcome:
        """Grant a claim, or repeat what was answered to its key."""
        repeated = self.shower.repeated(claim.booker_id, claim.key, claim.fingerprint)
        if repeated is not None:
            return repeated
        subject, booker = self._people(claim)
        if (exclusivity := self.page.exclusivity(claim)) in self.page.active_keys:
            raise AlreadyBooked
        wants, windows = self._first_free(claim, subject)
        record = new_booking(
            claim, wants, windows, people=(subject, booker), page=self.page, exclusivity=exclusivity,
            chance=self.chance,
        )  # fmt: skip
        rules.check_price(record.amount_fen, claim.expected_fen)
        return self._granted(claim, record)

    def _people(self, claim: Claim) -> tuple[rules.Person, rules.Person]:
        page = self.page
        subject, booker = page.people.get(claim.subject_id), page.people.get(claim.booker_id)
        if subject is None or booker is None:
            raise BookingNotFound
        rules.check_not_suspended(subject, claim.scene, page.now)
        if booker.id != subject.id:
            rules.check_not_suspended(booker, claim.scene, page.now)
        return subject, booker

    def _granted(self, claim: Claim, record: BookingRecord) -> Outcome:
        page = self.page
        page.take(record.lines)
        page.add(record)
        page.tell("booking.held" if record.state == "held" else "booking.confirmed", record, by="resident")
        answer = Answer(201, self.shower.shown(record))
        page.keep_answer(claim.booker_id, claim.key, claim.fingerprint, answer)
        return Outcome(record, answer)

    def _first_free(self, claim: Claim, subject: rules.Person) -> tuple[Sequence[Want], list[rules.Window]]:
        """Choose the first set of windows that is to be had; refuse as the last one does when none is."""
        if not claim.alternatives:
            return claim.wants, self._free(claim.wants, claim.scene, subject)
        for wants in (claim.wants, *claim.alternatives[:-1]):
            try:
                return wants, self._free(wants, claim.scene, subject)
            except Refusal:
                continue
        last = claim.alternatives[-1]
        return last, self._free(last, claim.scene, subject)

    def _free(self, wants: Sequence[Want], scene: str, subject: rules.Person) -> list[rules.Window]:
        page = self.page
        windows = [rules.check_scene(page.windows.get(want.window_id), scene) for want in wants]
        for window in windows:
            rules.check_open(window, subject, page.now)
        for window, want in zip(windows, wants, strict=True):
            self._check_room(window, want.units)
        return windows

    def _check_room(self, window: rules.Window, units: int) -> None:
        try:
            rules.check_room(window, units)
        except WindowFull as full:
            full.window_id = window.id
            if window.free <= 0:
                self.full[window.id] = Hint(window.scene, window.group_id)
            raise
