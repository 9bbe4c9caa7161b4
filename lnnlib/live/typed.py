"""How a number that a student types is read: exactly, and never as another than was meant."""
import re
from fractions import Fraction

HOW = "Type a decimal such as 0.25 or 3e-5, or a ratio such as 1/3."
SHOWN, LONGEST = 20, 60      # characters that a refusal repeats, that a number has

_SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_KEYS = str.maketrans(_SUPERSCRIPTS + "−–·×", "-0123456789" + "--**")
_GROUPS = re.compile(r"[-+]?[1-9]\d{0,2}(?:[,'’_]\d{3})+(?:\.\d+)?")
_DECIMAL = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?"
_NUMBER = re.compile(rf"({_DECIMAL})(?:/({_DECIMAL}))?")
_POWER = re.compile(r"(?:([-+]?[\d.]+)\*)?10\^([-+]?\d{1,3})")


def read_number(text, whole=False):
    """The number that was typed, exactly: a decimal, a ratio, a power of ten. ValueError otherwise.

    A separator of thousands is read as one, a decimal comma as a point. Where a comma may be
    either, and for a `whole` number where a point may be, it asks.

    >>> [str(read_number(text)) for text in ("1/3", "3·10⁻⁵", " 0,1 ", "10 000", "12,345,678")]
    ['1/3', '3/100000', '1/10', '10000', '12345678']
    >>> read_number("10,000")
    Traceback (most recent call last):
        ...
    ValueError: “10,000” may be 10000 or 10.000. Type it without the comma.
    """
    typed = plain(text)
    if len(typed) > LONGEST:
        raise ValueError(f"{quoted(text)} is too long for a number. {HOW}")
    if re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", typed):
        _ask(text, typed, ",", "comma")
    if whole and re.fullmatch(r"[-+]?[1-9]\d{0,2}(\.\d{3})+", typed):
        _ask(text, typed, ".", "point")
    if _GROUPS.fullmatch(typed):
        typed = re.sub("[,'’_]", "", typed)
    found = _value(typed.replace(",", "."))
    if found is None:
        raise ValueError(f"{quoted(text)} is not a number. {HOW}")
    return found


def plain(text):
    """What was typed without its spaces and units, signs and powers as a keyboard has them.

    >>> plain("10\\N{NARROW NO-BREAK SPACE}000"), plain("−0.5"), plain("30°"), plain("10⁻⁸")
    ('10000', '-0.5', '30', '10^-8')
    """
    text = re.sub(f"(?<=10)(?=[{_SUPERSCRIPTS}])", "^", "".join(text.split()))
    return text.translate(_KEYS).lower().rstrip("°≈")


def _value(typed):
    """The number, or None."""
    if typed.endswith("%"):
        share = _value(typed[:-1])
        return None if share is None else share / 100
    power, number = _POWER.fullmatch(typed), _NUMBER.fullmatch(typed)
    try:
        if power:
            return Fraction(power[1] or 1) * Fraction(f"1e{power[2]}")
        return number and Fraction(number[1]) / Fraction(number[2] or 1)
    except (ValueError, ZeroDivisionError):                  # 1.2.3 · 10², 1/0
        return None


def _ask(text, typed, mark, name):
    """Refuse what has two readings."""
    one, other = typed.replace(mark, ""), typed.replace(mark, ".", 1)
    raise ValueError(f"{quoted(text)} may be {one} or {other}. Type it without the {name}.")


def quoted(text):
    """What was typed, or its beginning."""
    text = " ".join(text.split())
    return f"“{text}”" if len(text) <= SHOWN else f"“{text[:SHOWN - 1]}…”"
