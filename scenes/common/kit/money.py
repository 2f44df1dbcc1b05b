"""Money as whole fen, and the words for it: no binary fraction ever touches an amount."""

from decimal import ROUND_HALF_UP, Decimal

FEN_PER_YUAN = 100
FEN_PER_JIAO = 10
DIGITS = "零一二三四五六七八九"
PLACES = ("", "十", "百", "千")
GROUPS = ("", "万", "亿")
GROUP_SIZE = 10_000
TEN = 10
PAIR = 2


def yuan_text(fen: int) -> str:
    """Write an amount for the eye, without idle zeros: 350 fen is "3.5 元"."""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    fraction = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{_sign(fen, '-')}{yuan}{fraction} 元"


def spoken_yuan(fen: int) -> str:
    """Write an amount for the ear: 350 fen is "三元五角", 305 is "三元零五分", 200 is "两元"."""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    jiao, single = divmod(rest, FEN_PER_JIAO)
    words = f"{_count(yuan)}元" if yuan or not rest else ""
    if jiao:
        words += f"{_count(jiao)}角"
    elif yuan and single:
        words += DIGITS[0]
    if single:
        words += f"{_count(single)}分"
    return _sign(fen, "负") + words


def spoken_number(number: int) -> str:
    """Say a whole number from zero to below 10^12 in Chinese numerals: 110 is "一百一十", 12 "十二"."""
    if not 0 <= number < GROUP_SIZE ** len(GROUPS):
        raise ValueError("only numbers from 0 to below 10^12 are spoken")
    if number == 0:
        return DIGITS[0]
    words = ""
    for power in reversed(range(len(GROUPS))):
        words = _with_group(words, number // GROUP_SIZE**power % GROUP_SIZE, GROUPS[power])
    words = words.rstrip(DIGITS[0])
    return words.removeprefix(DIGITS[1]) if words.startswith(DIGITS[1] + PLACES[1]) else words


def percent_of(fen: int, numerator: int, denominator: int = 100) -> int:
    """Take a share of an amount in fen, rounding half a fen away from zero, as receipts do."""
    share = Decimal(fen) * Decimal(numerator) / Decimal(denominator)
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _sign(fen: int, minus: str) -> str:
    return minus if fen < 0 else ""


def _count(number: int) -> str:
    """Say how many of a unit: a pair is 两, not 二."""
    return "两" if number == PAIR else spoken_number(number)


def _with_group(words: str, group: int, name: str) -> str:
    """Append one group of four digits; a gap is said as one 零."""
    if group == 0:
        return words if words.endswith(DIGITS[0]) else words + (DIGITS[0] if words else "")
    return _group_words(words, group) + name


def _group_words(words: str, group: int) -> str:
    """Say the four digits of a group after what was said before it."""
    for place in reversed(range(len(PLACES))):
        digit = group // TEN**place % TEN
        if digit:
            words += DIGITS[digit] + PLACES[place]
        elif words and not words.endswith(DIGITS[0]) and group % TEN**place:
            words += DIGITS[0]
    return words
