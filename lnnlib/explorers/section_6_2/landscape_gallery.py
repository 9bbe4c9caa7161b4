"""`landscape_gallery`: where gradient descent ends on five landscapes, and what certifies it."""
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from ...live import Choice, Explorer, Predict, Preset, Slider, explorer_factory
from ...live.look import DASHED, DOTTED
from ...live.values import count_text, linear_grid, log_grid, number_text
from .landscape_gallery_run import CREST, FLAT, FLOOR, LANDSCAPES, REST, Descent

YLIM = (-1.7, 1.7)
BANDS = np.linspace(0, 1, 15) ** 2
MARKERS = {
    "global minimum": "o", "strict saddle": "X", "bad local minimum": "v", "non-strict saddle": "D"}


def _draw(fig, landscape):
    look = fig.look
    plane, along = fig.panels(
        "The landscape from above, blue is low", "Height and slope along the run")
    _draw_landscape(plane, LANDSCAPES[landscape], look)
    fig.line(plane, lambda run: run.path.T, ghost=True, color=look.run, lw=1)
    fig.line(plane, lambda run: run.path.T, "o", ghost=True, color=look.run, ms=3.2, mew=0)
    fig.dot(plane, lambda run: (run.x, run.y), "s", ghost=True, drag=("x", "y"),
            mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4)
    fig.dot(plane, lambda run: run.path[-1], ghost=True,
            mfc="none", mec=look.fault, mew=2, ms=14)
    fig.key(plane, 3)
    fig.step_axis(along, lambda run: run.last)
    along.set(yscale="log", ylim=(FLOOR, 100))
    fig.ticks(along, y=(1e-8, 1e-4, 1))
    along.grid(True, color=look.faint, lw=.6)
    fig.line(along, lambda run: run.drawn(run.height), ghost=True,
             color=look.value, lw=2, label="f − min f")
    fig.line(along, lambda run: run.drawn(run.trajectory.grad_norms), ghost=True,
             color=look.slope, lw=2, ls=DOTTED, label="‖∇f‖")
    fig.line(along, lambda run: run.promised, ghost=True,
             color=look.bound, lw=1.6, ls=DASHED, label="promise")
    fig.key(along, 3)


def _draw_landscape(plane, scene, look):
    """Bands of equal height, narrower towards the bottom, and the stationary points by kind."""
    plane.set(xlim=scene.xlim, ylim=YLIM, xlabel=scene.axes[0], ylabel=scene.axes[1])
    x, y = np.meshgrid(np.linspace(*scene.xlim, 181), np.linspace(*YLIM, 141))
    height = scene.f(scene.lift(np.stack([x, y], axis=-1))) - scene.f.minimum
    levels = BANDS * min(height.max(), 4)
    low = .5 * np.array(to_rgb(look.value)) + .5 * np.array(to_rgb(look.paper))
    shades = LinearSegmentedColormap.from_list("", [low, look.paper])
    plane.contourf(x, y, height, levels, cmap=shades, extend="max")
    plane.contour(x, y, height, levels, colors=[look.faint], linewidths=.6)
    kinds = {}
    for point in scene.stationary:
        kinds.setdefault(scene.kind(point), []).append(point)
    if "global minimum" not in kinds:                      # here the minima form a curve
        plane.contourf(x, y, height, [0, 2e-3], colors=[look.bound])
        plane.plot([], [], color=look.bound, lw=2.4, label="global minima")
    for kind, points in kinds.items():
        colour = look.bound if kind == "global minimum" else look.ink
        plane.plot(*np.transpose(points), MARKERS[kind], label=kind.replace("bad local", "bad"),
                   color=colour, mec=look.paper, mew=.8, ms=8)


def _readout(run):
    """What happened, and the certificate of the place where it happened."""
    if run.trajectory.diverged:
        return "GD diverged: from this start the step size η is too large."
    t, curvature = count_text(run.last), number_text(run.end.lambda_min, zero=FLAT)
    if run.rested:
        said = (f"GD came to rest at step {t}: ‖∇f‖ ≤ {number_text(REST)} and "
                f"λₘᵢₙ = {curvature} {_certified(run.end)}.")
    else:
        slope = number_text(run.end.grad_norm)
        said = f"After {t} steps GD still moves: ‖∇f‖ = {slope} and λₘᵢₙ = {curvature}."
    where = ("at its global minimum" if run.lowest
             else f"{number_text(run.height[-1])} above its minimum")
    too_large = "" if run.small_steps else " The step η was too large for Theorem 6.7."
    return f"{said} Here f is {where}.{too_large}"


def _certified(end):
    """What a gradient of 0 and the least curvature say of a point."""
    if end.kind == "strict saddle":
        return "certify a strict saddle"
    return "certify a local minimum" if end.lambda_min > FLAT else "do not tell of which kind it is"


def _where_it_goes(run):
    """Predict's answer: a run from beyond the crest walks away, any other decides nothing."""
    beyond = run.landscape == "drift" and abs(run.x) >= 2 and not run.trajectory.diverged
    return 2 if beyond and abs(run.points[-1, 0]) > abs(run.x) else None


def _why(run):
    x, end = (number_text(abs(point[0]), 3) for point in run.points[[0, -1]])
    return (f"|x| grows from {x} to {end} in {count_text(run.last)} steps: "
            f"beyond {number_text(CREST)} f falls outwards.")


PREDICT = Predict(
    "This landscape has three stationary points: the global minimum in the middle, and a strict "
    "saddle on either side. You start beyond the saddle on the right, at x = 2. Where does GD go?",
    ("To the global minimum", "To the saddle, and it stays", "To neither: it walks away"),
    _where_it_goes, _why, "Set x to 2, or drag the square there.")

PRESETS = (
    Preset("On the ridge", "The same start but with y = 0: GD ends at the saddle", y=0),
    Preset("Network", "A start with w₂ = −w₁ on the loss of a linear network",
           landscape="network", y=-1.2),
    Preset("Bottleneck", "The loss of a network with a bottleneck", landscape="trap", x=.3, y=.5),
    Preset("Shelf", "It is flat at the origin, and falls beyond", landscape="shelf", x=1, y=1),
    Preset("To infinity", "Beyond the crest f falls for ever",
           landscape="drift", x=1.7, y=1),
)
NAMES = {
    "saddle valley": "valley", "linear network, widths 1-1-1": "network",
    "bottleneck network, widths 2-1-2": "trap", "shelf": "shelf", "way to infinity": "drift"}


@explorer_factory
def landscape_gallery(landscape="valley", eta=.1, x=1.2, y=.02, predict=False):
    """Gradient descent from (x, y) on five landscapes: where it ends, and what certifies the place.

    `landscape` is "valley" (x^2/2 - y^2/2 + y^4/4), "network" ((w_2 w_1 - 1)^2/2), "trap" (a
    bottleneck network with bad local minima), "shelf" (x^3/3 + x^4/4 + y^2/2) or "drift" (a
    function that falls towards infinity). With `predict` a question comes first. Lecture 6.2.

    >>> landscape_gallery(y=0).readout
    'GD came to rest at step 177: ‖∇f‖ ≤ 10⁻⁸ and λₘᵢₙ = −1 certify a strict saddle. Here f is 0.25
    above its minimum.'
    """
    return Explorer(
        [Choice("landscape", "landscape", NAMES, landscape),
         Slider("eta", "step size η", log_grid(-2, 0, 40), eta),
         Slider("x", "start x", linear_grid(-2, 2, "0.02"), x),
         Slider("y", "start y", linear_grid("-1.5", "1.5", "0.02"), y)],
        compute=Descent, draw=_draw, readout=_readout, main=("landscape", "eta"), presets=PRESETS,
        unpinned_by=("landscape",), predict=PREDICT if predict else None, ratios=(.46, 1.6))
