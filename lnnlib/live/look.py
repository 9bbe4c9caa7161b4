"""One visual language: palette, sizes and the two layouts of every live picture.

Hues are those of Okabe and Ito, which stay apart for colour-blind eyes. The light set is darkened, the dark set lightened
until text in them keeps a contrast of 4.5:1. No meaning is carried by hue alone: runs, bounds and regions also differ in
line style, marker or label.
"""
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from .values import power_text

CSS_DPI = 96                 # CSS pixels per inch; a picture of w x h CSS pixels is w/96 x h/96 inches
BREAKPOINT = 640             # CSS pixels: from here on panels stand side by side, below they are stacked
NARROWEST, WIDEST = 320, 1080
TEXT, SMALL = 9.0, 8.25      # points: 12 and 11 CSS pixels

DASHED, DOTTED = (0, (5, 2.5)), (0, (1, 1.6))


@dataclass(frozen=True)
class Look:
    """Colours by meaning. One instance for JupyterLab's light themes, one for the dark ones."""

    paper: str               # background
    ink: str                 # axes, text
    faint: str               # grid, level curves
    ghost: str               # a pinned run
    run: str                 # the run one looks at
    value: str               # f, condition 1
    slope: str               # the gradient's norm, condition 2
    bound: str               # what the theorem promises
    fault: str               # what is broken
    font: str = "DejaVu Sans"


LIGHT = Look(paper="#ffffff", ink="#222222", faint="#c9ccd1", ghost="#9a9a9a", run="#111111",
             value="#0063a3", slope="#a85400", bound="#00694c", fault="#a3005c")
DARK = Look(paper="#111111", ink="#e6e6e6", faint="#4a4d52", ghost="#7d7d7d", run="#ffffff",
            value="#6cc4f5", slope="#ffb84d", bound="#3fd6a8", fault="#ff8ac4")


def height(width, ratios):
    """Height in CSS pixels of a picture `width` wide; `ratios` = (side by side, stacked), height over width."""
    return round(width * ratios[0 if width >= BREAKPOINT else 1])


class StageFigure(Figure):
    """A matplotlib figure that knows its look and whether its panels stand side by side or stacked. Never pyplot's."""

    def __init__(self, width, ratios, pixel_ratio=1.0, look=LIGHT):
        super().__init__(figsize=(width / CSS_DPI, height(width, ratios) / CSS_DPI), dpi=CSS_DPI * pixel_ratio,
                         facecolor=look.paper)
        self.look, self.wide = look, width >= BREAKPOINT

    def panels(self, *titles, shares=None):
        """Axes, one a title: in a row where there is room, else in a column. `shares` are their relative sizes."""
        n, (width, tall) = len(titles), self.get_size_inches()
        left, right, bottom, top, gap = (inches / CSS_DPI for inches in (56, 14, 46, 30, 70))
        rows, columns = (1, n) if self.wide else (n, 1)
        grid = self.add_gridspec(
            rows, columns, **{"width_ratios" if self.wide else "height_ratios": shares or [1] * n},
            left=left / width, right=1 - right / width, bottom=bottom / tall, top=1 - top / tall,
            wspace=gap * n / (width - left - right - gap * (n - 1)), hspace=1.1 * gap * n / (tall - top - bottom - gap * (n - 1)))
        axes = [self.add_subplot(cell) for cell in grid]
        for ax, title in zip(axes, titles, strict=True):
            ax.set_title(title, fontsize=TEXT + 0.5, color=self.look.ink, loc="left", pad=7)
        return axes

    def split(self, ax, share, gap=10):
        """Cut the lowest `share` off `ax` as axes of their own, `gap` CSS pixels below it; gives the new axes."""
        box, gap = ax.get_position(), self._fraction(gap)
        ax.set_position([box.x0, box.y0 + share * box.height + gap, box.width, (1 - share) * box.height - gap])
        return self.add_axes([box.x0, box.y0, box.width, share * box.height])

    def key(self, ax, columns):
        """The key to what `ax` shows, from its labelled artists, between title and picture."""
        box, rows = ax.get_position(), -(-len(ax.get_legend_handles_labels()[1]) // columns)
        ax.set_position([box.x0, box.y0, box.width, box.height - self._fraction(17 * rows)])
        ax.set_title(ax.get_title(loc="left"), loc="left", fontsize=TEXT + 0.5, pad=(17 * rows + 9) * 72 / CSS_DPI)
        return ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, labelcolor=self.look.ink,
                         prop={"family": self.look.font, "size": SMALL}, handlelength=1.7, columnspacing=1.1,
                         labelspacing=.25, borderpad=.2, borderaxespad=0, handletextpad=.5)

    def step_axis(self, ax, last, labelled=True):
        """Make x a logarithmic axis of steps that has a place for step 0, up to `last`, with a tick at every power of ten."""
        powers = range(int(np.log10(last)) + 1)
        ax.set_xscale("function", functions=(np.log1p, np.expm1))
        ax.set_xlim(-.4, 1.4 * last)
        ax.set_xticks([0, *(10**k for k in powers)], ["0", *map(power_text, powers)])
        ax.grid(True, axis="x", color=self.look.faint, lw=.6)
        ax.tick_params(labelbottom=labelled)
        ax.set_xlabel("step t" if labelled else "")

    def _fraction(self, pixels):
        """So many CSS pixels as a fraction of the figure's height."""
        return pixels / CSS_DPI / self.get_figheight()

    def dress(self):
        """Give everything that stands still the look's colours and sizes."""
        look = self.look
        for ax in self.axes:
            ax.set_facecolor(look.paper)
            ax.tick_params(which="both", colors=look.ink, labelsize=SMALL, labelfontfamily=look.font)
            for spine in ax.spines.values():
                spine.set_color(look.faint)
            for text in (ax.xaxis.label, ax.yaxis.label, ax.title, ax._left_title, ax._right_title):
                text.set(color=look.ink, fontfamily=look.font)
            for text in (ax.xaxis.label, ax.yaxis.label):
                text.set_size(TEXT)
