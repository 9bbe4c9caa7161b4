"""`landscape_slice`: a plane through a point, from depth 2 on a stationary one, and a chord that Phi may pierce."""
import numpy as np
from matplotlib.colors import to_rgba

from ...live import Choice, Explorer, Handle, Preset, Slider, linear_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL
from .slice import ALONG, DIRECTIONS, LEARNED, REACH, SIDE, Slice, plane
from .words import clean, layers

LEVELS = (.03, .12, .35, .7, 1.1, 1.6, 2.2, 3.2, 5, 8, 13, 21, 34)      # none is the height of a saddle


def _stage(fig, depth, first, second, learned):
    look = fig.look
    shown, cut = fig.panels("Level curves of Φ on the plane", "Φ along the segment from A to B")
    shown.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xlabel=f"along U: {first}", ylabel=f"along V: {second}")
    _draw_levels(shown, plane(depth, first, second, learned), look)
    cut.set(xlim=(-.02, 1.02), ylim=(-.05, 1.08), xlabel="on the segment")
    cut.set_xticks([0, .5, 1], ["A", "halfway", "B"])
    cut.set_yticks([0, .25, .5, .75, 1], [""] * 5)
    cut.grid(True, color=look.faint, lw=.6)
    actors = _segment_actors(shown, look) | _cut_actors(cut, look)
    fig.key(shown, 3)
    fig.key(cut, 2 if fig.wide else 1)
    return actors


def _draw_levels(ax, shown, look):
    """Level curves, blue and ever darker below the point's height, grey above, dashed where Phi is as high."""
    heights, same = shown.surface(), shown.height
    levels = [level for level in LEVELS if heights.min() < level < heights.max()]
    lower, higher = [level for level in levels if level < same], [level for level in levels if level > same]
    if lower:
        bands = len(lower) + 1
        shades = [to_rgba(look.value, .08 + .36 * (1 - band / bands)) for band in range(bands)]
        ax.contourf(SIDE, SIDE, heights, [0, *lower, same], colors=shades)
        ax.contour(SIDE, SIDE, heights, lower, colors=[look.value], linewidths=.8)
        ax.contour(SIDE, SIDE, heights, [same], colors=[look.ink], linewidths=1.6, linestyles=[DASHED])
    if higher:
        ax.contour(SIDE, SIDE, heights, higher, colors=[look.ghost], linewidths=.8)
    ax.plot([], [], color=look.ghost, lw=.8, label="higher than +")
    ax.plot([], [], color=look.value, lw=5, alpha=.4, label="lower")
    ax.plot([], [], color=look.ink, lw=1.6, ls=DASHED, label="as high")
    ax.plot([0], [0], "P", color=look.ink, mec=look.paper, ms=10, zorder=4)


def _segment_actors(ax, look):
    name = dict(ha="center", va="center", fontsize=SMALL, family=look.font, clip_on=True, color=look.ink, zorder=6)
    end = dict(mfc=look.paper, mec=look.fault, mew=1.8, ms=14, zorder=5)
    return {
        "segment": ax.plot([], [], color=look.fault, lw=2)[0],
        "end_a": ax.plot([], [], "o", **end)[0],
        "end_b": ax.plot([], [], "s", **end)[0],
        "names": [ax.text(0, 0, text, **name) for text in "AB"],
    }


def _cut_actors(cut, look):
    tick = dict(ha="right", va="center", fontsize=SMALL, family=look.font, color=look.ink)
    return {
        "above": cut.fill([], [], facecolor=to_rgba(look.fault, .22), lw=0)[0],
        "chord": cut.plot([], [], color=look.fault, lw=1.6, ls=DASHED, label="chord of Φ")[0],
        "straight": cut.plot([], [], color=look.bound, lw=2.2, ls=DOTTED, zorder=4, label="l between the two products")[0],
        "phi": cut.plot([], [], color=look.value, lw=2.2, label="Φ")[0],
        "ticks": [cut.text(-.045, height, "", **tick) for height in (0, .5, 1)],
    }


def _act(actors, run):
    ends = np.array([[run.ax, run.ay], [run.bx, run.by]])
    actors.segment.set_data(*ends.T)
    for marker, name, (x, y) in zip((actors.end_a, actors.end_b), actors.names, ends, strict=True):
        marker.set_data([x], [y])
        name.set_position((x, y))
    top = _round_up(max(run.phi.max(), run.straight.max()))
    for line, height in ((actors.phi, run.phi), (actors.chord, run.chord), (actors.straight, run.straight)):
        line.set_data(ALONG, height / top)
    over = np.maximum(run.phi, run.chord) / top
    actors.above.set_xy(np.vstack([np.stack([ALONG, over], 1), np.stack([ALONG, run.chord / top], 1)[::-1]]))
    for text, share in zip(actors.ticks, (0, .5, 1), strict=True):
        text.set_text(number_text(share * top))


def _round_up(value):
    """The least of 1, 2, 4, 6, 8, 10 times a power of 10 that is at least `value`, and at least 0.1."""
    unit = 10. ** np.floor(np.log10(max(value, .1)))
    return next(k * unit for k in (1, 2, 4, 6, 8, 10) if k * unit >= value)


KINDS = {"strict saddle": "a strict saddle", "non-strict saddle": "a non-strict saddle", "global minimum": "a global minimum",
         "not stationary": "not stationary"}


def _readout(run):
    """What the point is, then what the segment proves."""
    point, half = run.plane.point, len(ALONG) // 2
    here = (f"With {layers(run.depth)} the point in the middle is {KINDS[point.kind]}: ‖∇Φ‖ = {clean(point.grad_norm)} and "
            f"λ_min = {clean(point.lambda_min)}.")
    ends = f"halfway from A to B Φ = {clean(run.phi[half])}, the mean of its ends is {clean(run.chord[half])}"
    if run.excess:
        return f"{here} On the segment Φ rises above its chord by {clean(run.excess)}, so Φ is not convex; {ends}."
    why = "as it must: l is convex" if run.depth == 1 else "which decides nothing"
    return f"{here} On the segment Φ stays at or below its chord, {why}; {ends}."


STANDARD = dict(depth=2, first="mode 1, every layer", second="mode 2, every layer", learned="nothing",
                ax=2, ay=1.4, bx=-2, by=-1.4)
PRESETS = (
    Preset("One layer", STANDARD | {"depth": 1}, "The same plane, the same segment: Φ is l, and no chord is pierced"),
    Preset("Three layers", STANDARD | dict(depth=3, ax=2.2, ay=1.75, bx=0, by=0), "The origin is flat, and still no minimum"),
    Preset("Saddle", STANDARD | dict(second="mode 1, alternating signs", ax=2, ay=0, bx=-2, by=0),
           "The same origin in another plane: down along U, up along V"),
    Preset("Two minima", STANDARD | dict(learned="both modes", second="mode 1, alternating signs", ax=.85, ay=2, bx=.85, by=-2),
           "W₁ scaled up and W₂ down, and the other way round: the same product, not the same weights"),
)


def landscape_slice(depth=2, first="mode 1, every layer", second="mode 2, every layer", learned="nothing",
                    ax=2, ay=1.4, bx=-2, by=-1.4):
    """Phi(W_1, .., W_N) = 1/2 ||W_N .. W_1 - diag(2, 1)||^2 on a plane through a point; N >= 2: a stationary one.

    `depth` is N, every layer is 2 x 2; `first` and `second` are the plane's directions U and V, unit vectors in the space of
    all weights; `learned` is the point in the middle, the balanced one that has learned "nothing", "mode 1" or "both modes".
    A and B, at (`ax`, `ay`) and (`bx`, `by`) of the plane, are the ends of a segment, with the chord of Phi above it.
    Lecture 6.2.4.

    >>> landscape_slice(depth=3, ax=2.2, ay=1.75, bx=0, by=0).readout
    'With 3 layers the point in the middle is a non-strict saddle: ‖∇Φ‖ = 0 and λ_min = 0. On the segment Φ rises above its
    chord by 0.6837, so Φ is not convex; halfway from A to B Φ = 1.9, the mean of its ends is 1.251.'
    """
    place = linear_grid(-3, 3, "0.05")
    directions = {name: name for name in DIRECTIONS}
    return Explorer(
        [Choice("depth", "depth N", {str(n): n for n in range(1, 5)}, depth),
         Choice("first", "direction U", directions, first),
         Choice("second", "direction V", directions, second),
         Choice("learned", "point: learned", {name: name for name in LEARNED}, learned),
         Slider("ax", "A along U", place, ax),
         Slider("ay", "A along V", place, ay),
         Slider("bx", "B along U", place, bx),
         Slider("by", "B along V", place, by)],
        compute=Slice, stage=_stage, act=_act, readout=_readout, presets=PRESETS,
        handles=(Handle("end_a", "ax", "ay"), Handle("end_b", "bx", "by")), ghosts=("segment",))
