"""Level curves as lines, cheap enough to follow a slider."""
import numpy as np
from contourpy import contour_generator


class LevelCurves:
    """Level curves of functions on n x n points of the rectangle `x`, `y`, each (low, high)."""

    def __init__(self, x, y, n=61):
        self.x, self.y = np.meshgrid(np.linspace(*x, n), np.linspace(*y, n))

    def lines(self, values, levels):
        """Where `values`, given on (self.x, self.y), equal a level: a list of (k, 2) arrays."""
        generator = contour_generator(self.x, self.y, values)
        return [line for level in levels for line in generator.lines(level)]
