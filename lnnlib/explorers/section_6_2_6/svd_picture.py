"""`svd_picture`: the lecture's Figure 6.1, the SVD of W_{1:k} with the column u_k."""
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import accumulate

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from ...live import Choice, Explorer, Preset, Slider, linear_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL

D_0 = 3
ZERO = 1e-12                                   # a singular value up to here counts as 0
FIRST, LAST, WIDEST = 1, 3, 5                  # k, and the largest d_k
SLOTS = {"W": 1.5, "U": 7.2, "Σ": 12.9, "V": 17.4}             # centres of the four matrices, in cells
SQUARE = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) / 2
NETS = {"d = (3, 5, 4, 4, 3), kernel from W₁ on": "1", "d = (3, 5, 4, 4, 3), kernel from W₂ on": "2",
        "d = (3, 5, 4, 4, 3), kernel from W₃ on": "3", "d = (3, 5, 4, 4, 3), two dimensions from W₂ on": "two",
        "d = (3, 3, 3, 3, 3), kernel from W₂ on": "square"}
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@lru_cache
def _layers(net):
    """W_1, W_2, W_3 of full rank, k*, and the projection P that takes directions out of what reaches layer k*."""
    widths, star = (3, 3, 3, 3) if net == "square" else (3, 5, 4, 4), int(net) if net.isdigit() else 2
    rng = np.random.default_rng(4)
    layers = []
    for d, before in zip(widths[1:], widths[:-1], strict=True):
        U, s, Vt = np.linalg.svd(rng.normal(size=(d, before)), full_matrices=False)
        layers.append(U * np.linspace(1.3, .9, len(s)) @ Vt)
    reached = np.linalg.multi_dot([*layers[:star - 1][::-1], np.eye(3), np.eye(3)])      # W_{1:k*-1}
    directions = np.linalg.qr(reached @ [[1, 1], [-1, 1], [1, 0]])[0][:, :2 if net == "two" else 1]
    return layers, star, directions @ directions.T


@dataclass(frozen=True)
class Decomposition:
    """W_{1:k} = U Sigma V^T for a network whose layer k* lets the share `leak` of one direction (or two) through."""

    k: int
    leak: float
    net: str

    @property
    def star(self):
        return _layers(self.net)[1]

    def products(self, leak):
        """W_{1:1}, W_{1:2}, W_{1:3}."""
        layers, star, P = _layers(self.net)
        held = [W - (1 - leak) * W @ P if n == star else W for n, W in enumerate(layers, start=1)]
        return list(accumulate(held, lambda product, W: W @ product))

    @cached_property
    def spectra(self):
        """The singular values of the three products, those that are rounding set to 0."""
        values = np.array([np.linalg.svd(product, compute_uv=False) for product in self.products(self.leak)])
        return np.where(values > ZERO, values, 0)

    @cached_property
    def W(self):
        return self.products(self.leak)[self.k - 1]

    @property
    def sigma(self):
        return self.spectra[self.k - 1]

    @cached_property
    def V(self):
        """Columns v_1, v_2, v_3, each with a positive product with (3, 2, 1): so the picture is the same everywhere."""
        V = np.linalg.svd(self.W)[2].T
        return V * np.sign([3, 2, 1] @ V)

    @cached_property
    def U(self):
        """sigma_i u_i = W v_i where sigma_i > 0. The others: what u_i tends to as the leak closes, then any complement."""
        r = np.count_nonzero(self.sigma)
        first = self.W @ self.V[:, :r] / self.sigma[:r]
        limits = self.products(1)[self.k - 1] @ self.V[:, r:]
        Q, R = np.linalg.qr(np.hstack([first, limits, np.eye(len(self.W))]))
        return Q * np.where(np.diag(R) < 0, -1, 1)

    @cached_property
    def matrices(self):
        Sigma = np.zeros(self.W.shape)
        np.fill_diagonal(Sigma, self.sigma)
        return {"W": self.W, "U": self.U, "Σ": Sigma, "V": self.V.T}

    @cached_property
    def residual(self):
        """||u_k^T W_{1:k}|| for column d_0 of U."""
        size = np.linalg.norm(self.U[:, D_0 - 1] @ self.W)
        return size if size > ZERO else 0

    @property
    def has_kernel(self):
        return self.sigma[-1] == 0


def _stage(fig, net):
    look = fig.look
    blocks, values = fig.panels("W₁:ₖ = Uₖ Σₖ Vₖᵀ, entry by entry", "Singular values of W₁:ₖ",
                                shares=[1.9, 1] if fig.wide else [1, 1])
    blocks.set(xlim=(-.3, 19.2), ylim=(WIDEST + 1.9, -2.2), aspect="equal", anchor="NW")
    blocks.axis("off")
    for x, sign in ((3.75, "="), (10.7, "·"), (15.1, "·")):
        blocks.text(x, WIDEST / 2, sign, ha="center", va="center", color=look.ink, fontsize=13)
    values.set(xlim=(.5, LAST + .5), ylim=(-.12, 2), xlabel="layer k", ylabel="σ₁ ≥ σ₂ ≥ σ₃")
    values.set_xticks(range(FIRST, LAST + 1), [f"W₁:{k}".translate(SUBSCRIPT) for k in range(FIRST, LAST + 1)])
    values.grid(True, axis="y", color=look.faint, lw=.6)
    key = dict(va="center", color=look.ink, fontsize=SMALL, family=look.font)
    gap = .5 if fig.wide else .8
    blocks.plot([.1], [-1.8], "s", color=look.value, ms=7)
    blocks.text(.1 + gap, -1.8, "positive", **key)
    blocks.plot([6], [-1.8], "s", mfc="none", mec=look.slope, mew=1.3, ms=7)
    blocks.text(6 + gap, -1.8, "negative", **key)
    return _block_actors(blocks, look) | _value_actors(values, look)


def _block_actors(ax, look):
    label = dict(ha="center", va="top", family=look.font, fontsize=SMALL)

    def cells(**style):
        return ax.add_patch(PathPatch(Path(np.zeros((1, 2))), **style))

    return {
        "idle": cells(fc=look.faint, ec="none", alpha=.45, lw=0),
        "frames": cells(fc="none", ec=look.ink, lw=1),
        "positive": cells(fc=look.value, ec="none", lw=0),
        "negative": cells(fc="none", ec=look.slope, lw=1.3),
        "zeros": ax.plot([], [], ".", color=look.ghost, ms=2.2)[0],
        "column": ax.plot([], [], color=look.fault, lw=2.2)[0],
        "partners": ax.plot([], [], color=look.fault, lw=1.4, ls=DASHED)[0],
        "names": {name: ax.text(x, 0, "", color=look.ink, **label) for name, x in SLOTS.items()},
        "u": ax.text(0, 0, "", color=look.fault, **(label | {"va": "bottom"})),
    }


def _value_actors(ax, look):
    return {
        "here": ax.fill([], [], color=look.faint, alpha=.45, lw=0)[0],
        "stems": ax.plot([], [], color=look.value, lw=2)[0],
        "sizes": ax.plot([], [], "o", color=look.value, ms=6)[0],
        "gone": ax.plot([], [], "o", mfc=look.paper, mec=look.fault, mew=2, ms=8, zorder=5)[0],
        "star": ax.plot([], [], color=look.bound, lw=1.6, ls=DOTTED)[0],
        "star_here": ax.text(0, 1.86, "", color=look.bound, family=look.font, fontsize=SMALL, va="center"),
    }


def _act(actors, run):
    corners = {name: _corner(name, M) for name, M in run.matrices.items()}
    squares = {1: [], -1: []}
    for name, M in run.matrices.items():
        size = np.sqrt(np.abs(M) / np.abs(M).max()) * .84
        for i, j in np.argwhere(np.abs(M) > ZERO):
            squares[np.sign(M[i, j])].append(corners[name] + [j + .5, i + .5] + size[i, j] * SQUARE)
    actors.positive.set(path=_path(squares[1]))                           # set_path leaves the mark `stale` off
    actors.negative.set(path=_path(squares[-1]))
    actors.zeros.set_data(*np.array([corners["Σ"] + [j + .5, i + .5] for i, j in np.argwhere(run.matrices["Σ"] == 0)]).T)
    actors.frames.set(path=_path([_box(corners[name], 0, 0, *M.shape) for name, M in run.matrices.items()]))
    d, u = len(run.W), D_0 - 1
    actors.idle.set(path=_path([_box(corners["U"], 0, D_0, d, d), _box(corners["Σ"], D_0, 0, d, D_0)] if d > D_0 else []))
    actors.column.set_data(*_box(corners["U"], 0, u, d, u + 1).T)
    actors.column.set_linestyle("-" if run.has_kernel else DASHED)
    partners = [_box(corners["Σ"], u, u, u + 1, u + 1), [[np.nan] * 2], _box(corners["V"], u, 0, u + 1, D_0)]
    actors.partners.set_data(*np.vstack(partners).T)
    _act_names(actors, run, corners["U"])
    _act_values(actors, run)


def _act_names(actors, run, corner):
    for name, M in run.matrices.items():
        letter = {"W": "W₁:", "U": "U", "Σ": "Σ", "V": "V"}[name] + str(run.k).translate(SUBSCRIPT)
        actors.names[name].set_text(f"{letter}{'ᵀ' if name == 'V' else ''}\n{M.shape[0]} × {M.shape[1]}")
        actors.names[name].set_y(WIDEST + .25)
    actors.u.set_text(f"column {D_0}" + (f" = u{run.k}".translate(SUBSCRIPT) if run.has_kernel else ""))
    actors.u.set_position(corner + [D_0 - .5, -.2])


def _act_values(actors, run):
    k = np.arange(FIRST, LAST + 1)[:, None] + [-.2, 0, .2]
    there = run.spectra > 0
    actors.sizes.set_data(k[there], run.spectra[there])
    actors.gone.set_data(k[~there], run.spectra[~there])
    stems = np.stack([np.stack([k, k, k]), np.stack([0 * k, run.spectra, np.nan * k])], axis=-1)
    actors.stems.set_data(*stems.transpose(1, 2, 0, 3).reshape(-1, 2).T)
    actors.here.set_xy([(run.k - .45, -.12), (run.k + .45, -.12), (run.k + .45, 2), (run.k - .45, 2)])
    closed = run.leak == 0
    actors.star.set_data(([run.star - .48] * 2, [-.12, 2]) if closed else ([], []))
    actors.star_here.set_text(f"k* = {run.star}" if closed else "")
    actors.star_here.set_x(run.star - .43)


def _corner(name, M):
    """The upper left corner of a matrix that is centred in its slot."""
    return np.array([SLOTS[name] - M.shape[1] / 2, (WIDEST - M.shape[0]) / 2])


def _box(corner, top, left, bottom, right):
    return corner + np.array([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]])


def _path(polygons):
    """Closed polygons as one path."""
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(polygons)
    return Path(np.vstack(polygons), codes) if len(polygons) else Path(np.full((1, 2), np.nan))


def _readout(run):
    name, u = f"W₁:{run.k}".translate(SUBSCRIPT), f"u{run.k}".translate(SUBSCRIPT)
    *more, last = (number_text(s, 3) for s in run.sigma)
    said = f"{name} is {len(run.W)} × {D_0} with singular values {', '.join(more)} and {last}"
    if run.has_kernel:
        kernel = np.count_nonzero(run.sigma == 0)
        return (f"{said}, so its kernel has dimension {kernel}; column {D_0} of U is {u}: "
                f"‖{u}ᵀ{name}‖ is below 1e-12, and k* = {run.star}.")
    return f"{said}, so its kernel is {{0}}: column {D_0} of U gives {number_text(run.residual, 3)}, not 0."


def svd_picture(k=2, leak=0, net="2"):
    """Figure 6.1: the SVD of W_{1:k} as a picture of its entries, with u_k, and the singular values of every W_{1:k}.

    Layer k* lets the share `leak` of one direction through: at 0 the products from k* on have a kernel. `net` is "1", "2",
    "3" (that is k*), "two" (k* = 2, a kernel of dimension 2) or "square" (all widths 3). Proof of Theorem 6.10.

    >>> svd_picture(k=1).readout
    'W₁:₁ is 5 × 3 with singular values 1.3, 1.1 and 0.9, so its kernel is {0}:
    column 3 of U gives 0.9, not 0.'
    """
    return Explorer(
        [Slider("k", "layer k", tuple(range(FIRST, LAST + 1)), k, exact=True),
         Slider("leak", "leak of layer k*", linear_grid(0, 1, "0.01"), leak, {"closed": 0}),
         Choice("net", "matrices", NETS, net)],
        compute=Decomposition, stage=_stage, act=_act, readout=_readout, presets=PRESETS, ratios=(.36, 1.1))


PRESETS = (
    Preset("Before k*", {"k": 1, "leak": Fraction(0), "net": "2"}, "No kernel: the columns of the product are independent"),
    Preset("At k*", {"k": 2, "leak": Fraction(0), "net": "2"}, "The kernel opens: one singular value is 0"),
    Preset("Two dimensions", {"k": 3, "leak": Fraction(0), "net": "two"}, "Two singular values are 0; u_k is still column 3"),
)
