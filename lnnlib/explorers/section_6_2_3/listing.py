"""The listing as text beside the run: which lines a pass executes, and what each of them compares."""
from ...live import count_text, number_text
from ...live.look import SMALL
from .debugging import D_0

# The lines that a pass executes, by what it does
NOISE, RETURN, STEP = ("4.1.1", "4.1.2"), ("4.2.1",), ("4.3",)


def lines(listing):
    """The listing: name, indentation, text, and whether it should not stand there so."""
    overwritten, endless = listing == "overwritten", listing != "ends at d_0"
    tilde, before = ("w", "w_ξ") if overwritten else ("w̃", "w̃")
    other = {"cube": "ξ in a cube, |ξᵢ| ≤ r", "no noise": "ξ = 0"}
    t_thresh = "χ/c² · β/√(ρε)"
    return [
        ("1", 0, "χ = 3 max{log(dβΔ_f/(cε²δ)), 4}", False),
        ("eta", 0, "η = c/β", False),
        ("r", 0, "r = √c/χ² · ε/β", False),
        ("2", 0, "g_thresh = √c/χ² · ε", False),
        ("f", 0, "f_thresh = c/χ³ · √(ε³/ρ)", False),
        ("t", 0, f"t_thresh = {t_thresh}" if listing == "no ceiling" else f"t_thresh = ⌈{t_thresh}⌉", listing == "no ceiling"),
        ("3", 0, "t_noise ← −t_thresh − 1", False),
        ("4", 0, "for t = 0, 1, 2, …:" if endless else f"for t = 0, 1, …, d₀ = {D_0}:", not endless),
        ("4.1", 1, "if ‖∇f(w)‖ ≤ g_thresh", False),
        ("rested", 1, "and t − t_noise > t_thresh:", False),
        ("4.1.1", 2, f"{tilde} ← w,  t_noise ← t", overwritten),
        ("4.1.2", 2, f"w ← {tilde} + ξ,  {other.get(listing, 'ξ in the ball of radius r')}", listing in other),
        ("4.2", 1, "if t − t_noise = t_thresh", False),
        ("risen", 1, f"and f(w) − f({before}) > −f_thresh:", overwritten),
        ("4.2.1", 2, f"return {before}", overwritten),
        ("4.3", 1, "w ← w − η ∇f(w)", False),
    ]


def draw_listing(ax, look, listing):
    """The listing in `ax`; gives the actors: a bar behind and an arrow before every executed line, and what it sees."""
    rows = lines(listing)
    ax.set(xlim=(0, 1), ylim=(len(rows) - .4, -.6), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    text = dict(fontsize=SMALL, family=look.font, va="center")
    bars, sees = {}, {}
    for row, (name, depth, words, slip) in enumerate(rows):
        colour = look.fault if slip else look.ink
        ax.text(.045, row, name if name[0].isdigit() else "", color=colour, **text)
        ax.text(.13 + .035 * depth, row, words, color=colour, style="italic" if slip else "normal", **text)
        bars[name] = ax.fill([0, 1, 1, 0], [row - .48, row - .48, row + .48, row + .48], color=look.fault, alpha=.16, lw=0)[0]
        sees[name] = ax.text(1, row, "", color=look.ink, ha="right", **text)
    return {"bars": bars, "sees": sees, "arrow": ax.plot([], [], ">", color=look.fault, ms=6, mew=0)[0]}


def mark_listing(actors, run):
    """Set bars, arrow and numbers to the pass that `run` looks at."""
    done = (*(NOISE if run.perturbed else ()), *(RETURN if run.at_return else STEP))
    if run.over and not run.run.returned:
        done += ("4",)
    names = list(actors.bars)
    for name, bar in actors.bars.items():
        bar.set_visible(name in done)
    rows = [names.index(name) for name in names if name in done]
    actors.arrow.set_data([.02] * len(rows), rows)
    for name, words in _seen(run).items():
        actors.sees[name].set_text(words)


def _seen(run):
    """What each line sees: the values of the constants, and both sides of every comparison."""
    k, (small, rested, due, risen) = run.constants, run.checks
    return {
        "1": number_text(k.chi), "eta": number_text(k.eta), "r": number_text(k.r), "2": number_text(k.g_thresh),
        "f": number_text(k.f_thresh), "t": number_text(k.t_thresh), "4": f"t = {count_text(run.t)}",
        "4.1": f"{_tiny(run.slope)} {_mark(small)}", "rested": f"{_whole(run.since[0])} {_mark(rested)}",
        "4.2": f"{_whole(run.since[1])} {_mark(due)}",
        "risen": "–" if run.change is None else f"{_tiny(run.change)} {_mark(risen)}",
    }


def _tiny(value):
    return "≈ 0" if abs(value) < 1e-12 else number_text(value, 3)


def _whole(value):
    return count_text(int(value)) if value == int(value) else number_text(value)


def _mark(true):
    return "✓" if true else "✗"
