"""Phi and the network of 6.1 against exact rational polynomials, complex steps, closed forms and each other."""
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lnnlib import _sweep
from lnnlib.feedforward import FeedForward
from lnnlib.losses import LinearRegression, LogisticLoss, SoftmaxLoss, SquaredLoss
from lnnlib.networks import LinearNetwork
from tests.matrix_oracles import complex_derivative, fractions, product_along, relative_error, squared_loss_along
from tests.oracles import complex_step

widths = st.lists(st.integers(1, 8), min_size=0, max_size=5).map(tuple)
EXACT_SHAPES = [(2, 3), (3, 2, 3), (2, 2, 2, 2), (1, 1, 1, 1), (3, 1, 2, 4, 2)]


def make_loss(kind, d_in, d_out, rng):
    X, n = rng.normal(size=(d_in, 2 * d_in + 3)), 2 * d_in + 3
    if kind == "squared":
        return SquaredLoss(rng.normal(size=(d_out, d_in)))
    if kind == "regression":
        return LinearRegression(X, rng.normal(size=(d_out, n)))
    if kind == "logistic":
        return LogisticLoss(X, rng.choice([-1, 1], n))
    return SoftmaxLoss(X, [d_out - 1, *rng.integers(d_out, size=n - 1)])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["squared", "regression", "logistic", "softmax"]), widths, st.integers(1, 6), st.integers(1, 6),
       st.integers(0, 2**32))
def test_derivatives_by_complex_step(kind, hidden, d_in, d_out, seed):
    """grad, hess, hvp and hess_form of every loss, depth 1 to 6, widths 1 to 8: four answers, one oracle."""
    rng = np.random.default_rng(seed)
    net = LinearNetwork(make_loss(kind, d_in, d_out, rng), hidden)
    w, (u, v) = net.random(rng), rng.normal(size=(2, net.dim))
    assert relative_error(net.grad(w), complex_step(net, w)) < 1e-10
    expected = complex_step(net.grad, w)
    H = net.hess(w)
    scale = np.abs(expected).max()
    assert relative_error(H, expected) < 1e-10 and np.abs(H - H.T).max() <= 1e-12 * scale
    assert np.abs(net.hvp(w, v) - expected @ v).max() <= 1e-10 * scale * np.abs(v).sum()
    assert abs(net.hess_form(w, u, v) - u @ expected @ v) <= 1e-10 * scale * np.abs(u).sum() * np.abs(v).sum()
    assert net.hess_form_terms(w, v, v)[0] >= 0


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["squared", "regression", "logistic", "softmax"]), widths, st.integers(1, 6), st.integers(1, 6),
       st.sampled_from([(), (3,), (200,)]), st.integers(0, 2**32))
def test_the_sweep_writes_what_the_formula_says(kind, hidden, d_in, d_out, size, seed):
    rng = np.random.default_rng(seed)
    net = LinearNetwork(make_loss(kind, d_in, d_out, rng), hidden)
    w = net.random(rng, size=size)
    g = np.full_like(w, np.nan)
    net.gradient_sweep(w, g)()
    assert relative_error(g, net.grad(w)) < 1e-13


integers = st.integers(-3, 3)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(EXACT_SHAPES), st.data())
def test_exact_on_integers(dims, data):
    """Small integers are exact in float64: the code must give the rational polynomial's coefficients to the last bit."""
    shapes = list(zip(dims[1:], dims, strict=False))
    matrices = [[np.array(data.draw(st.lists(integers, min_size=m * n, max_size=m * n))).reshape(m, n) for m, n in shapes]
                for _ in range(2)]
    target = np.arange(dims[-1] * dims[0]).reshape(dims[-1], dims[0]) % 4
    net = LinearNetwork(SquaredLoss(target), dims[1:-1])
    w, v = map(net.join, matrices)
    c_0, c_1, c_2 = squared_loss_along(*matrices, target)
    assert net(w) == c_0 and net.grad(w) @ v == c_1 and net.hess_form(w, v, v) == 2 * c_2 == v @ net.hvp(w, v)
    product = product_along(*matrices)
    residual, first, second = product[0] - fractions(target), product[1], product[2] if len(dims) > 2 else 0
    assert net.hess_form_terms(w, v, v) == ((first**2).sum(), 2 * (residual * second).sum())


def test_sum_over_pairs():
    """S(u, v) as the lecture writes it, with j < j'; with the printed j <= j' the Hessian form is another number."""
    rng, net = np.random.default_rng(1), LinearNetwork(SquaredLoss(np.eye(3)), (3, 3, 3))
    w, u, v = net.random(rng, size=(3,))
    U, V, G = net.split(u), net.split(v), net.loss.grad(net.product(w))

    def F(D):
        return sum(net.product(w, j + 1) @ D[j - 1] @ net.product(w, 1, j - 1) for j in range(1, 5))

    def S(A, B, pairs):
        return sum(net.product(w, k + 1) @ A[k - 1] @ net.product(w, j + 1, k - 1) @ B[j - 1] @ net.product(w, 1, j - 1)
                   for j, k in pairs)

    pairs = list(itertools.combinations(range(1, 5), 2))
    gauss_newton, curvature = net.hess_form_terms(w, u, v)
    assert relative_error(gauss_newton, (F(U) * F(V)).sum()) < 1e-13
    assert relative_error(curvature, (G * (S(U, V, pairs) + S(V, U, pairs))).sum()) < 1e-13
    printed = [*pairs, *((j, j) for j in range(1, 5))]
    assert abs((G * 2 * S(V, V, printed)).sum() - net.hess_form_terms(w, v, v)[1]) > 1


@pytest.mark.parametrize("kind", ["squared", "regression", "logistic", "softmax"])
@pytest.mark.parametrize("hidden", [(3,), (3, 3), (3, 3, 3)])
def test_taylor_remainder_has_order_three(kind, hidden):
    """Order 3; with the terms j = j' of the printed sum added, order 2."""
    rng = np.random.default_rng(2)
    net = LinearNetwork(make_loss(kind, 3, 3, rng), hidden)
    w, v = net.random(rng, size=(2,))
    G = net.loss.grad(net.product(w))
    printed = sum((G * (net.product(w, j + 1) @ D @ D @ net.product(w, 1, j - 1))).sum()
                  for j, D in enumerate(net.split(v), start=1) if len(D) == len(D.T))     # others do not even conform
    h = np.array([2.0**-9, 2.0**-11])
    quadratic = net(w) + h * (net.grad(w) @ v) + h**2 / 2 * net.hess_form(w, v, v)
    phi = net(w + h[:, None] * v)
    for remainder, order in ((phi - quadratic, 3), (phi - quadratic - h**2 * printed, 2)):
        assert abs(np.log2(remainder[0] / remainder[1]) / 2 - order) < 0.1


def test_product_expansion_of_depth_two_is_exact():
    """l linear, N = 2: (W_2 + D_2)(W_1 + D_1) has no term beyond the second order."""
    class Linear:
        shape = (2, 3)
        def __call__(self, W):
            return W[..., 0, :].sum(-1) - 2 * W[..., 1, 2]
        def grad(self, W):
            return 0 * W + np.array([[1, 1, 1], [0, 0, -2]])
        def hvp(self, W, D):
            return 0 * D
    net, rng = LinearNetwork(Linear(), (4,)), np.random.default_rng(3)
    w, v = rng.integers(-9, 9, size=(2, net.dim)).astype(float)
    assert net(w + v) == net(w) + net.grad(w) @ v + net.hess_form(w, v, v) / 2
    assert net.minimum is None


def test_hvp_needs_order_depth_products():
    """The number of matrix products grows linearly with the depth: no Hessian, no pair of layers is visited."""
    class Counted(np.ndarray):
        products = 0
        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            Counted.products += ufunc is np.matmul
            result = getattr(ufunc, method)(*map(np.asarray, inputs), **kwargs)
            return result.view(Counted)

    def products(N):
        net = LinearNetwork(SquaredLoss(np.eye(2)), (2,) * (N - 1))
        Counted.products = 0
        net.hvp(net.random(0).view(Counted), net.random(1).view(Counted))
        return Counted.products

    counts = np.array([products(N) for N in range(1, 9)])
    assert counts[1] > 0 and (np.diff(counts, 2) == 0).all() and counts[-1] <= 8 * 8


@settings(max_examples=25, deadline=None)
@given(widths, st.integers(1, 4), st.integers(0, 2**32))
def test_leading_axes_equal_single_calls(hidden, d, seed):
    rng = np.random.default_rng(seed)
    net = LinearNetwork(make_loss("softmax", d, d + 1, rng), hidden)
    w, v = net.random(rng, size=(2, 3)), net.random(rng, size=(3,))
    form, H = net.hess_form(w, v, v), net.hess(w)
    assert net(w).shape == form.shape == (2, 3) and H.shape == (2, 3, net.dim, net.dim)
    for index in np.ndindex(2, 3):
        single, direction = w[index], v[index[1]]
        scale = np.abs(H[index]).max()
        assert relative_error(net(w)[index], net(single)) < 1e-14
        assert relative_error(net.grad(w)[index], net.grad(single)) < 1e-14
        assert relative_error(net.hvp(w, v)[index], net.hvp(single, direction)) < 1e-14
        assert np.abs(H[index] - net.hess(single)).max() <= 1e-14 * scale
        assert abs(form[index] - net.hess_form(single, direction, direction)) <= 1e-13 * scale * (direction @ direction)


@pytest.mark.parametrize("dims", [(1, 1), (2, 2, 2), (3, 3, 3, 3), (1, 3, 2, 3), (5, 4, 6, 3), (4, 4)])
@pytest.mark.parametrize("size", [(), (1,), (7, 30), (0,)])
@pytest.mark.parametrize("block", [1, 100, 1 << 15])
def test_every_way_to_the_gradient_is_the_same(dims, size, block, monkeypatch):
    """One run, batches by run and by entry, whole and in pieces, any memory order, and again after w has changed."""
    monkeypatch.setattr(_sweep, "_BLOCK", block)
    net = LinearNetwork(SquaredLoss(np.ones((dims[-1], dims[0]))), dims[1:-1])
    w, w_next = net.random(0, size=size), net.random(1, size=size)
    for dtype in (float, complex):
        current, g = w.astype(dtype), np.empty((*size, net.dim), dtype)
        sweep = net.gradient_sweep(current, g)
        for contents in (w, w_next, w):
            current[...] = contents
            sweep()
            expected = np.array([net.grad(single) for single in contents.reshape(-1, net.dim)]).reshape(w.shape)
            assert relative_error(g, expected) < 1e-14 and (current == contents).all()
            assert relative_error(net.grad(np.asfortranarray(contents)), expected) < 1e-14
    strided = np.repeat(w, 2, axis=-1)[..., ::2]
    assert relative_error(net.grad(strided), expected) < 1e-14


def test_depth_one_is_the_loss():
    loss, W = SquaredLoss(np.eye(2)), np.arange(4.0)
    net = LinearNetwork(loss, ())
    assert net.depth == 1 and net(W) == loss(W.reshape(2, 2)) and (net.hess(W) == np.eye(4)).all()
    assert (net.hess(np.ones((3, 4))) == np.eye(4)).all() and net.hess(np.ones((3, 4))).shape == (3, 4, 4)
    assert net.hess_form_terms(W, W, W) == (W @ W, 0)


def test_scalar_chain_in_closed_form():
    """Phi = (p - s)^2/2, p = w_1 .. w_N: at w = a 1, grad_j = (p - s) a^{N-1}, hess_{jk} = a^{2N-2} + [j != k](p - s)a^{N-2}."""
    for N, a, s in itertools.product((1, 2, 3, 6), (0.0, 0.5, -2.0), (0.25, 3.0)):
        net = LinearNetwork(SquaredLoss([[s]]), (1,) * (N - 1))
        w, r = np.full(N, a), a**N - s
        off_diagonal = r * a ** (N - 2) if N > 1 else 0
        assert net(w) == r**2 / 2 and (net.grad(w) == r * a ** (N - 1)).all()
        assert (net.hess(w) == a ** (2 * N - 2) + off_diagonal * (1 - np.eye(N))).all()


def test_split_join_product():
    net = LinearNetwork(SquaredLoss(np.zeros((2, 4))), (3, 5))
    w = np.arange(net.dim) + 0.0
    W = net.split(w)
    assert [M.shape for M in W] == [(3, 4), (5, 3), (2, 5)] and (net.join(W) == w).all()
    assert all(np.shares_memory(M, w) for M in W)
    W[1][0, 0] = -1
    assert w[12] == -1
    for j, k in itertools.product(range(1, 5), range(4)):
        expected = np.eye(net.dims[j - 1])
        for n in range(j, k + 1):
            expected = W[n - 1] @ expected
        assert (net.product(w, j, k) == expected).all()
    assert (net.product(w) == net.product(w, 1, 3)).all() and (net.product(w, 2) == net.product(w, 2, 3)).all()
    assert net.product(np.stack([w, w]), 3, 2).shape == (2, 5, 5)
    assert net.join([np.ones((7, 1, 3, 4)), np.ones((5, 3)), np.ones((9, 2, 5))]).shape == (7, 9, net.dim)
    assert not net.zeros().any() and net.random(3).tolist() == net.random(np.random.default_rng(3)).tolist()
    sample = net.random(0, scale=0.1, size=(1000,))
    assert sample.shape == (1000, net.dim) and abs(sample.std() - 0.1) < 5e-3


@pytest.mark.parametrize("dims", [(3, 2), (3, 3, 3), (2, 5, 4, 3), (5, 3, 3, 4), (4, 6, 5, 6, 2), (1, 1, 1)])
def test_balanced(dims):
    rng, r = np.random.default_rng(5), min(dims)
    net = LinearNetwork(SquaredLoss(np.zeros((dims[-1], dims[0]))), dims[1:-1])
    W = rng.normal(size=(4, dims[-1], r)) @ rng.normal(size=(4, r, dims[0]))
    w = net.balanced(W)
    assert relative_error(net.product(w), W) < 1e-14
    layers = net.split(w)
    for lower, upper in itertools.pairwise(layers):
        assert np.abs(upper.mT @ upper - lower @ lower.mT).max() < 1e-13 * np.abs(lower).max() ** 2
    for layer in layers:
        found = np.linalg.svd(layer, compute_uv=False)[:, :r] ** net.depth
        assert relative_error(found, np.linalg.svd(W, compute_uv=False)[:, :r]) < 1e-12
    assert not net.balanced(0 * W).any()


def test_balanced_makes_no_mode_of_rounding():
    """A singular value of 1e-17 counts as zero: its square root would be 3e-9 in every factor."""
    W = np.diag([1, 1e-17])
    net = LinearNetwork(SquaredLoss(W), (2,))
    for factor in net.split(net.balanced(W)):
        assert factor.tolist() == [[1, 0], [0, 0]]


@pytest.mark.parametrize("small", [1e-3, 1e-6, 1e-11])
@pytest.mark.parametrize("hidden", [(), (2,), (3, 2)])
def test_balanced_keeps_a_small_mode(small, hidden):
    """Only singular values up to 1e-12 of the largest are taken for rounding: these are modes, in the product and in the rank."""
    Q = np.linalg.qr(np.random.default_rng(8).normal(size=(2, 2)))[0]
    W = 5 * Q @ np.diag([1, small]) @ Q
    net = LinearNetwork(SquaredLoss(W), hidden)
    assert np.linalg.svd(net.product(net.balanced(W)), compute_uv=False) == pytest.approx([5, 5 * small], rel=1e-3)
    with pytest.raises(ValueError, match="W is a matrix of rank > 1"):
        LinearNetwork(SquaredLoss(W), (1,)).balanced(W)


def test_minimum_is_the_loss_minimum_unless_a_bottleneck_may_prevent_it():
    loss = SquaredLoss(np.eye(3, 4))
    assert LinearNetwork(loss, (3, 5)).minimum == LinearNetwork(loss, ()).minimum == 0
    assert LinearNetwork(loss, (3, 2)).minimum is None
    logistic = LogisticLoss(np.eye(2), [1, -1])
    assert LinearNetwork(logistic, (1,)).minimum is None
    assert LinearNetwork(loss, (3,)).beta is None and LinearNetwork(loss, (3,)).rho is None


def test_gauge():
    """(W_1, W_2) -> (c W_1, W_2/c) keeps Phi; at a global minimum the spectrum is {a_i^2 + b_j^2}: sharpness moves."""
    rng = np.random.default_rng(7)
    W_1, W_2 = rng.normal(size=(2, 3, 3))
    net = LinearNetwork(SquaredLoss(W_2 @ W_1), (3,))
    for c in (0.25, 1.0, 8.0):
        w = net.join([c * W_1, W_2 / c])
        a, b = (np.linalg.svd(M, compute_uv=False) for M in net.split(w)[::-1])
        expected = np.sort([*(a[:, None] ** 2 + b**2).ravel(), *[0] * 9])
        assert net(w) < 1e-28 and relative_error(np.linalg.eigvalsh(net.hess(w)), expected) < 1e-12


def test_balancedness_moves_by_eta_squared_exactly():
    """D_j = W_{j+1}^T W_{j+1} - W_j W_j^T: one step adds eta^2 (G_{j+1}^T G_{j+1} - G_j G_j^T), to the last bit here."""
    rng, eta = np.random.default_rng(8), 0.25
    net = LinearNetwork(SquaredLoss(rng.integers(-2, 3, size=(3, 2))), (4, 2))
    w = rng.integers(-2, 3, size=net.dim).astype(float)
    W, G, next_W = net.split(w), net.split(net.grad(w)), net.split(w - eta * net.grad(w))
    for j in range(2):
        D, next_D = (M[j + 1].T @ M[j + 1] - M[j] @ M[j].T for M in (W, next_W))
        assert G[j].any() and (next_D - D == eta**2 * (G[j + 1].T @ G[j + 1] - G[j] @ G[j].T)).all()


def matrix_power(S, power):
    values, vectors = np.linalg.eigh(S)
    return (vectors * np.maximum(values, 0) ** power) @ vectors.T


def test_end_to_end_flow_of_a_balanced_network():
    """dW/dt = - sum_j [W W^T]^{(j-1)/N} grad l [W^T W]^{(N-j)/N} when every W_j moves along -grad_j (Arora et al. 2018)."""
    rng = np.random.default_rng(9)
    for N in (1, 2, 3, 5):
        net = LinearNetwork(SquaredLoss(rng.normal(size=(3, 3))), (3,) * (N - 1))
        W = rng.normal(size=(3, 3))
        w = net.balanced(W)
        flow = complex_derivative(net.product, w, -net.grad(w))
        expected = -sum(matrix_power(W @ W.T, (j - 1) / N) @ net.loss.grad(W) @ matrix_power(W.T @ W, (N - j) / N)
                        for j in range(1, N + 1))
        assert relative_error(flow, expected) < 1e-11


def end_to_end_along_gradient_descent(N, s, u_0, eta, time):
    """The diagonal of W_{1:N} every unit of time, from the balanced aligned start u_0 I."""
    net = LinearNetwork(SquaredLoss(np.diag(s)), (len(s),) * (N - 1))
    w, diagonals = net.balanced(u_0 * np.eye(len(s))), []
    for t in range(round(time / eta) + 1):
        if t % round(1 / eta) == 0:
            diagonals.append(np.diag(net.product(w)))
        w = w - eta * net.grad(w)
    return np.array(diagonals)


def test_exact_learning_dynamics_of_two_layers():
    """u(t) = s e^{2st}/(e^{2st} - 1 + s/u_0) (Saxe et al. 2013); gradient descent follows with a gap proportional to eta."""
    s, u_0, t = np.array([3.0, 1.5, 0.7]), 1e-3, np.arange(9.0)[:, None]
    exact = s * np.exp(2 * s * t) / (np.exp(2 * s * t) - 1 + s / u_0)
    gaps = [np.abs(end_to_end_along_gradient_descent(2, s, u_0, eta, 8) - exact).max() for eta in (1 / 100, 1 / 1000)]
    assert gaps[0] < 0.1 and 8 < gaps[0] / gaps[1] < 12


def test_exact_learning_dynamics_of_deep_networks():
    """du/dt = N u^{2-2/N}(s - u), integrated by Runge and Kutta."""
    N, s, u, h = 4, np.array([2.0, 1.2]), np.full(2, 0.05), 1e-3
    found = end_to_end_along_gradient_descent(N, s, 0.05, 1e-3, 4)

    def rate(u):
        return N * u ** (2 - 2 / N) * (s - u)

    for step in range(4001):
        if step % 1000 == 0:
            assert np.abs(found[step // 1000] - u).max() < 0.01
        k_1 = rate(u)
        k_2 = rate(u + h / 2 * k_1)
        k_3 = rate(u + h / 2 * k_2)
        u = u + h / 6 * (k_1 + 2 * k_2 + 2 * k_3 + rate(u + h * k_3))


def test_phi_is_not_smooth():
    """Square loss, N = 2: ||nabla^2 Phi|| grows like ||w||^2, so no beta serves all of R^dim; scaling w by 10 shows it."""
    net = LinearNetwork(SquaredLoss(np.eye(2)), (2,))
    w = net.random(0)
    norms = [np.linalg.norm(net.hess(c * w), 2) for c in (10.0, 100.0)]
    assert abs(norms[1] / norms[0] - 100) < 3


LINEAR = LinearNetwork(SquaredLoss(np.zeros((2, 4))), (3,))


@pytest.mark.parametrize("make, message", [
    (lambda: LinearNetwork(SquaredLoss([[1]]), (2, 0)), r"hidden\[1\] is 0, expected an integer >= 1"),
    (lambda: LinearNetwork(SquaredLoss([[1]]), (2.5,)), r"hidden\[0\] is 2.5, expected an integer >= 1"),
    (lambda: LinearNetwork(SquaredLoss([[1]]), 3), "hidden is 3, expected a sequence of widths"),
    (lambda: LinearNetwork(np.eye(2), (2,)), r"(?s)loss is array.*expected a loss of one matrix, such as SquaredLoss"),
    (lambda: LINEAR(np.zeros(17)), r"w has shape \(17,\), expected shape \(..., 18\): points of R\^18"),
    (lambda: LINEAR.grad([1, np.inf]), r"w has shape \(2,\)"),
    (lambda: LINEAR.hvp(np.zeros(18), np.zeros(4)), r"v has shape \(4,\), expected shape \(..., 18\)"),
    (lambda: LINEAR.hess_form(np.zeros(18), np.zeros(4), np.zeros(18)), r"u has shape \(4,\), expected shape \(..., 18\)"),
    (lambda: LINEAR.join([np.zeros((3, 4)), np.zeros((2, 2))]),
     r"weights\[1\] has shape \(2, 2\), expected shape \(..., 2, 3\): W_2 maps d_1=3 to d_2=2"),
    (lambda: LINEAR.join([np.zeros((3, 4))]), "weights is a list of 1, expected 2 matrices W_1 .. W_2"),
    (lambda: LINEAR.product(np.zeros(18), 0, 1), "j is 0, expected an integer >= 1"),
    (lambda: LINEAR.product(np.zeros(18), 1, 3), r"\(j, k\) is \(1, 3\), expected j <= 3 and k <= 2 for depth 2"),
    (lambda: LINEAR.balanced(np.eye(3)), r"W has shape \(3, 3\), expected shape \(..., 2, 4\)"),
    (lambda: LinearNetwork(SquaredLoss(np.eye(3)), (2,)).balanced(np.eye(3)), "W is a matrix of rank > 2, expected rank at"),
    (lambda: LinearNetwork(SquaredLoss([[1]]), (1,)).balanced([[1j]]), "W is complex, expected real numbers"),
    (lambda: FeedForward((2,), "tanh"), r"dims is \(2,\), expected at least d_0 and d_1"),
    (lambda: FeedForward((2, 0, 1), "tanh"), r"dims\[1\] is 0"),
    (lambda: FeedForward((2, 1), "softplus"), "activation is 'softplus', expected one of linear, tanh, .* or a function"),
    (lambda: FeedForward((2, 1), "tanh").forward(np.zeros(2), np.eye(3)), r"X has shape \(3, 3\), expected shape \(2, any\)"),
    (lambda: FeedForward((2, 1), "tanh").objective(np.zeros((2, 0)), np.zeros((1, 0))), r"X has shape \(2, 0\), expected at"),
    (lambda: FeedForward((2, 1), "tanh").objective(np.eye(2), np.eye(2)), r"Y has shape \(2, 2\), expected shape \(1, 2\)"),
    (lambda: FeedForward((2, 1), "tanh").objective(np.eye(2), [[1, 1]], "l2"), "loss is 'l2', expected \"squared\""),
    (lambda: FeedForward((2, 1), "tanh").objective(np.eye(2), [[1, 1]], "absolute").grad(np.zeros(2)), "loss is 'absolute'"),
    (lambda: FeedForward((2, 1), "step").objective(np.eye(2), [[1, 1]]).grad(np.zeros(2)), "activation is 'step', expected"),
])
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


ACTIVATIONS = {"linear": lambda z: z, "tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
               "relu": lambda z: max(z, 0.0), "sin": np.sin, "step": lambda z: float(z > 0)}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_forward_unit_by_unit(activation):
    rng, net = np.random.default_rng(10), FeedForward((3, 4, 2, 2), activation)
    w, X = net.random(rng), rng.normal(size=(3, 5))
    outputs = net.forward(w, X)
    for s in range(5):
        h = list(X[:, s])
        for n, W in enumerate(net.split(w)):
            z = [sum(a * b for a, b in zip(row, h, strict=True)) for row in W]
            h = z if n == 2 else [ACTIVATIONS[activation](x) for x in z]
        assert relative_error(outputs[:, s], h) < 1e-14
    same = FeedForward((3, 4, 2, 2), np.vectorize(ACTIVATIONS[activation]))
    assert relative_error(same.forward(np.stack([w, w]), X)[1], outputs) < 1e-14


@pytest.mark.parametrize("activation", ["linear", "tanh", "sigmoid", "relu", "sin"])
@pytest.mark.parametrize("dims", [(2, 1), (2, 3, 1), (3, 1, 4, 2), (2, 2, 2, 2, 2)])
def test_backpropagation(activation, dims):
    """The gradient by complex step; the Hessian, itself a complex step in the code, by differences of exact gradients."""
    rng = np.random.default_rng(11)
    f = FeedForward(dims, activation).objective(rng.normal(size=(dims[0], 6)), rng.normal(size=(dims[-1], 6)))
    w = f.net.random(rng, size=(3,))
    for single in w:
        assert relative_error(f.grad(single), complex_step(f, single)) < 1e-12
        h, basis = 1e-4, np.eye(f.dim)
        slope = [(f.grad(single + k * h * basis) - f.grad(single - k * h * basis)) / (2 * k * h) for k in (1, 2)]
        assert relative_error(f.hess(single), (4 * slope[0] - slope[1]) / 3) < 1e-8       # fourth order
    assert f(w).shape == (3,) and f.hess(w).shape == (3, f.dim, f.dim)
    assert relative_error(f.grad(w)[1], f.grad(w[1])) < 1e-14 and relative_error(f.hess(w)[2], f.hess(w[2])) < 1e-14
    assert relative_error(f.hvp(w, w[0])[1], f.hess(w[1]) @ w[0]) < 1e-13


def relu_loss(dims, X, Y):
    return FeedForward(dims, "relu").objective(X, Y)


def one_sided_slopes(f, w, directions, h=2.0**-20):
    """(f(w + hd) - f(w))/h and (f(w) - f(w - hd))/h for every row d of directions."""
    w = np.asarray(w, float)
    return (f(w + h * directions) - f(w)) / h, (f(w) - f(w - h * directions)) / h


@pytest.mark.parametrize("f, w, layer", [
    (relu_loss((1, 1, 1), [[1.]], [[1.]]), [0, 1], 1),                          # L = (relu(w) - 1)^2/2 in w = W_1
    (relu_loss((1, 1, 1), [[1, -1]], [[1., 1]]), [0, 1], 1),                    # |w|: slopes 0, 0 and 1, 1 give one gradient
    (relu_loss((2, 2, 1), [[1], [1]], [[0.]]), [1, -1, 1, 1, 2, 1], 1),
    (relu_loss((1, 1, 1, 1), [[1.]], [[1.]]), [1, 0, 1], 2),
    (relu_loss((1, 1, 1, 1), [[1.]], [[1.]]), [0, 1, 1], 2),                    # a kink that feeds another
])
def test_a_relu_at_its_kink_has_no_gradient(f, w, layer):
    right, left = one_sided_slopes(f, w, np.eye(f.dim))
    assert abs(right - left).max() > .4
    with pytest.raises(ValueError, match=f"w is a point with a relu unit of layer {layer} at its kink z = 0, expected"):
        f.grad(w)
    with pytest.raises(ValueError, match="at its kink"):
        f.grad([w, np.ones(f.dim)])
    with pytest.raises(ValueError, match="at its kink"):
        f.hess(w)


@pytest.mark.parametrize("f, w, smooth", [
    (relu_loss((1, 1, 1), [[1.]], [[1.]]), [0, 0], False),                      # w = 0: nothing comes back to the kink
    (relu_loss((2, 2, 3, 1), np.eye(2), [[1., 2]]), np.zeros(13), False),
    (relu_loss((1, 1, 1), [[1.]], [[0.]]), [0, 1], False),                      # nor where the fit is perfect
    (relu_loss((1, 1, 1), [[0.]], [[1.]]), [1, 1], True),                       # the sample 0: z stays 0
    (relu_loss((2, 2, 1, 1), [[0, 1], [0, -3]], [[1., 1]]), [1, 1, -1, 0, 2, 1, 1], True),     # two dead units: z_2 stays 0
    (relu_loss((1, 1, 1, 1, 1), [[1.]], [[1.]]), [-1, 1, 1, 1], True),          # and what follows them
])
def test_a_kink_that_does_not_matter(f, w, smooth):
    w, rng = np.asarray(w, float), np.random.default_rng(0)
    right, left = one_sided_slopes(f, w, rng.normal(size=(200, f.dim)))
    assert np.allclose(right, left, atol=1e-4)
    directions = rng.normal(size=(200, f.dim))
    assert np.allclose(one_sided_slopes(f, w, directions)[0], directions @ f.grad(w), atol=1e-4)
    if smooth:
        h = 2.0**-10
        second = (f.grad(w + h * directions) - f.grad(w - h * directions)) / (2 * h)
        assert np.allclose(second, directions @ f.hess(w), atol=1e-4)
    else:
        with pytest.raises(ValueError, match="expected one with a Hessian"):
            f.hess(w)


def test_linear_activation_is_the_linear_network():
    rng = np.random.default_rng(12)
    X, Y = rng.normal(size=(3, 8)), rng.normal(size=(2, 8))
    f, phi = FeedForward((3, 4, 2), "linear").objective(X, Y), LinearNetwork(LinearRegression(X, Y), (4,))
    w = phi.random(rng)
    for found, expected in ((f(w), phi(w)), (f.grad(w), phi.grad(w)), (f.hess(w), phi.hess(w))):
        assert relative_error(found, expected) < 1e-13


def test_one_unit_in_closed_form():
    """L = (a sin b - y)^2/2 differentiated by hand."""
    f = FeedForward((1, 1, 1), "sin").objective([[1.0]], [[0.3]])
    b, a = 0.7, -1.3
    s, c, r = np.sin(b), np.cos(b), -1.3 * np.sin(0.7) - 0.3
    expected = [[a**2 * c**2 - r * a * s, a * s * c + r * c], [a * s * c + r * c, s**2]]
    assert relative_error(f.hess(np.array([b, a])), expected) < 1e-14


def test_other_losses():
    net, X, Y = FeedForward((1, 2, 1), "tanh"), [[1.0, -1.0]], [[0.0, 3.0]]
    w = np.array([1.0, 2.0, 3.0, 4.0])
    first, second = net.forward(w, X)[0]
    assert relative_error(net.objective(X, Y, "absolute")(w), (abs(first) + abs(second - 3)) / 2) < 1e-15
    slopes = complex_step(net.objective(X, Y, "absolute"), w)                # |.| keeps the derivative of a complex step
    assert relative_error(slopes, (np.sign(first) * complex_step(lambda w: net.forward(w, X)[..., 0, 0], w)
                                   + np.sign(second - 3) * complex_step(lambda w: net.forward(w, X)[..., 0, 1], w)) / 2) < 1e-14
    wrong_sign = net.objective(X, Y, lambda outputs, Y: (np.sign(outputs) != np.sign(Y)).mean((-2, -1)))
    assert wrong_sign(w) == 1 and wrong_sign(np.stack([w, [1, 2, -3, -4], 0 * w])).tolist() == [1, 0.5, 0.5]
