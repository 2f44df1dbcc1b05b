"""Where templates are found, and what all of them may call."""

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from api.web import desk_nav
from api.web.files import StaticFiles
from scenes.common.kit.ids import new_id
from scenes.common.kit.joints import joints

ROOT: Final = Path(__file__).parents[2]
DESKS: Final = ("people", "places", "booking", "payments", "notices")
ROOMS: Final = ("clinic", "charging", "breakfast", "eldercare")


def environment(static: StaticFiles) -> Environment:
    """Make the environment of every page: escaping on, unknown names refused."""
    folders = {"web": ROOT / "api" / "web" / "templates"}
    folders |= {desk: ROOT / "scenes" / "common" / desk / "templates" for desk in DESKS}
    folders |= {"elder": ROOT / "accessibility" / "flows" / "templates"}
    folders |= {room: ROOT / "scenes" / room / "templates" for room in ROOMS}
    made = Environment(
        loader=PrefixLoader({name: FileSystemLoader(folder) for name, folder in folders.items()}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    functions: dict[str, Any] = made.globals
    functions |= {"static": static.address, "fresh_key": lambda: str(new_id()), "joints": joints}
    functions |= desk_nav.FUNCTIONS
    return made
