"""Who books for whom: grown children for their parents, parents for their children."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from scenes.demo.rules.chance import stream
from scenes.demo.rules.residents import ACCOUNT_AGE, BATCH, Resident

ELDER: Final = 60
OLD: Final = 70
VERY_OLD: Final = 90
CHILD_UNTIL: Final = ACCOUNT_AGE
BETWEEN_GENERATIONS: Final = 28
_SHARE_HELPED: Final = {False: 0.12, True: 0.35}
"""Of the elders below 70 and from 70 on, those for whom a grown child has an account."""

_SAME_HOME: Final = 0.4


class Kin(NamedTuple):
    """An account that may book for a patient, and what the patient is to its holder."""

    account: Resident
    patient: Resident
    relation: str


def draw_families(seed: int, batch: int, residents: Sequence[Resident]) -> list[Kin]:
    """Pair the people of one batch; those paired share a home or a surname where families do.

    The batch must be whole, so that the same people are paired however large the district is.
    """
    if len(residents) != BATCH:
        raise ValueError(f"a batch has {BATCH} people")
    chance = stream(seed, "families", batch)
    family = [Kin(residents[1], residents[0], "母亲")] if batch == 0 else []
    others = residents[2:] if batch == 0 else residents
    parents = _by_decade(others)
    family += _helped_elders(chance, others, parents)
    family += _children(chance, others, parents)
    return family


def _by_decade(residents: Sequence[Resident]) -> dict[int, list[Resident]]:
    """Sort those of 30 to 59 by decade; they are drawn already, so their order is chance enough."""
    decades: defaultdict[int, list[Resident]] = defaultdict(list)
    for each in residents:
        if 30 <= each.age < ELDER:  # noqa: PLR2004 - the decades that have parents and children
            decades[each.age // 10].append(each)
    return decades


def _helped_elders(
    chance: random.Random, residents: Sequence[Resident], adults: dict[int, list[Resident]]
) -> Iterator[Kin]:
    free = {decade: list(several) for decade, several in adults.items()}
    for elder in residents:
        if not ELDER <= elder.age < VERY_OLD or chance.random() >= _SHARE_HELPED[elder.age >= OLD]:
            continue
        decade = min(max((elder.age - BETWEEN_GENERATIONS) // 10, 3), 5)
        if not free.get(decade):
            continue
        child = free[decade].pop()
        if elder.sex == "m":
            child.surname = elder.surname
        if chance.random() < _SAME_HOME:
            child.home = elder.home
        yield Kin(child, elder, "母亲" if elder.sex == "f" else "父亲")


def _children(
    chance: random.Random, residents: Sequence[Resident], adults: dict[int, list[Resident]]
) -> Iterator[Kin]:
    free = {decade: chance.sample(several, len(several)) for decade, several in adults.items()}
    for child in residents:
        if child.age >= CHILD_UNTIL:
            continue
        decade = max((child.age + BETWEEN_GENERATIONS) // 10, 3)
        if not free.get(decade):
            continue
        parent = free[decade].pop()
        if parent.sex == "m":
            child.surname = parent.surname
        child.home = parent.home
        yield Kin(parent, child, "女儿" if child.sex == "f" else "儿子")
