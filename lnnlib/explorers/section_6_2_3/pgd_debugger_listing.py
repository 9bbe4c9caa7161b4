"""The listing in `pgd_debugger`: which lines a pass executes, and what each of them compares."""
from collections.abc import Callable
from typing import NamedTuple

from ...live import count_text, number_text
from ...live.look import SMALL
from .pgd_debugger_run import D_0, TINY

ROWS = 16                        # lines of the listing


class Line(NamedTuple):
    """A line of the listing; `sees(run)` says what it compares, `slip` that it should be other."""

    number: str
    indent: int
    text: str
    sees: Callable | None = None
    slip: bool = False


def lines(listing):
    """The lines of the listing, as it should be or with a slip."""
    overwritten, endless = listing == "overwritten", listing != "ends at d_0"
    tilde, before = ("w", "w_ξ") if overwritten else ("w̃", "w̃")
    t_thresh = "χ/c² · β/√(ρε)" if listing == "no ceiling" else "⌈χ/c² · β/√(ρε)⌉"
    others = {"cube": "ξ in a cube, |ξᵢ| ≤ r", "no noise": "ξ = 0"}
    noise = others.get(listing, "ξ in the ball of radius r")
    return [
        Line("1", 0, "χ = 3 max{log(dβΔ_f/(cε²δ)), 4}", _constant("chi")),
        Line("", 0, "η = c/β", _constant("eta")),
        Line("", 0, "r = √c/χ² · ε/β", _constant("r")),
        Line("2", 0, "g_thresh = √c/χ² · ε", _constant("g_thresh")),
        Line("", 0, "f_thresh = c/χ³ · √(ε³/ρ)", _constant("f_thresh")),
        Line("", 0, f"t_thresh = {t_thresh}", _constant("t_thresh"), listing == "no ceiling"),
        Line("3", 0, "t_noise ← −t_thresh − 1"),
        Line("4", 0, "for t = 0, 1, 2, …:" if endless else f"for t = 0, 1, …, d₀ = {D_0}:",
             lambda run: f"t = {count_text(run.t)}", not endless),
        Line("4.1", 1, "if ‖∇f(w)‖ ≤ g_thresh", lambda run: _checked(_tiny(run.slope), run, 0)),
        Line("", 1, "and t − t_noise > t_thresh:",
             lambda run: _checked(_whole(run.since[0]), run, 1)),
        Line("4.1.1", 2, f"{tilde} ← w,  t_noise ← t", None, overwritten),
        Line("4.1.2", 2, f"w ← {tilde} + ξ,  {noise}", None, listing in others),
        Line("4.2", 1, "if t − t_noise = t_thresh",
             lambda run: _checked(_whole(run.since[1]), run, 2)),
        Line("", 1, f"and f(w) − f({before}) > −f_thresh:", _change, overwritten),
        Line("4.2.1", 2, f"return {before}", None, overwritten),
        Line("4.3", 1, "w ← w − η ∇f(w)"),
    ]


def draw_listing(fig, box, listing):
    """The listing: a bar behind and an arrow before every line executed, and what each one sees.

    `box` is (x, y, width, height) in CSS pixels; where it is low, the title is left out.
    """
    x, y, width, height = box
    look, rows, row = fig.look, lines(listing), min(height / ROWS, 21)
    if row < 13:
        row = min((height + y - 4) / ROWS, 13)
        code = fig.place(x, 4, width, ROWS * row)
    else:
        code = fig.place(x, y, width, ROWS * row, "The listing, and what it sees in this pass")
    numbers = [line.number for line in rows]
    code.set(xlim=(0, width), ylim=(ROWS - .5, -.5), xticks=[], yticks=[])
    code.spines[:].set_visible(False)
    style = dict(fontsize=min(SMALL, .62 * row), family=look.font, va="center")
    for k, line in enumerate(rows):
        text = style | dict(color=look.fault if line.slip else look.ink)
        code.text(14, k, line.number, **text)
        code.text(48 + 11 * line.indent, k, line.text,
                  fontstyle="italic" if line.slip else "normal", **text)
        bar = code.axhspan(k - .48, k + .48, color=look.fault, alpha=.16, lw=0)
        fig.moves(bar, "set_visible", lambda run, line=line: line.number in run.executed)
        if line.sees:
            fig.label(code, (width - 2, k), line.sees, color=look.ink, ha="right", **style)
    fig.line(code, lambda run: ([7] * len(run.executed), [*map(numbers.index, run.executed)]), ">",
             color=look.fault, ms=6, mew=0)


def _constant(name):
    return lambda run: number_text(getattr(run.constants, name))


def _change(run):
    return "–" if run.change is None else _checked(_tiny(run.change), run, 3)


def _checked(seen, run, k):
    """What condition k compares, and whether it holds."""
    return f"{seen} {'✓' if run.checks[k] else '✗'}"


def _tiny(value):
    return "≈ 0" if abs(value) < TINY else number_text(value, 3)


def _whole(value):
    return count_text(int(value)) if value == int(value) else number_text(value)
