"""`landscape_gallery`: where gradient descent ends on five landscapes, and the certificate of that place."""
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from ...live import Choice, Explorer, Handle, Predict, Preset, Slider, count_text, log_grid, number_text
from ...live.look import DASHED
from .gallery import EPS, LANDSCAPES, LAST, Descent

YLIM = (-1.7, 1.7)
FLOOR = 1e-10                # of the right panel
DRAWN = np.unique(np.concatenate([np.arange(120), np.geomspace(120, LAST, 80).astype(int)]))     # steps, even on a log axis
BANDS = np.linspace(0, 1, 15) ** 2
MARKS = {"global minimum": "o", "strict saddle": "X", "bad local minimum": "v", "non-strict saddle": "D"}


def _stage(fig, landscape):
    scene, look = LANDSCAPES[landscape], fig.look
    plane, run = fig.panels("The landscape from above, blue is low", "f − min f and ‖∇f‖ along the run")
    plane.set(xlim=scene.xlim, ylim=YLIM, xlabel=scene.axes[0], ylabel=scene.axes[1])
    _draw_landscape(plane, scene, look)
    fig.step_axis(run, LAST)
    run.set(yscale="log", ylim=(FLOOR, 1e3))
    run.set_yticks([1e-8, 1e-4, 1], ["10⁻⁸", "10⁻⁴", "1"])
    run.minorticks_off()
    run.grid(True, color=look.faint, lw=.6)
    actors = {
        "path": plane.plot([], [], "-", color=look.run, lw=1)[0],
        "dots": plane.plot([], [], "o", color=look.run, ms=3.2, mew=0)[0],
        "start": plane.plot([], [], "s", mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4)[0],
        "now": plane.plot([], [], "o", color=look.fault, mec=look.paper, ms=9, zorder=5)[0],
        "height": run.plot([], [], color=look.value, lw=1.8, label="f − min f")[0],
        "slope": run.plot([], [], color=look.slope, lw=1.8, label="‖∇f‖")[0],
        "bound": run.plot([], [], color=look.bound, lw=1.6, ls=DASHED, label="bound on least ‖∇f‖")[0],
        "cursor": run.axvline(0, color=look.fault, lw=1),
    }
    fig.key(plane, 2)
    fig.key(run, 3)
    return actors


def _draw_landscape(plane, scene, look):
    """Bands of equal height, narrower towards the bottom, and the stationary points by kind."""
    x, y = np.meshgrid(np.linspace(*scene.xlim, 181), np.linspace(*YLIM, 141))
    height = scene.f(scene.lift(np.stack([x, y], axis=-1))) - scene.f.minimum
    levels = BANDS * min(height.max(), 4)
    low = .5 * np.array(to_rgb(look.value)) + .5 * np.array(to_rgb(look.paper))
    plane.contourf(x, y, height, levels, cmap=LinearSegmentedColormap.from_list("", [low, look.paper]), extend="max")
    plane.contour(x, y, height, levels, colors=[look.faint], linewidths=.6)
    kinds = {}
    for point in scene.stationary:
        kinds.setdefault(scene.kind(point), []).append(point)
    if "global minimum" not in kinds:                                      # here the minima form a curve
        plane.contourf(x, y, height, [0, 2e-3], colors=[look.bound])
        plane.plot([], [], color=look.bound, lw=2.4, label="global minima")
    for kind, points in kinds.items():
        colour = look.bound if kind == "global minimum" else look.ink
        plane.plot(*np.transpose(points), MARKS[kind], color=colour, mec=look.paper, mew=.8, ms=8, ls="none", label=kind)


def _act(actors, run):
    t = min(run.step, len(run.points) - 1)
    points = run.points[:t + 1]
    near = points[(np.abs(points) < 20).all(axis=1)]
    actors.path.set_data(*near.T)
    actors.dots.set_data(*near[:300].T)
    actors.start.set_data([run.x], [run.y])
    actors.now.set_data(*near[-1:].T)
    steps = np.append(DRAWN[DRAWN < t], t)
    for actor, values in ((actors.height, run.height[steps]), (actors.slope, run.slope[steps])):
        actor.set_data(steps, np.where(values > FLOOR / 10, values, np.nan))
    actors.bound.set_data((DRAWN[1:], run.bound(DRAWN[1:])) if run.small_steps and run.height[0] > 0 else ([], []))
    actors.cursor.set_xdata([t, t])


def _readout(run):
    """What happened, and the certificate of the place where it happened."""
    if run.diverged:
        return "GD diverged: from this start the step size η is too large."
    t, end = len(run.points) - 1, run.end
    happened = (f"GD came to rest at step {count_text(t)}: ‖∇f‖ ≤ 1e-8" if run.rested
                else f"After {count_text(t)} steps GD still moves: ‖∇f‖ = {number_text(end.grad_norm)}")
    if not run.small_steps:
        happened += " (η was too large for Theorem 6.7)"
    curvature = end.lambda_min if abs(end.lambda_min) > 1e-6 else 0
    kind = end.kind if run.rested or end.kind == "not stationary" else f"{end.kind} to within {EPS}"
    if not run.rested and end.kind == "strict saddle":
        kind = "no stationary point yet, and f curves downwards here"
    where = "at its minimum" if run.lowest else f"{number_text(run.height[-1])} above its minimum"
    return f"{happened}, λ_min = {number_text(curvature)}, {kind}. Here f is {where}."


def _where_it_goes(run):
    """Predict's answer: the option that the run from beyond the crest shows; None elsewhere, or where it decides nothing."""
    if run.landscape != "drift" or abs(run.x) < 2 or run.diverged:
        return None
    if run.rested:
        return 0 if run.lowest else 1
    return 2 if abs(run.points[-1, 0]) > abs(run.x) else None


PREDICT = Predict(
    "This landscape has three stationary points: the global minimum in the middle, and a strict saddle on either side. "
    "So it has no bad local minimum and no non-strict saddle. You start beyond the saddle on the right, at x = 2. "
    "Where does GD go?",
    ("To the global minimum", "To the saddle, and it stays there", "To neither: it walks away from both"),
    _where_it_goes)


def _preset(label, why, landscape, **values):
    return Preset(label, dict(eta=.1, step=LAST, landscape=landscape) | values, why)


PRESETS = (
    _preset("Minimum", "Past the saddle, where it is slow, and down to a minimum", "valley", x=1.2, y=.02),
    _preset("On the ridge", "The same start but with y = 0: GD ends at the saddle", "valley", x=1.2, y=0),
    _preset("Network", "A start with w₂ = −w₁ ends at the saddle of a linear network", "network", x=1.2, y=-1.2),
    _preset("Bad minimum", "A bottleneck network with a local minimum that is not global", "trap", x=.3, y=.5),
    _preset("Flat saddle", "With small steps a saddle that is not strict holds every start from the right", "shelf", x=1, y=1),
    _preset("To infinity", "Beyond the crest f falls for ever: no limit at all", "drift", x=1.7, y=1),
)
CHOICES = {"saddle valley": "valley", "linear network, widths 1-1-1": "network", "bottleneck network, widths 2-1-2": "trap",
           "non-strict saddle": "shelf", "way to infinity": "drift"}


def landscape_gallery(landscape="valley", eta=.1, x=1.2, y=.02, step=LAST, predict=False):
    """Gradient descent from (x, y) on five landscapes: where does it end, and what certifies the place?

    `landscape` is "valley" (x^2/2 - y^2/2 + y^4/4), "network" ((w_2 w_1 - 1)^2/2), "trap" (a bottleneck network with bad local
    minima), "shelf" (x^3/3 + x^4/4 + y^2/2) or "drift" (a function that falls towards infinity); `step` is the last step
    drawn. With `predict` a question comes first. Lecture 6.2.

    >>> landscape_gallery(y=0).readout
    'GD came to rest at step 177: ‖∇f‖ ≤ 1e-8, λ_min = -1, strict saddle. Here f is 0.25 above its minimum.'
    """
    whole = sorted({*range(30), *range(30, 100, 5), *range(100, LAST + 1, 20)})
    return Explorer(
        [Choice("landscape", "landscape", CHOICES, landscape),
         Slider("eta", "step size η", tuple(float(v) for v in log_grid(-2, 0, 40)), eta),
         Slider("x", "start x", tuple(k / 50 for k in range(-100, 101)), x),
         Slider("y", "start y", tuple(k / 50 for k in range(-75, 76)), y),
         Slider("step", "step t", whole, step, play=True, exact=True, text=count_text)],
        compute=Descent, stage=_stage, act=_act, readout=_readout, presets=PRESETS, predict=PREDICT if predict else None,
        handles=(Handle("start", "x", "y"),), ghosts=("path", "dots", "height", "slope"), ratios=(.48, 1.6))
