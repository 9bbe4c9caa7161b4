"""The two controls of the depth N that the explorers of 6.2.4 use: whole numbers, and True is none."""
from numbers import Integral

from ...live import Choice, Slider


class DepthSlider(Slider):
    """A slider on the whole numbers 1, .., `deepest`, and nothing between them."""

    def __init__(self, value, deepest):
        super().__init__("depth", "depth N", tuple(range(1, deepest + 1)), value, exact=True)

    def accept(self, value):
        return super().accept(_whole(value))

    def read(self, text):
        value = super().read(text)
        return int(value) if value.denominator == 1 else value


class DepthChoice(Choice):
    """A drop-down list of the whole numbers 1, .., `deepest`: for a picture that is another one at each depth."""

    def __init__(self, value, deepest):
        super().__init__("depth", "depth N", {str(n): n for n in range(1, deepest + 1)}, value)

    def accept(self, value):
        return super().accept(_whole(value))


def _whole(value):
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise ValueError(f"depth is {value!r}, expected a whole number")
    return int(value)
