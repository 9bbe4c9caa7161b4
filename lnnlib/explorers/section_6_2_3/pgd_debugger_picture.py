"""The picture of `pgd_debugger`: the panels there is room for, and what each of them shows."""
import numpy as np

from ...live.look import DASHED, DOTTED
from .pgd_debugger_listing import ROWS, draw_listing
from .pgd_debugger_run import DRAWS, TINY
from .saddle_valley import draw_levels

# CSS pixels: the least width of the listing, and what its left side needs to the panel before
LISTING, APART = 312, 24
NUMBERS = 24                 # CSS pixels below axes without a name


def draw(fig, listing="right", student=False):
    """The valley and the run, the listing, all passes and the noise, as far as there is room."""
    at = boxes(fig, student)
    _draw_plane(fig, at["plane"], student)
    if "listing" in at:
        draw_listing(fig, at["listing"], listing)
    if "passes" in at:
        _draw_passes(fig, at["passes"])
    if "noise" in at:
        _draw_noise(fig, *at["noise"])


def boxes(fig, student):
    """(x, y, width, height) in CSS pixels of every panel that there is room for, by name.

    The valley comes first, then the listing, but a student's noise before it.
    """
    if not fig.wide:
        return _one_column(fig, student)
    if fig.width >= 780 and fig.tall < 560:
        return _three_columns(fig, student)
    return _two_columns(fig, student)


def _one_column(fig, student):
    left, right, bottom, top, _ = fig.margins
    across = fig.width - left - right
    low, under = (112, NUMBERS) if student else (14 * ROWS, 6)
    y = fig.tall - under - low
    plane = {"plane": (left, top, across, y - 2 * top - bottom)}
    if student:
        return plane | {"noise": (left, y, across, low)}
    return plane | {"listing": (4, y, fig.width - 12, low)}


def _two_columns(fig, student):
    left, _, bottom, top, gap = fig.margins
    second = max(LISTING, .47 * fig.width)
    x, first = fig.width - second - 10, fig.width - second - left - APART - 10
    if fig.tall < 450:
        plane = {"plane": (left, top, first, fig.tall - top - bottom)}
        if student:
            return plane | {"noise": (x + 30, top, second - 30, fig.tall - top - NUMBERS)}
        return plane | {"listing": (x, top, second, fig.tall - top - 4)}
    code, low = min(max(fig.tall - 232, 14 * ROWS), 18 * ROWS), .2 * fig.tall
    y = top + code + 30
    return {"plane": (left, top, first, fig.tall - top - NUMBERS - low - gap),
            "noise": (left, fig.tall - NUMBERS - low, first, low),
            "listing": (x, top, second, code),
            "passes": (x + 46, y, second - 46, fig.tall - y - bottom)}


def _three_columns(fig, student):
    left, right, bottom, top, gap = fig.margins
    room = fig.width - left - APART - LISTING - 54 - right
    third = max(.45 * room, min(190, .55 * room))
    x, tall = fig.width - right - third, fig.tall - top - bottom
    at = {"plane": (left, top, room - third, tall),
          "listing": (left + room - third + APART, top, LISTING, fig.tall - top - 4)}
    if student:
        return at | {"noise": (x, top, third, fig.tall - top - NUMBERS)}
    if fig.tall < 340:
        return at | {"passes": (x, top, third, tall)}
    low = .28 * fig.tall
    return at | {"passes": (x, top, third, tall - low - gap + 14),
                 "noise": (x, fig.tall - NUMBERS - low, third, low)}


def _draw_plane(fig, box, student):
    look = fig.look
    plane = fig.place(*box, "The valley from above, and the run" if box[2] > 270 else
                      "The run from above" if box[2] > 120 else "The run")
    draw_levels(plane, look)
    own = dict(label="your run") if student else {}
    fig.line(plane, lambda run: run.points, color=look.run, lw=1, ghost=True)
    fig.line(plane, lambda run: run.points, "o", color=look.run, ms=3, mew=0, ghost=True, **own)
    fig.dot(plane, lambda run: (run.x, run.y), "s", drag=("x", "y"), ghost=True,
            mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4, label="start")
    fig.dot(plane, lambda run: run.now, color=look.fault, ms=8, zorder=7, label="now", ghost=True)
    fig.dot(plane, lambda run: run.tilde, "D", ghost=True,
            mfc="none", mec=look.value, mew=1.6, ms=10, label="w̃")
    fig.dot(plane, lambda run: run.tilde if run.at_return else None, "*", ghost=True,
            color=look.bound, ms=16, zorder=8, label="returned")
    if student:
        fig.line(plane, lambda run: run.reference_points,
                 color=look.slope, lw=2, ls=DASHED, zorder=1, label="reference")
    fig.key(plane, 4 if box[2] > 270 and not student else 2)


def _draw_noise(fig, x, y, width, height):
    """The noise, magnified; the share of it within a part of the radius, where there is room."""
    if width >= 190 and width > height:
        short = width < 280
        _draw_ball(fig, fig.place(x, y, .42 * width, height), short)
        _draw_share(fig, fig.place(x + .56 * width, y, .44 * width, height), short)
    elif height >= 280:
        _draw_ball(fig, fig.place(x, y, width, .5 * height - NUMBERS))
        _draw_share(fig, fig.place(x, y + .5 * height + NUMBERS, width, .5 * height - NUMBERS))
    else:
        _draw_ball(fig, fig.place(x, y, width, height))


def _draw_ball(fig, ball, short=False):
    look = fig.look
    fig.title(ball, "Noise ξ" if short else "Noise ξ, magnified", pad=5)
    ball.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), aspect="equal", anchor="W")
    ball.set_xticks([-1, 0, 1], ["−r", "0", "r"])
    ball.set_yticks([])
    angle = np.linspace(0, 2 * np.pi, 61)
    ball.plot(np.cos(angle), np.sin(angle), color=look.bound, lw=1.4, ls=DASHED)
    fig.line(ball, lambda run: run.cloud.T, "o", color=look.ghost, ms=2, mew=0, when=("cloud",))
    fig.line(ball, lambda run: run.moved, "o",
             color=look.fault, mec=look.paper, ms=7, zorder=4, ghost=True)


def _draw_share(fig, share, short=False):
    look = fig.look
    fig.title(share, "‖ξ‖ ≤ s" if short else "Share with ‖ξ‖ ≤ s", pad=5)
    share.set(xlim=(0, 1.5), ylim=(0, 1.08))
    share.set_xticks([0, .5, 1, 1.414], ["0", "r/2", "r", ""])
    share.set_yticks([0, .25, 1], ["0", "¼", "1"])
    share.grid(True, color=look.faint, lw=.6)
    s = np.linspace(0, 1.5, 61)
    share.plot(s, np.minimum(s**2, 1), color=look.bound, lw=2, ls=DASHED)
    shares = [0, *(np.arange(DRAWS) + 1) / DRAWS, 1]
    fig.line(share, lambda run: ([0, *run.lengths, 2], shares),
             color=look.run, lw=1.2, when=("cloud",), ghost=True)


def _draw_passes(fig, box):
    look = fig.look
    passes = fig.place(*box, "The same over all passes" if box[2] > 170 else "All passes")
    fig.step_axis(passes, lambda run: run.t)
    passes.set(yscale="log", ylim=(TINY, 9), xlabel="pass t")
    fig.ticks(passes, y=(1e-12, 1e-8, 1e-4, 1))
    curve, threshold = dict(lw=1.8, ghost=True), dict(lw=1.1, ls=DASHED, ghost=True)
    upright = dict(transform=passes.get_xaxis_transform(), ghost=True)
    fig.line(
        passes, lambda run: (run.drawn, run.slopes), color=look.slope, label="‖∇f(w)‖", **curve)
    fig.hline(passes, lambda run: run.constants.g_thresh,
              color=look.slope, label="threshold", **threshold)
    fig.levels(
        passes, lambda run: _uprights(run.noises), color=look.run, lw=1.2, label="noise", **upright)
    fig.line(
        passes, lambda run: (run.drawn, run.drop), color=look.value, label="f(w̃) − f(w)", **curve)
    fig.hline(passes, lambda run: run.constants.f_thresh,
              color=look.value, label="threshold", **threshold | dict(ls=(0, (2, 2))))
    fig.levels(passes, lambda run: _uprights(run.tests),
               color=look.bound, lw=2.2, linestyles=[DOTTED], label="test 4.2", **upright)
    fig.vline(passes, lambda run: run.t, color=look.fault, lw=1, ghost=True)
    fig.key(passes, 2)


def _uprights(passes):
    """A line from bottom to top at each pass, (n, 2, 2)."""
    return np.array([[[t, 0], [t, 1]] for t in passes])
