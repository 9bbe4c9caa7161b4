"""The figure that an explorer draws on: panels in two layouts, keys, axes and marks."""
import numpy as np
from matplotlib.figure import Figure

from .look import BREAKPOINT, CSS_DPI, LIGHT, SMALL, TEXT
from .marks import Marks
from .values import power_text, tick_text


def height(width, ratios):
    """Height of a picture in CSS pixels; `ratios`, height over width, are (in a row, stacked)."""
    return round(width * ratios[0 if width >= BREAKPOINT else 1])


class StageFigure(Marks, Figure):
    """A figure of matplotlib, never pyplot's, that knows its look and how its panels stand."""

    def __init__(self, width, ratios, pixel_ratio=1.0, look=LIGHT):
        super().__init__(
            figsize=(width / CSS_DPI, height(width, ratios) / CSS_DPI),
            dpi=CSS_DPI * pixel_ratio, facecolor=look.paper)
        self.look, self.wide, self.marks = look, width >= BREAKPOINT, []

    def panels(self, *titles, shares=None):
        """Axes, one a title, in a row where there is room, else in a column, sized by `shares`."""
        n, (width, tall) = len(titles), self.get_size_inches()
        left, right, bottom, top, gap = (inches / CSS_DPI for inches in (56, 14, 46, 30, 70))
        rows, columns, ratios = (1, n, "width_ratios") if self.wide else (n, 1, "height_ratios")
        grid = self.add_gridspec(
            rows, columns, **{ratios: shares or [1] * n},
            left=left / width, right=1 - right / width, bottom=bottom / tall, top=1 - top / tall,
            wspace=gap * n / (width - left - right - gap * (n - 1)),
            hspace=1.1 * gap * n / (tall - top - bottom - gap * (n - 1)))
        axes = [self.add_subplot(cell) for cell in grid]
        for ax, title in zip(axes, titles, strict=True):
            ax.set_title(title, fontsize=TEXT + 0.5, color=self.look.ink, loc="left", pad=7)
        return axes

    def split(self, ax, share, gap=10):
        """Cut the lowest `share` off `ax` as new axes, `gap` CSS pixels below it."""
        box, gap = ax.get_position(), self._fraction(gap)
        low = share * box.height
        ax.set_position([box.x0, box.y0 + low + gap, box.width, box.height - low - gap])
        return self.add_axes([box.x0, box.y0, box.width, low])

    def key(self, ax, columns):
        """The key to what `ax` shows, from its labelled artists, between title and picture."""
        box, rows = ax.get_position(), -(-len(ax.get_legend_handles_labels()[1]) // columns)
        ax.set_position([box.x0, box.y0, box.width, box.height - self._fraction(17 * rows)])
        ax.set_title(
            ax.get_title(loc="left"), loc="left", fontsize=TEXT + 0.5,
            pad=(17 * rows + 9) * 72 / CSS_DPI)
        return ax.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False,
            labelcolor=self.look.ink, prop={"family": self.look.font, "size": SMALL},
            handlelength=1.7, columnspacing=1.1, labelspacing=.25, borderpad=.2, borderaxespad=0,
            handletextpad=.5)

    def ticks(self, ax, x=None, y=None):
        """Ticks at these values and no others, written as a reader writes them: 0.01, 10, 10⁴."""
        for axis, values in ((ax.xaxis, x), (ax.yaxis, y)):
            if values is not None:
                axis.set_ticks(values, [tick_text(value) for value in values])
        ax.minorticks_off()

    def step_axis(self, ax, last, labelled=True):
        """Make x a logarithmic axis of steps 0 to `last`, with ticks at 0 and the powers of ten."""
        powers = range(int(np.log10(last)) + 1)
        ax.set_xscale("function", functions=(np.log1p, np.expm1))
        ax.set_xlim(-.4, 1.4 * last)
        ax.set_xticks([0, *(10**k for k in powers)], ["0", *map(power_text, powers)])
        ax.grid(True, axis="x", color=self.look.faint, lw=.6)
        ax.tick_params(labelbottom=labelled)
        ax.set_xlabel("step t" if labelled else "")

    def dress(self):
        """Give everything that stands still the look's colours and sizes."""
        look = self.look
        for ax in self.axes:
            ax.set_facecolor(look.paper)
            ax.tick_params(
                which="both", colors=look.ink, labelsize=SMALL, labelfontfamily=look.font)
            for spine in ax.spines.values():
                spine.set_color(look.faint)
            for text in (ax.xaxis.label, ax.yaxis.label, ax.title, ax._left_title, ax._right_title):
                text.set(color=look.ink, fontfamily=look.font)
            for text in (ax.xaxis.label, ax.yaxis.label):
                text.set_size(TEXT)

    def _fraction(self, pixels):
        """So many CSS pixels as a fraction of the figure's height."""
        return pixels / CSS_DPI / self.get_figheight()
