"""What others may see of a phone, a name and a national id: enough to recognise, too little to use."""

STAR = "*"
PHONE_DIGITS = 11
SHOWN_END = 4
SHOWN_NAME_ENDS = 2


def mask_phone(phone: str) -> str:
    """Keep the first three and last four of a mobile number (138****5678), less of anything shorter."""
    if len(phone) == PHONE_DIGITS:
        return _mask(phone, start=3, end=SHOWN_END)
    return _mask(phone, start=0, end=SHOWN_END)


def mask_name(name: str) -> str:
    """Keep the first character, and the last one of three or more: 王*, 王*芳, 欧**娜."""
    return _mask(name, start=1, end=1 if len(name) > SHOWN_NAME_ENDS else 0)


def mask_resident_id(resident_id: str) -> str:
    """Keep the province (2) and the last four, hiding district and birth date: 31************002X."""
    return _mask(resident_id, start=2, end=SHOWN_END)


def _mask(text: str, *, start: int, end: int) -> str:
    """Star all but the ends; what is too short to hide anything is starred whole."""
    hidden = len(text) - start - end
    if hidden <= 0:
        return STAR * len(text)
    return text[:start] + STAR * hidden + text[len(text) - end :]
