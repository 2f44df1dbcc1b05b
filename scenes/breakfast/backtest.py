"""`python -m scenes.breakfast.backtest`: the forecast against last week's same day, as a table.

The history is made from a seed (rules/history.py), not measured; a district runs it on its own days.
"""

import random
from datetime import date
from typing import Final

import click

from scenes.breakfast.rules.backtest import Foretold, Score, foretell, score
from scenes.breakfast.rules.history import live, skies

FIRST: Final = date(2026, 1, 5)
DAYS: Final = 240
ITEMS: Final = (
    ("豆浆 shop", 80.0, 110),
    ("菜包 shop", 60.0, 66),
    ("白粥 shop", 24.0, 60),
    ("鸡蛋 cart", 36.0, 44),
    ("杂粮饼 cart", 12.0, 30),
    ("低糖糕 locker", 5.0, 12),
)
"""Name, ordinary demand and stock of a day: two of them run out now and then."""

HEAD: Final = ("item", "days", "MAE", "last week", "WAPE", "last week", "in 80 % range")


def run(*, seed: int) -> list[tuple[str, Score]]:
    """Back-test every item, and all together."""
    chance = random.Random(seed)  # noqa: S311 - a history that can be made again
    weathers = skies(DAYS, chance)
    every: list[Foretold] = []
    scores: list[tuple[str, Score]] = []
    for name, level, capacity in ITEMS:
        foretold = foretell(live(FIRST, weathers, level=level, capacity=capacity, chance=chance))
        every += foretold
        scores.append((name, score(foretold)))
    return [*scores, ("all", score(every))]


def row(name: str, found: Score) -> tuple[str, ...]:
    """Write a score as a table's row."""
    return (
        name,
        str(found.days),
        f"{found.mae:.1f}",
        f"{found.last_week_mae:.1f}",
        f"{found.wape:.1%}",
        f"{found.last_week_wape:.1%}",
        f"{found.covered:.0%}",
    )


@click.command()
@click.option("--seed", default=20261125, show_default=True, help="Of the history that is made.")
def main(seed: int) -> None:
    """Print how far the forecast and last week's same day are off."""
    lines = [HEAD, *(row(name, found) for name, found in run(seed=seed))]
    for line in lines:
        click.echo(" | ".join(cell.ljust(14) for cell in line))


if __name__ == "__main__":
    main()
