"""The figure that an explorer draws on: panels as room allows, keys, axes and marks."""
import math

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .look import BREAKPOINT, CSS_DPI, LIGHT, LOW, SMALL, TEXT
from .marks import Marks
from .values import power_text, tick_text

KEY_ROW = 17                 # CSS pixels
BESIDE = 16                  # CSS pixels by which a title may leave its panel on the right
TITLE = dict(loc="left", fontsize=TEXT + .5)


class StageFigure(Marks, Figure):
    """A figure of matplotlib, never pyplot's, of `width` x `tall` CSS pixels, that knows its look.

    `wide`: panels stand side by side; `low`: there is little height, so margins are close.
    """

    def __init__(self, width, tall, pixel_ratio=1.0, look=LIGHT):
        super().__init__(
            figsize=(width / CSS_DPI, tall / CSS_DPI), dpi=CSS_DPI * pixel_ratio,
            facecolor=look.paper)
        self.width, self.tall, self.look, self.marks = width, tall, look, []
        self.wide, self.low = width >= BREAKPOINT, tall < LOW
        FigureCanvasAgg(self)                   # texts are measured while panels are laid out

    @property
    def margins(self):
        """CSS pixels left, right, below and above the panels, and between two of them."""
        return (58, 10, 42, 24, 66) if self.low or self.width < 640 else (56, 14, 46, 30, 70)

    def panels(self, *titles, shares=None):
        """Axes, one a title, in a row where there is room, else in a column, sized by `shares`.

        A title may be several, the longest first: the first that fits is taken.
        """
        n = len(titles)
        left, right, bottom, top, gap = self.margins
        rows, columns, ratios = (1, n, "width_ratios") if self.wide else (n, 1, "height_ratios")
        across, up = self.width - left - right, self.tall - top - bottom
        grid = self.add_gridspec(
            rows, columns, **{ratios: shares or [1] * n},
            left=left / self.width, right=1 - right / self.width,
            bottom=bottom / self.tall, top=1 - top / self.tall,
            wspace=gap * n / (across - gap * (n - 1)),
            hspace=1.1 * gap * n / (up - 1.1 * gap * (n - 1)))
        axes = [self.add_subplot(cell) for cell in grid]
        for ax, title in zip(axes, titles, strict=True):
            self.title(ax, title)
        return axes

    def place(self, x, y, width, height, title=""):
        """Axes whose box is given in CSS pixels from the top left."""
        ax = self.add_axes([x / self.width, 1 - (y + height) / self.tall,
                            width / self.width, height / self.tall])
        self.title(ax, title)
        return ax

    def title(self, ax, names, pad=6.75):
        """The title of a panel, or of several, the longest first, the first that fits over it."""
        box = ax.get_position()
        room = self.width * box.width + min(BESIDE, self.width * (1 - box.x1) - 4)
        for name in [names] if isinstance(names, str) else names:
            text = ax.set_title(name, pad=pad, fontfamily=self.look.font, **TITLE)
            if self._width(text) <= room:
                break

    def split(self, ax, share, gap=10, title=""):
        """Cut the lowest `share` off `ax` as new axes, `gap` CSS pixels below it."""
        box, gap = ax.get_position(), gap / self.tall
        low = share * box.height
        ax.set_position([box.x0, box.y0 + low + gap, box.width, box.height - low - gap])
        below = self.add_axes([box.x0, box.y0, box.width, low])
        self.title(below, title, pad=5)
        return below

    def key(self, ax, columns):
        """The key to what `ax` shows, from its labelled artists, between title and picture.

        It has at most so many columns, and no more than fit.
        """
        box, names = ax.get_position(), len(ax.get_legend_handles_labels()[1])
        for n in range(min(columns, names), 0, -1):
            n = -(-names // -(-names // n))                 # no row with one name alone
            legend = self._legend(ax, n)
            if self._width(legend) <= box.width * self.width + 8:
                break
        tall = KEY_ROW * -(-names // n)
        ax.set_position([box.x0, box.y0, box.width, box.height - tall / self.tall])
        ax.set_title(ax.get_title(loc="left"), pad=(tall + 9) * 72 / CSS_DPI, **TITLE)
        return legend

    def _legend(self, ax, columns):
        return ax.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False,
            labelcolor=self.look.ink, prop={"family": self.look.font, "size": SMALL},
            handlelength=1.7, columnspacing=1.1, labelspacing=.25, borderpad=.2, borderaxespad=0,
            handletextpad=.5)

    def _width(self, artist):
        """Of a text or key, in CSS pixels."""
        return artist.get_window_extent(self.canvas.get_renderer()).width * CSS_DPI / self.dpi

    def ticks(self, ax, x=None, y=None):
        """Ticks at these values and no others, written as a reader writes them: 0.01, 10, 10⁴."""
        for axis, values in ((ax.xaxis, x), (ax.yaxis, y)):
            if values is not None:
                axis.set_ticks(values, [tick_text(value) for value in values])
        ax.minorticks_off()

    def step_axis(self, ax, last, labelled=True):
        """Make x a logarithmic axis of steps 0 to `last`, with ticks at 0 and the powers of ten.

        Where `last` is a function of the run, the axis ends soon after it, and moves seldom.
        """
        ax.set_xscale("function", functions=(np.log1p, np.expm1))
        ax.grid(True, axis="x", color=self.look.faint, lw=.6)
        ax.tick_params(labelbottom=labelled)
        ax.set_xlabel("step t" if labelled else "")
        if callable(last):
            self.scale(ax, x=lambda run: (-.4, 1.4 * next_round(last(run))), ticks=_steps)
        else:
            ax.set_xlim(-.4, 1.4 * last)
            ax.set_xticks(*_steps(0, last))

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
            if self.low or self.width < 640:
                ax.yaxis.labelpad = 1


def next_round(number, least=10):
    """The least of 1, 3, 10, 30, .. that is no less than `number` and `least`."""
    number = max(number, least)
    power = 10 ** math.floor(math.log10(number))
    return next(k * power for k in (1, 3, 10) if k * power >= number)


def power_ticks(low, high, most=5):
    """Ticks at powers of ten between two ends, at most so many: the places and their texts."""
    powers = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    powers = powers[::max(1, -(-len(powers) // most))]
    return [10.**k for k in powers], [power_text(k) for k in powers]


def _steps(_, last):
    """Ticks of a step axis up to `last`: the places and their texts."""
    powers = range(int(np.log10(last)) + 1)
    return [0, *(10**k for k in powers)], ["0", *map(power_text, powers)]
