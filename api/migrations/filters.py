"""Which objects of a database are ours to compare with the models."""

from typing import Any

OTHERS = "procrastinate"
"""Prefix of the job library's objects: it brings and upgrades its own schema."""


def ours(_object: Any, name: str | None, type_: str, reflected: bool, _compare_to: Any) -> bool:  # noqa: FBT001 - Alembic's signature
    """Leave the job library's tables alone."""
    return not (type_ == "table" and reflected and name is not None and name.startswith(OTHERS))
