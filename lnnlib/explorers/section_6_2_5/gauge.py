"""`gauge`: (W_1, W_2) -> (c W_1, W_2 / c) changes no function value, and yet what gradient descent does."""
from fractions import Fraction

import numpy as np

from ...live import Explorer, Handle, Preset, Slider, linear_grid, log_grid, number_text
from ...live.look import DASHED, SMALL
from .orbit import STEPS, Orbit, eigenvalues_at_minimum

WHOLE = np.geomspace(.25, 4, 81)
ROOTS = (lambda x: np.sqrt(np.maximum(x, 0)), np.square)          # an axis with a place for 0 that shows small and large


def _stage(fig):
    look = fig.look
    orbit, run = fig.panels("Curvature at the minimum", "Gradient descent from beside it")
    balance = fig.split(run, .42)
    orbit.set_xscale("log")
    orbit.set_yscale("function", functions=ROOTS)
    orbit.set(xlim=(.24, 4.2), ylim=(0, 45), xlabel="c", ylabel="eigenvalues of ∇²Φ")
    orbit.set_xticks([.25, .5, 1, 2, 4], ["1/4", "1/2", "1", "2", "4"])
    orbit.set_yticks([0, 2, 5, 10, 20, 40])
    orbit.minorticks_off()
    for k, curve in enumerate(eigenvalues_at_minimum(WHOLE).T):
        orbit.plot(WHOLE, curve, color=look.value, lw=1.1, label="aᵢ² + bₖ²" if k == 0 else None)
    run.set(yscale="log", ylim=(1e-14, 1e5), xlim=(-1, STEPS + 1), ylabel="Φ")
    run.set_yticks([1e-12, 1e-6, 1], ["10⁻¹²", "10⁻⁶", "1"])
    run.minorticks_off()
    run.tick_params(labelbottom=False)
    balance.set_yscale("function", functions=ROOTS)
    balance.set(ylim=(0, 55), xlim=(-1, STEPS + 1), xlabel="step t", ylabel="‖B‖")
    balance.set_yticks([0, 5, 20, 40])
    mark = dict(fontsize=SMALL, family=look.font)
    actors = {
        "limit": orbit.plot([], [], color=look.bound, lw=1.6, ls=DASHED, label="2/η, limit for GD")[0],
        "path": orbit.plot([], [], color=look.fault, lw=1.4)[0],
        "spectrum": orbit.plot([], [], "o", color=look.value, mec=look.paper, ms=6.5, zorder=4)[0],
        "sharpness": orbit.plot([], [], "o", color=look.run, mec=look.paper, ms=8.5, zorder=5, label="λ_max")[0],
        "end": orbit.plot([], [], "D", mfc=look.paper, mec=look.fault, mew=1.6, ms=7, zorder=6, label="λ_max at GD’s end")[0],
        "phi": run.plot([], [], color=look.run, lw=1.6)[0],
        "predicted": balance.plot([], [], color=look.bound, lw=1.8, label="η² increments")[0],
        "balance": balance.plot([], [], "o", mfc="none", mec=look.run, ms=4.5, label="‖B‖ of GD")[0],
        "lost": run.text(.97, .9, "", transform=run.transAxes, ha="right", va="top", color=look.fault, **mark),
    }
    fig.key(orbit, 2)
    balance.legend(loc="upper right", ncols=2, frameon=False, labelcolor=look.ink, prop={"family": look.font, "size": SMALL},
                   handlelength=1.7, borderpad=.2, borderaxespad=.2)
    return actors


def _act(actors, orbit):
    actors.limit.set_data([.24, 4.2], [2 / orbit.eta] * 2)
    actors.spectrum.set_data([orbit.c] * len(orbit.spectrum), orbit.spectrum)
    actors.sharpness.set_data([orbit.c], [orbit.sharpness])
    ends = [] if orbit.end is None else [orbit.end]
    actors.end.set_data([orbit.c] * len(ends), ends)
    actors.path.set_data([orbit.c] * 2 * len(ends), [orbit.sharpness, *ends] * len(ends))
    values = orbit.run.values[:len(orbit.points)]
    actors.phi.set_data(np.arange(len(values)), np.where(values > 0, values, np.nan))
    every = np.arange(0, len(values), 4)
    actors.balance.set_data(every, np.linalg.norm(orbit.balance, axis=(1, 2))[every])
    actors.predicted.set_data(np.arange(len(values)), np.linalg.norm(orbit.predicted, axis=(1, 2)))
    actors.lost.set_text("GD diverges" if orbit.end is None else "")


def _readout(orbit):
    said = (f"At c = {number_text(orbit.c)} the product and Φ are unchanged, and the sharpness at the minimum is "
            f"{number_text(orbit.sharpness)}, against 4 where it is balanced; 2/η = {number_text(2 / orbit.eta)}")
    if orbit.end is None:
        return f"{said}. GD starts beside this minimum and diverges."
    before, after = (number_text(np.linalg.norm(orbit.balance[t])) for t in (0, -1))
    kept = ", as the η² increments say" if orbit.as_predicted else ""
    return (f"{said}. After {STEPS} steps GD stands where the sharpness is {number_text(orbit.end)}; "
            f"‖B‖ went from {before} to {after}{kept}.")


PRESETS = (
    Preset("Balanced", dict(c=1, eta=Fraction(1, 5)), "The flattest minimum of the orbit"),
    Preset("Unbalanced, same function", dict(c=2, eta=Fraction(1, 5)), "A sharper minimum, still below 2/η: GD stays unbalanced"),
    Preset("Beyond 2/η", dict(c=2, eta=Fraction(2, 5)), "The minimum repels GD, which lands at a flatter and better balanced one"),
    Preset("Too far beyond", dict(c=4, eta=Fraction(1, 5)), "The same function at the start, and GD diverges"),
)


def gauge(c=2, eta=Fraction(1, 5)):
    """The minimum of Phi = 1/2 ||W_2 W_1 - diag(2, 1)||^2 moved along (c W_1, W_2 / c), and GD from beside it.

    The Hessian's eigenvalues at a global minimum are a_i^2 + b_j^2, with a, b the singular values of W_2 and W_1, and zeros.
    B = W_2^T W_2 - W_1 W_1^T changes by eta^2 (G_2^T G_2 - G_1 G_1^T) at each step of GD. Lecture 6.2.5; balancedness:
    Arora, Cohen and Hazan (2018).

    >>> gauge().readout
    'At c = 2 the product and Φ are unchanged, and the sharpness at the minimum is 8.5, against 4 where it is balanced; 2/η
    = 10. After 100 steps GD stands where the sharpness is 8.672; ‖B‖ went from 8.677 to 8.58, as the η² increments say.'
    """
    grid = (Fraction(1, 4), *(v for v in log_grid(-1, 1, 60) if .25 < v < 4), 4)
    return Explorer(
        [Slider("c", "c", grid, c, {"balanced": 1}, play=True),
         Slider("eta", "step size η", linear_grid("0.02", "0.5", "0.01"), eta)],
        compute=Orbit, stage=_stage, act=_act, readout=_readout, presets=PRESETS, handles=(Handle("sharpness", "c"),),
        ghosts=("phi", "predicted", "spectrum"), ratios=(.46, 1.5))
