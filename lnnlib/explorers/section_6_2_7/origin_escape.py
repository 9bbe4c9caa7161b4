"""`origin_escape`: 6.2.2's bound on a real network of depth 2 that starts near the origin."""
import math
from fractions import Fraction

from ...live import Explorer, Preset, Slider, explorer_factory
from ...live.look import DASHED, DOTTED, TEXT
from ...live.stage import power_ticks
from ...live.values import linear_grid, log_grid, number_text, power_text
from .origin_escape_run import DELTA, EPS, NEVER, STARTS, Leaving


def _draw(fig):
    share, slope = fig.panels(
        (f"Share of {STARTS} starts still there at step t", "Share still there at step t"),
        ("One start: ‖∇Φ‖ along GD on Φ, ‖∇f̃‖ on f̃", "One start: gradient's norm"))
    error = fig.split(slope, .36)
    for ax in (share, slope, error):
        ax.set_yscale("log")
        ax.grid(True, color=fig.look.faint, lw=.6)
        fig.scale(ax, x=lambda run: (0, run.shown), ticks=_steps)
    for ax in (share, error):
        ax.set_xlabel("step t")
    _draw_share(fig, share)
    _draw_start(fig, slope, error)
    fig.key(share, 4)
    fig.key(slope, 4)


def _draw_share(fig, ax):
    look = fig.look
    ax.set(ylim=(.8 / STARTS, 1.6))
    fig.ticks(ax, y=(1, .1, .01))
    fig.line(ax, lambda run: run.promised, color=look.bound, lw=2, ls=DASHED,
             label="promised for f̃", ghost=True)
    fig.line(ax, lambda run: run.waiting(run.on_phi), color=look.value, lw=1.8,
             label="on Φ", ghost=True)
    fig.line(ax, lambda run: run.waiting(run.on_model), "o", color=look.run, ms=3, mew=0,
             label="on f̃", ghost=True)
    fig.hline(ax, lambda run: DELTA, color=look.fault, lw=1)
    fig.label(ax, lambda run: (.99, 1.1 * DELTA), "δ", color=look.fault, ha="right", va="bottom",
              fontsize=TEXT, transform=ax.get_yaxis_transform())
    fig.dot(ax, lambda run: run.promise and (run.promise, DELTA), "D", color=look.bound, ms=7,
            label="95 %", ghost=True)


def _draw_start(fig, slope, error):
    look, model = fig.look, dict(color=fig.look.run, lw=1.8, ls=DOTTED, ghost=True)
    slope.tick_params(labelbottom=False)
    fig.scale(slope, y=lambda run: (min(.1, _power_below(run.model_slope[1].min())), 30),
              ticks=lambda low, high: power_ticks(low, high, most=4))
    fig.line(slope, lambda run: run.slope, color=look.value, lw=2, label="‖∇Φ‖", ghost=True)
    fig.line(slope, lambda run: run.model_slope, label="‖∇f̃‖", **model)
    fig.hline(slope, lambda run: EPS, color=look.slope, lw=1, ls=DASHED)
    fig.label(slope, lambda run: (1.005, EPS), "ε", color=look.slope, va="center", fontsize=TEXT,
              transform=slope.get_yaxis_transform())
    error.set(ylim=(1e-8, 20), ylabel="error")
    fig.ticks(error, y=(1e-4, 1))
    fig.line(error, lambda run: run.error_curve, color=look.slope, lw=1.8, ghost=True)
    for ax, leaves in ((slope, lambda run: run.slope_at), (error, lambda run: run.error)):
        fig.vline(ax, lambda run: run.bounds[run.seed], color=look.bound, lw=2, ls=DASHED,
                  label="bound", ghost=True)
        fig.dot(ax, lambda run, leaves=leaves: _place(run, leaves(run)), color=look.fault, ms=8,
                label="leaves on Φ", ghost=True)


def _power_below(x):
    return 10.**math.floor(math.log10(x))


def _place(run, y):
    """Where the start that is looked at leaves on Phi."""
    t = run.on_phi[run.seed]
    return None if t == NEVER else (t, y[t])


def _steps(_, last):
    places = [k * last / 4 for k in range(5)]
    return places, [number_text(place) for place in places]


def _readout(run):
    bound, model, phi = (some[run.seed] for some in (run.bounds, run.on_model, run.on_phi))
    left = f"at {phi}" if phi < NEVER else f"not within {run.shown}"
    promise = "At this scale nothing is promised for 95\u00a0%."
    if run.promise is not None:
        in_time = (run.on_phi <= run.promise).sum()
        promise = (f"By step {run.promise}, promised for 95\u00a0% on f̃, "
                   f"{in_time} of {STARTS} are out on Φ.")
    return (f"Start {run.seed}: the bound says step {bound}; GD leaves on f̃ at step {model}, "
            f"on Φ {left}. {promise} {_lateness(run)}")


def _lateness(run):
    stay, late = (run.on_phi == NEVER).sum(), (run.on_phi > run.on_model).sum()
    if stay == STARTS:
        return f"No start leaves on Φ within {run.shown} steps."
    if stay:
        return f"{stay} {'do' if stay > 1 else 'does'} not leave on Φ within {run.shown} steps."
    if not late:
        return "No start leaves later on Φ than on f̃."
    most = (run.on_phi - run.on_model).max()
    by = "a step" if most == 1 else f"at most {most} steps"
    return f"{late} {'leave' if late > 1 else 'leaves'} later on Φ than on f̃, by {by}."


PRESETS = (
    Preset("One hidden unit", "d₁ = 1: a start is more often unlucky", width=1),
    Preset("A step late", "On Φ this start leaves one step after its bound", seed=10),
    Preset("Never on Φ", "σₘₐₓ so small that ‖∇Φ‖ stays below ε on the way", sigma=.9),
    Preset("Far start", "The part that shrinks may be large: no promise for 95 %", scale=.1),
)


@explorer_factory
def origin_escape(scale=.001, eta=.1, sigma=2, width=2, seed=0):
    """When GD on 1/2 ||W_2 W_1 - diag(sigma, sigma/2)||^2 leaves the origin, and what is promised.

    200 starts N(0, scale^2 I), `width` hidden units; to leave is to eps-escape, eps = 1/2. The
    share still there is counted on Phi and on its quadratic part f~, beside the promise from the
    chi-squared law. One start, that of `seed`, shows how long f~ is good. Lectures 6.2.2, 6.2.7.

    >>> print(origin_escape().readout.replace("\N{NO-BREAK SPACE}", " "))
    Start 0: the bound says step 32; GD leaves on f̃ at step 32, on Φ at 32. By step 37, promised
    for 95 % on f̃, 192 of 200 are out on Φ. 21 leave later on Φ than on f̃, by a step.
    """
    return Explorer(
        [Slider("scale", "start scale s", log_grid(-4, -1, 20), scale,
                {power_text(-k): Fraction(1, 10**k) for k in range(1, 5)}),
         Slider("eta", "step size η", linear_grid("0.05", "0.25", "0.005"), eta),
         Slider("sigma", "σₘₐₓ of ∇l(0)", linear_grid("0.8", 4, "0.05"), sigma),
         Slider("width", "hidden units d₁", (1, 2, 4, 16), width, exact=True),
         Slider("seed", "start number", range(STARTS), seed, exact=True)],
        compute=Leaving, draw=_draw, readout=_readout, main=("scale", "eta", "sigma"),
        presets=PRESETS, ratios=(.48, 1.6))
