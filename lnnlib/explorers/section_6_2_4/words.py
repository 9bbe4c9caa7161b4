"""How the readouts of 6.2.4 write a depth and a number."""
from ...live import number_text


def layers(depth):
    """The depth as a reader says it: 1 layer, 2 layers."""
    return "1 layer" if depth == 1 else f"{depth} layers"


def clean(value, digits=4):
    """A number, with what rounding alone makes of 0 written as 0."""
    return number_text(value if abs(value) > 1e-9 else 0, digits)
