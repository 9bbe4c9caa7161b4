"""`svd_picture`: the lecture's Figure 6.1, the SVD of W_{1:k} with the column u_k."""
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from ...live import Choice, Explorer, Slider, explorer_factory
from ...live.look import DASHED, DOTTED, SMALL
from ...live.values import linear_grid, number_text

D_0 = 3
ZERO = 1e-12                                   # a singular value up to here counts as 0
FIRST, LAST, WIDEST = 1, 3, 5                  # k, and the largest d_k
SLOTS = {"W": 1.5, "U": 6.7, "Σ": 11.9, "V": 16.1}     # centres of the four matrices, in cells
ACROSS = 17.6                                  # cells from the left of W to the right of V
EDGE = 14                                      # CSS pixels beside the matrices
PLACES = np.arange(FIRST, LAST + 1)[:, None] + [-.2, 0, .2]        # of the singular values
BELOW, ABOVE = -.22, 2.08                      # the ends of the axis of singular values
SQUARE = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) / 2
NETS = {"k* = 1": "1", "k* = 2": "2", "k* = 3": "3",
        "k* = 2, two dimensions": "two", "k* = 2, all widths 3": "square"}
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@lru_cache
def _layers(net):
    """W_1, W_2, W_3 of full rank, k*, and the projection P that takes directions from layer k*."""
    widths = (3, 3, 3, 3) if net == "square" else (3, 5, 4, 4)
    star = int(net) if net.isdigit() else 2
    rng = np.random.default_rng(4)
    layers = []
    for d, before in zip(widths[1:], widths[:-1], strict=True):
        U, s, Vt = np.linalg.svd(rng.normal(size=(d, before)), full_matrices=False)
        layers.append(U * np.linspace(1.3, .9, len(s)) @ Vt)
    before_star = [*layers[:star - 1][::-1], np.eye(3), np.eye(3)]
    reached = np.linalg.multi_dot(before_star)                                  # W_{1:k*-1}
    directions = np.linalg.qr(reached @ [[1, 1], [-1, 1], [1, 0]])[0][:, :2 if net == "two" else 1]
    return layers, star, directions @ directions.T


@dataclass(frozen=True)
class Decomposition:
    """W_{1:k} = U Sigma V^T; layer k* lets the share `leak` of one direction, or two, through."""

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
        products = self.products(self.leak)
        values = np.array([np.linalg.svd(product, compute_uv=False) for product in products])
        return np.where(values > ZERO, values, 0)

    @cached_property
    def W(self):
        return self.products(self.leak)[self.k - 1]

    @property
    def sigma(self):
        return self.spectra[self.k - 1]

    @cached_property
    def V(self):
        """Columns v_1, v_2, v_3, signed so that each has a positive product with (3, 2, 1)."""
        V = np.linalg.svd(self.W)[2].T
        return V * np.sign([3, 2, 1] @ V)

    @cached_property
    def U(self):
        """sigma_i u_i = W v_i; where sigma_i = 0 the limit as the leak closes, or a complement."""
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
        return np.linalg.norm(self.U[:, D_0 - 1] @ self.W)

    @property
    def has_kernel(self):
        return self.sigma[-1] == 0

    @property
    def u(self):
        """The name of column d_0 where the kernel is open."""
        return f"u{self.k}".translate(SUBSCRIPT)

    def title(self, name):
        """A matrix's name and size."""
        letter = {"W": "W₁:", "U": "U", "Σ": "Σ", "V": "V"}[name] + f"{self.k}".translate(SUBSCRIPT)
        rows, columns = self.matrices[name].shape
        return f"{letter}{'ᵀ' if name == 'V' else ''}\n{rows} × {columns}"

    def corner(self, name):
        """The upper left corner of a matrix that is centred in its slot."""
        rows, columns = self.matrices[name].shape
        return np.array([SLOTS[name] - columns / 2, (WIDEST - rows) / 2])


def _draw(fig, net):
    left, right, bottom, top, _ = fig.margins
    beside = fig.width >= 760 or fig.tall < 300          # else the values stand below the matrices
    head, names, foot = top + 18, 34, bottom - 16        # CSS pixels over and under the matrices
    across = max(150, .23 * fig.width) if beside else fig.width - left - right
    room = fig.width - 2 * EDGE - (left + across + right if beside else 0)
    up = fig.tall - head - names - (8 if beside else foot + 2 * top + 60)
    cell = min(room / ACROSS, up / WIDEST)
    head += (up - WIDEST * cell) / 3 if beside else 0
    blocks = fig.place(EDGE, head, ACROSS * cell, WIDEST * cell)
    fig.title(blocks, "W₁:ₖ = Uₖ Σₖ Vₖᵀ, entry by entry", pad=6.75 + .75 * (head - top))
    y = top if beside else head + WIDEST * cell + names + top
    values = fig.place(fig.width - right - across, y, across, fig.tall - foot - y,
                       "Singular values of W₁:ₖ")
    _draw_frame(fig, blocks)
    _draw_cells(fig, blocks)
    _draw_names(fig, blocks)
    _draw_values(fig, values)


def _draw_frame(fig, blocks):
    """What stands still about the matrices: the signs between them, and what a square means."""
    look = fig.look
    blocks.set(xlim=(-.05, ACROSS + .05), ylim=(WIDEST + .05, -.05))
    blocks.axis("off")
    for x, sign in ((3.6, "="), (9.8, "·"), (14, "·")):
        blocks.text(x, WIDEST / 2, sign, ha="center", va="center", color=look.ink, fontsize=13)
    blocks.plot([], [], "s", color=look.value, ms=7, label="positive")
    blocks.plot([], [], "s", mfc="none", mec=look.slope, mew=1.3, ms=7, label="negative")
    blocks.legend(
        loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, labelcolor=look.ink,
        prop={"family": look.font, "size": SMALL}, borderpad=.2, borderaxespad=0,
        handlelength=1, handletextpad=.4, columnspacing=.8)


def _draw_cells(fig, blocks):
    """The entries as squares, those of one sign as one path, and what frames them."""
    look = fig.look

    def cells(polygons, when=(), **style):
        patch = blocks.add_patch(PathPatch(Path(np.zeros((1, 2))), **style))
        fig.moves(patch, "set_path", lambda run: _path(polygons(run)), when=when)

    cells(_idle, ("k",), fc=look.faint, ec="none", alpha=.45, lw=0)
    cells(_frames, ("k",), fc="none", ec=look.ink, lw=1)
    cells(lambda run: _squares(run, 1), fc=look.value, ec="none", lw=0)
    cells(lambda run: _squares(run, -1), fc="none", ec=look.slope, lw=1.3)
    fig.line(blocks, _zeros, ".", color=look.ghost, ms=2.2)
    column = fig.line(blocks, _column, color=look.fault, lw=2.2)
    fig.moves(column, "set_linestyle", lambda run: "-" if run.has_kernel else DASHED)
    fig.line(blocks, _partners, color=look.fault, lw=1.4, ls=DASHED)


def _draw_names(fig, blocks):
    style = dict(ha="center", fontsize=SMALL)
    for name, x in SLOTS.items():
        fig.label(blocks, (x, WIDEST + .2), lambda run, name=name: run.title(name), when=("k",),
                  color=fig.look.ink, va="top", **style)
    fig.label(blocks, lambda run: run.corner("U") + [D_0 - .5, -.2],
              lambda run: f"column {D_0}" + (f" = {run.u}" if run.has_kernel else ""),
              color=fig.look.fault, va="bottom", **style)


def _draw_values(fig, values):
    look, k = fig.look, range(FIRST, LAST + 1)
    values.set(xlim=(.5, LAST + .5), ylim=(BELOW, ABOVE))
    fig.ticks(values, y=(0, .5, 1, 1.5, 2))
    values.set_xticks(k, [f"W₁:{n}".translate(SUBSCRIPT) for n in k])
    values.grid(True, axis="y", color=look.faint, lw=.6)
    fig.region(values, _here, color=look.faint, alpha=.45, lw=0)
    fig.line(values, _stems, color=look.value, lw=2)
    fig.line(values, lambda run: _sizes(run, run.spectra > 0), "o", color=look.value, ms=6)
    fig.line(values, lambda run: _sizes(run, run.spectra == 0), "o",
             mfc=look.paper, mec=look.fault, mew=2, ms=8, zorder=5)
    fig.vline(values, lambda run: None if run.leak else run.star - .48,
              color=look.bound, lw=1.6, ls=DOTTED)
    fig.label(values, lambda run: None if run.leak else (run.star - .43, 1.8),
              lambda run: f"k* = {run.star}", color=look.bound, va="center")


def _squares(run, sign):
    """A square for every entry of this sign, as large as the entry."""
    squares = []
    for name, M in run.matrices.items():
        size = np.sqrt(np.abs(M) / np.abs(M).max()) * .84
        squares += [run.corner(name) + [j + .5, i + .5] + size[i, j] * SQUARE
                    for i, j in np.argwhere(sign * M > ZERO)]
    return squares


def _zeros(run):
    return np.transpose(run.corner("Σ") + np.argwhere(run.matrices["Σ"] == 0)[:, ::-1] + .5)


def _frames(run):
    return [_box(run.corner(name), 0, 0, *M.shape) for name, M in run.matrices.items()]


def _idle(run):
    """The columns of U and the rows of Sigma that have no part in the product."""
    d = len(run.W)
    boxes = [_box(run.corner("U"), 0, D_0, d, d), _box(run.corner("Σ"), D_0, 0, d, D_0)]
    return boxes if d > D_0 else []


def _column(run):
    return _box(run.corner("U"), 0, D_0 - 1, len(run.W), D_0).T


def _partners(run):
    """What column d_0 of U belongs to: its singular value and its row of V^T."""
    value = _box(run.corner("Σ"), D_0 - 1, D_0 - 1, D_0, D_0)
    return np.vstack([value, [[np.nan] * 2], _box(run.corner("V"), D_0 - 1, 0, D_0, D_0)]).T


def _here(run):
    left, right = run.k - .45, run.k + .45
    return [(left, BELOW), (right, BELOW), (right, ABOVE), (left, ABOVE)]


def _sizes(run, which):
    return PLACES[which], run.spectra[which]


def _stems(run):
    """Lines from 0 up to the singular values, with gaps between."""
    x, y = np.repeat(PLACES.ravel(), 3), np.zeros(3 * PLACES.size)
    y[1::3], y[2::3] = run.spectra.ravel(), np.nan
    return x, y


def _box(corner, top, left, bottom, right):
    """The outline of rows `top` up to `bottom` and columns `left` up to `right` of a matrix."""
    return corner + [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]


def _path(polygons):
    """Closed polygons as one path."""
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(polygons)
    return Path(np.vstack(polygons), codes) if polygons else Path(np.full((1, 2), np.nan))


def _readout(run):
    name, u = f"W₁:{run.k}".translate(SUBSCRIPT), run.u
    *more, last = (number_text(s, 3) for s in run.sigma)
    said = f"{name} is {len(run.W)} × {D_0} with singular values {', '.join(more)} and {last}"
    U = f"U{run.k}".translate(SUBSCRIPT)
    if run.has_kernel:
        kernel = np.count_nonzero(run.sigma == 0)
        return (f"{said}, so its kernel has dimension {kernel}. "
                f"Column {D_0} of {U} is {u}: {u}ᵀ{name} is 0 up to rounding, and k* = {run.star}.")
    return (f"{said}, so its kernel is {{0}}. "
            f"With column {D_0} of {U} as u, ‖uᵀ{name}‖ = {number_text(run.residual, 3)}, not 0.")


@explorer_factory
def svd_picture(k=2, leak=0, net="2"):
    """Figure 6.1: the SVD of W_{1:k}, entry by entry, with u_k, and all singular values.

    Layer k* lets the share `leak` of one direction through: at 0 the products from k* on have a
    kernel. `net` is "1", "2", "3" (that is k*), "two" (k* = 2, a kernel of dimension 2) or "square"
    (all widths 3). Proof of Theorem 6.10.

    >>> svd_picture(k=1).readout
    'W₁:₁ is 5 × 3 with singular values 1.3, 1.1 and 0.9, so its kernel is {0}.
    With column 3 of U₁ as u, ‖uᵀW₁:₁‖ = 0.9, not 0.'
    """
    return Explorer(
        [Slider("k", "layer k", tuple(range(FIRST, LAST + 1)), k, exact=True),
         Slider("leak", "leak at k*", linear_grid(0, 1, "0.01"), leak),
         Choice("net", "network", NETS, net)],
        compute=Decomposition, draw=_draw, readout=_readout, ratios=(.36, 1.1))
