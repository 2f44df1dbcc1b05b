"""Who lives in the demo district: made-up people, drawn in batches from streams of their own.

So a larger district begins with the same people as a smaller one. Nobody's number can be a real one:
national ids bear area codes from 99 0000 on, which no place in China has, and phones begin with 000,
where no number is given out.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from typing import Final
from uuid import UUID

import msgspec

from scenes.common.kit.resident_id import make_resident_id
from scenes.demo.rules.chance import drawn_id, stream
from scenes.demo.rules.names import draw_given_name, draw_surname
from scenes.demo.rules.outlines import Spot, draw_home

BATCH: Final = 1000
"""People drawn from one stream."""

DRAWN_ON: Final = date(2026, 11, 1)
"""The day for which ages are drawn; afterwards the people grow older as everybody does."""

ELDERS_PERCENT: Final = 31
"""Of all residents, those of 60 and over (384,600 of 1.24 million in 2022)."""

ACCOUNT_AGE: Final = 14
"""Years; who is younger is somebody's patient and has no account."""

UNREAL_AREA: Final = 990_000
SERIALS: Final = 500
MOST_RESIDENTS: Final = 5_000_000
"""More would leave the unreal area codes."""

_YOUNGER: Final = {
    0: 30, 5: 42, 10: 40, 15: 32, 20: 46, 25: 68, 30: 86, 35: 92, 40: 84, 45: 70, 50: 66, 55: 62,
}  # fmt: skip
_ELDERS: Final = {60: 78, 65: 82, 70: 65, 75: 38, 80: 23, 85: 15, 90: 6, 95: 1}
"""Lower end of each five years of age, with its weight."""

_DRAWS: Final = tuple(
    (tuple(ages), list(accumulate(ages.values())), women)
    for ages, women in ((_YOUNGER, 0.5), (_ELDERS, 0.53))
)
_HUKOU: Final = (0.68, 0.97)
_SIGNED: Final = (0.18, 0.45)
UNSIGNED: Final = 100
"""The first residents have no family doctor yet, so that signing can be shown with them."""


class Resident(msgspec.Struct, kw_only=True):
    """A made-up person; `no` counts from 1, `signed` is a draw among the family doctors nearby."""

    no: int
    id: UUID
    surname: str
    given: str
    sex: str
    birth: date
    home: Spot
    hukou: bool
    signed: float | None

    @property
    def name(self) -> str:
        """Surname first, as written."""
        return self.surname + self.given

    @property
    def age(self) -> int:
        """Years of age on the day of drawing."""
        before = (self.birth.month, self.birth.day) > (DRAWN_ON.month, DRAWN_ON.day)
        return DRAWN_ON.year - self.birth.year - before

    @property
    def has_account(self) -> bool:
        """Tell whether the person is old enough for an account of their own."""
        return self.age >= ACCOUNT_AGE

    @property
    def phone(self) -> str | None:
        """Eleven digits that nobody can be called at; children have none."""
        return f"000{self.no:08d}" if self.has_account else None

    @property
    def resident_id(self) -> str:
        """A national id with the right check character, of a place that does not exist."""
        area, serial = divmod(self.no - 1, SERIALS)
        return make_resident_id(str(UNREAL_AREA + area), self.birth, 2 * serial + (self.sex == "m"))


def draw_batch(seed: int, batch: int) -> list[Resident]:
    """Draw one batch of residents; the first batch begins with the two people of the tour."""
    chance = stream(seed, "residents", batch)
    first = batch * BATCH + 1
    drawn = [_draw(chance, no) for no in range(first, first + BATCH)]
    if batch == 0:
        _make_mother(drawn[0])
        _make_daughter(drawn[1])
    return drawn


def batches_from(known: int, wanted: int) -> Iterator[tuple[int, int, int]]:
    """Name the batches that hold the residents after `known` up to `wanted`: batch, first and last number."""
    for batch in range(known // BATCH, -(-wanted // BATCH) if wanted > known else 0):
        yield batch, max(known, batch * BATCH) + 1, min(wanted, (batch + 1) * BATCH)


def is_elder(no: int) -> bool:
    """Tell whether a resident is drawn among the elders: exactly so many of every hundred."""
    return (no - 1) * ELDERS_PERCENT % 100 < ELDERS_PERCENT


def _draw(chance: random.Random, no: int) -> Resident:
    elder = is_elder(no)
    ages, up_to, women = _DRAWS[elder]
    age = chance.choices(ages, cum_weights=up_to)[0] + chance.randrange(5)
    sex = "f" if chance.random() < women else "m"
    return Resident(
        no=no,
        id=drawn_id(chance, no),
        surname=draw_surname(chance),
        given=draw_given_name(chance, sex, age),
        sex=sex,
        birth=_born(age) - timedelta(days=chance.randrange(365)),
        home=draw_home(chance),
        hukou=chance.random() < _HUKOU[elder],
        signed=chance.random() if chance.random() < _SIGNED[elder] and no > UNSIGNED else None,
    )


def _born(age: int) -> date:
    """Return the latest day of birth of who is so old on the day of drawing."""
    return DRAWN_ON.replace(year=DRAWN_ON.year - age)


def _make_mother(resident: Resident) -> None:
    """Make the first resident: 72 years old, living beside the health centre of Caoyang."""
    resident.surname, resident.given, resident.sex = "陈", "秀英", "f"
    resident.birth = date(1954, 3, 8)
    resident.home = Spot("曹杨新村街道", 31.2418, 121.4004)
    resident.hukou, resident.signed = True, None


def _make_daughter(resident: Resident) -> None:
    """Make the second resident: the first one's daughter, a few streets away."""
    resident.surname, resident.given, resident.sex = "周", "敏华", "f"
    resident.birth = date(1981, 6, 18)
    resident.home = Spot("曹杨新村街道", 31.2436, 121.4049)
    resident.hukou, resident.signed = True, None
