"""`landscape_gallery`: where gradient descent ends on five landscapes, and what certifies it."""
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from ...live import Choice, Explorer, Predict, Preset, Slider, presets_from_defaults
from ...live.look import DASHED
from ...live.values import count_text, linear_grid, log_grid, number_text
from .landscape_gallery_run import EPS, FLOOR, LANDSCAPES, LAST, REST, Descent

YLIM = (-1.7, 1.7)
BANDS = np.linspace(0, 1, 15) ** 2
MARKERS = {
    "global minimum": "o", "strict saddle": "X", "bad local minimum": "v", "non-strict saddle": "D"}


def _draw(fig, landscape):
    look = fig.look
    plane, steps = fig.panels(
        "The landscape from above, blue is low", "f − min f and ‖∇f‖ along the run")
    _draw_landscape(plane, LANDSCAPES[landscape], look)
    fig.line(plane, lambda run: run.path.T, color=look.run, lw=1, ghost=True)
    fig.line(plane, lambda run: run.path[:300].T, "o", color=look.run, ms=3.2, mew=0, ghost=True)
    fig.dot(plane, lambda run: (run.x, run.y), "s", drag=("x", "y"),
            mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4)
    fig.dot(plane, lambda run: run.path[-1], color=look.fault, ms=9)
    fig.key(plane, 2)
    fig.step_axis(steps, LAST)
    steps.set(yscale="log", ylim=(FLOOR, 1e3))
    fig.ticks(steps, y=(1e-8, 1e-4, 1))
    steps.grid(True, color=look.faint, lw=.6)
    fig.line(steps, lambda run: run.until_now(run.height), ghost=True,
             color=look.value, lw=1.8, label="f − min f")
    fig.line(steps, lambda run: run.until_now(run.trajectory.grad_norms), ghost=True,
             color=look.slope, lw=1.8, label="‖∇f‖")
    fig.line(steps, lambda run: run.promised,
             color=look.bound, lw=1.6, ls=DASHED, label="bound on least ‖∇f‖")
    fig.vline(steps, lambda run: run.now, color=look.fault, lw=1)
    fig.key(steps, 3)


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
        plane.plot(*np.transpose(points), MARKERS[kind], label=kind,
                   color=colour, mec=look.paper, mew=.8, ms=8)


def _readout(run):
    """What happened, and the certificate of the place where it happened."""
    if run.trajectory.diverged:
        return "GD diverged: from this start the step size η is too large."
    t, end = count_text(len(run.points) - 1), run.end
    happened = (f"GD came to rest at step {t}: ‖∇f‖ ≤ {number_text(REST)}" if run.rested
                else f"After {t} steps GD still moves: ‖∇f‖ = {number_text(end.grad_norm)}")
    if not run.small_steps:
        happened += " (η was too large for Theorem 6.7)"
    if run.rested or end.kind == "not stationary":
        kind = end.kind
    elif end.kind == "strict saddle":
        kind = "no stationary point yet, and f curves downwards here"
    else:
        kind = f"{end.kind} to within {EPS}"
    curvature = number_text(end.lambda_min, zero=1e-6)
    where = "at its minimum" if run.lowest else f"{number_text(run.height[-1])} above its minimum"
    return f"{happened}, λ_min = {curvature}, {kind}. Here f is {where}."


def _where_it_goes(run):
    """Predict's answer: what the run from beyond the crest shows, None where it decides nothing."""
    if run.landscape != "drift" or abs(run.x) < 2 or run.trajectory.diverged:
        return None
    if run.rested:
        return 0 if run.lowest else 1
    return 2 if abs(run.points[-1, 0]) > abs(run.x) else None


PREDICT = Predict(
    "This landscape has three stationary points: the global minimum in the middle, and a strict "
    "saddle on either side. So it has no bad local minimum and no non-strict saddle. You start "
    "beyond the saddle on the right, at x = 2. Where does GD go?",
    ("To the global minimum", "To the saddle, and it stays there",
     "To neither: it walks away from both"), _where_it_goes)

PRESETS = (
    Preset("Minimum", "Past the saddle, where it is slow, and down to a minimum"),
    Preset("On the ridge", "The same start but with y = 0: GD ends at the saddle", y=0),
    Preset("Network", "A start with w₂ = −w₁ ends at the saddle of a linear network",
           landscape="network", y=-1.2),
    Preset("Bad minimum", "A bottleneck network with a local minimum that is not global",
           landscape="trap", x=.3, y=.5),
    Preset("Flat saddle", "With small steps a saddle that is not strict holds every start from the "
           "right", landscape="shelf", x=1, y=1),
    Preset("To infinity", "Beyond the crest f falls for ever: no limit at all",
           landscape="drift", x=1.7, y=1),
)
NAMES = {
    "saddle valley": "valley", "linear network, widths 1-1-1": "network",
    "bottleneck network, widths 2-1-2": "trap", "non-strict saddle": "shelf",
    "way to infinity": "drift"}


@presets_from_defaults
def landscape_gallery(landscape="valley", eta=.1, x=1.2, y=.02, step=LAST, predict=False):
    """Gradient descent from (x, y) on five landscapes: where it ends, and what certifies the place.

    `landscape` is "valley" (x^2/2 - y^2/2 + y^4/4), "network" ((w_2 w_1 - 1)^2/2), "trap" (a
    bottleneck network with bad local minima), "shelf" (x^3/3 + x^4/4 + y^2/2) or "drift" (a
    function that falls towards infinity); `step` is the last step drawn. With `predict` a question
    comes first. Lecture 6.2.

    >>> landscape_gallery(y=0).readout
    'GD came to rest at step 177: ‖∇f‖ ≤ 1e-8, λ_min = -1, strict saddle. Here f is 0.25 above its
    minimum.'
    """
    steps = (*range(30), *range(30, 100, 5), *range(100, LAST + 1, 20))
    return Explorer(
        [Choice("landscape", "landscape", NAMES, landscape),
         Slider("eta", "step size η", log_grid(-2, 0, 40), eta),
         Slider("x", "start x", linear_grid(-2, 2, "0.02"), x),
         Slider("y", "start y", linear_grid("-1.5", "1.5", "0.02"), y),
         Slider("step", "step t", steps, step, play=True, exact=True, text=count_text)],
        compute=Descent, draw=_draw, readout=_readout, presets=PRESETS,
        predict=PREDICT if predict else None, ratios=(.48, 1.6))
