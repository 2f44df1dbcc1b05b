"""Everything the district holds about a person, each part's own word put together."""

from accessibility.flows import holdings as flows
from scenes.breakfast import holdings as breakfast
from scenes.charging import holdings as charging
from scenes.clinic import holdings as clinic
from scenes.common.booking import holdings as booking
from scenes.common.kit.holdings import Holdings
from scenes.common.notices import holdings as notices
from scenes.common.payments import holdings as payments
from scenes.common.people import holdings as people
from scenes.eldercare import holdings as eldercare

HOLDINGS: Holdings = (
    *people.HOLDINGS, *booking.HOLDINGS, *payments.HOLDINGS, *notices.HOLDINGS, *clinic.HOLDINGS,
    *charging.HOLDINGS, *breakfast.HOLDINGS, *eldercare.HOLDINGS, *flows.HOLDINGS,
)  # fmt: skip
