"""An explorer that draws one kind of recorded operation at a time, each large enough to be measured."""
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, Rectangle

from lnnlib.live import Choice, Explorer
from lnnlib.live.look import DASHED, DOTTED

X = np.linspace(.5, 9.5, 200)
KINDS = {
    "line": lambda ax: ax.plot(X, 5 + 4 * np.sin(X), lw=2)[0],
    "thick translucent line": lambda ax: ax.plot([1, 5, 9], [1, 9, 1], lw=12, alpha=.4, solid_joinstyle="miter")[0],
    "dashed line": lambda ax: ax.plot(X, 9 - X / 2, lw=3, ls=DASHED)[0],
    "dotted line": lambda ax: ax.plot(X, X, lw=3, ls=DOTTED)[0],
    "line with a gap": lambda ax: ax.plot([1, 4, np.nan, 6, 9], [2, 8, 5, 8, 2], lw=3)[0],
    "line that leaves the panel": lambda ax: ax.plot([-50, 60], [-40, 50], lw=4)[0],
    "upright line": lambda ax: ax.axvline(3, lw=1),
    "lines of a collection": lambda ax: ax.add_collection(LineCollection([[(1, 1), (9, 2)], [(1, 5), (9, 9)]], linewidths=[3])),
    "disks": lambda ax: ax.plot(X[::20], X[::20], "o", ms=12)[0],
    "rimmed disks": lambda ax: ax.plot(X[::20], X[::20], "o", ms=14, mfc="white", mec="#a3005c", mew=3)[0],
    "squares": lambda ax: ax.plot(X[::20], 9 - X[::20] / 2, "s", ms=12, alpha=.5)[0],
    "stars": lambda ax: ax.plot(X[::40], X[::40], "*", ms=20)[0],
    "crosses": lambda ax: ax.plot(X[::20], X[::20], "+", ms=14, mew=2)[0],
    "translucent area": lambda ax: ax.fill([1, 9, 5], [1, 2, 9], alpha=.3)[0],
    "rimmed circle": lambda ax: ax.add_patch(Circle((5, 5), 3, fc="#6cc4f5", ec="#222222", lw=4)),
    "rectangle": lambda ax: ax.add_patch(Rectangle((2, 2), 5, 3, lw=0)),
    "text at the left": lambda ax: ax.text(1, 5, "θ₁⁽⁰⁾ and ‖∇f̃‖", fontsize=24),
    "text in the middle": lambda ax: ax.text(5, 5, "escaped", fontsize=24, ha="center", va="center"),
    "text at the right": lambda ax: ax.text(9, 8, "η = 1/β", fontsize=24, ha="right"),
    "bold text": lambda ax: ax.text(5, 5, "saddle", fontsize=24, weight="bold", ha="center"),
    "turned text": lambda ax: ax.text(5, 2, "ninety", fontsize=24, rotation=90),
    "two lines of text": lambda ax: ax.text(5, 5, "first\nsecond line", fontsize=20, ha="center"),
}


def operations():
    """One panel; the drop-down says what stands in it."""
    def draw(fig, kind):
        [ax] = fig.panels("")
        ax.set(xlim=(0, 10), ylim=(0, 10))
        fig.moves(KINDS[kind](ax), "set_visible", True)

    return Explorer([Choice("kind", "kind", {name: name for name in KINDS}, "line")], compute=lambda kind: kind,
                    draw=draw, readout=lambda run: f"This is a {run}.")
