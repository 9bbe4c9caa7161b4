"""Level curves as lines, cheap enough to follow a slider."""
import numpy as np
from contourpy import contour_generator


class LevelCurves:
    """Level curves of functions on the rectangle `x` = (low, high), `y` = (low, high), sampled on n x n points."""

    def __init__(self, x, y, n=61):
        self.x, self.y = np.meshgrid(np.linspace(*x, n), np.linspace(*y, n))

    def lines(self, values, levels):
        """The curves where `values`, given on (self.x, self.y), equal one of `levels`: a list of (k, 2) arrays."""
        generator = contour_generator(self.x, self.y, values)
        return [line for level in levels for line in generator.lines(level)]

    def actor(self, ax, colour, width=0.8, **style):
        from matplotlib.collections import LineCollection
        return ax.add_collection(LineCollection([], colors=[colour], linewidths=[width], **style), autolim=False)
