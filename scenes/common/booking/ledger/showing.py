"""What a decided command answers: a booking as the wire shows it, or the answer kept under its key."""

from uuid import UUID

from scenes.common.booking.ledger.claims import BookingRecord, Outcome, Render
from scenes.common.booking.ledger.page import Page
from scenes.common.kit.refusals import IdempotencyKeyReused, Refusal


class UnshownError(Exception):
    """A booking that was decided could not be shown, so its batch must not be committed."""


class Shower:
    """Answers the commands of one page."""

    def __init__(self, page: Page, render: Render) -> None:
        self.page = page
        self.render = render

    def repeated(self, owner: UUID | None, key: str | None, fingerprint: bytes) -> Outcome | None:
        """Return the first answer to a key used before; IdempotencyKeyReused when it asked otherwise."""
        if owner is None or key is None:
            return None
        stored = self.page.answers.get((owner, key))
        if stored is None:
            return None
        if stored.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return Outcome(None, stored.answer)

    def shown(self, record: BookingRecord) -> bytes:
        """Encode the answer; a failure here comes after the page was changed, so it is no refusal."""
        try:
            return self.render(record, self.page.now)
        except Refusal as refusal:
            raise UnshownError(record.id) from refusal
