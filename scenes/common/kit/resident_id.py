"""The citizen identification number of GB 11643: its check digit, and what it says of its holder.

Area (6 digits), birth date (8), serial (3, odd for men), check character (ISO 7064 MOD 11-2).
"""

import re
from datetime import date
from typing import Literal

SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
LARGEST_SERIAL = 999

Sex = Literal["female", "male"]


def canonical_resident_id(text: str) -> str:
    """Bring what a person typed to the one form that is indexed: no spaces, capital X."""
    return "".join(text.split()).upper()


def valid_resident_id(text: str) -> bool:
    """Tell whether a canonical number has a real birth date and the right check character."""
    if SHAPE.fullmatch(text) is None or check_character(text[:17]) != text[17]:
        return False
    try:
        birth_date(text)
    except ValueError:
        return False
    return True


def check_character(first_17: str) -> str:
    """Compute the 18th character over the first 17 digits (ISO 7064 MOD 11-2)."""
    weighted = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_17, strict=True))
    return CHECK_CHARACTERS[weighted % 11]


def birth_date(resident_id: str) -> date:
    """Read the holder's birth date; raises ValueError when it is not a day of the calendar."""
    return date(int(resident_id[6:10]), int(resident_id[10:12]), int(resident_id[12:14]))


def sex(resident_id: str) -> Sex:
    """Read the holder's registered sex: the serial is odd for men, even for women."""
    return "male" if int(resident_id[16]) % 2 else "female"


def make_resident_id(area: str, birth: date, serial: int) -> str:
    """Make a well-formed number for synthetic people; `area` has 6 digits, `serial` is 0 to 999."""
    if not 0 <= serial <= LARGEST_SERIAL:
        raise ValueError(f"serial must be 0 to {LARGEST_SERIAL}")
    first_17 = f"{area}{birth:%Y%m%d}{serial:03d}"
    if SHAPE.fullmatch(first_17 + "0") is None:
        raise ValueError("area must have 6 digits, birth a year of 4 digits")
    return first_17 + check_character(first_17)
