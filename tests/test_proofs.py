"""Every executable step of the lecture's proofs on the constructions, and a counterexample for each hypothesis."""
import itertools
from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lnnlib.feedforward import FeedForward
from lnnlib.losses import LinearRegression, LogisticLoss, SoftmaxLoss, SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import (
    balanced_critical_point,
    flat_saddle_certificate,
    kernel_perturbation,
    negative_direction,
    permutation_average,
    two_zeros,
    width_one_equivalent,
)
from tests.matrix_oracles import exact_rank, fractions, relative_error
from tests.oracles import complex_step

RNG = np.random.default_rng(62)
X, Y = RNG.normal(size=(3, 6)), RNG.normal(size=(2, 6))


def permutations(d):
    return [np.eye(d)[list(order)] for order in itertools.permutations(range(d))]


# Proposition 6.1

def test_mean_of_permutation_matrices():
    """Q = ones/d, exactly; the printed 1/d! is right for d <= 2 only."""
    for d in range(1, 6):
        mean = sum(map(fractions, permutations(d))) / Fraction(factorial(d))
        assert (mean == Fraction(1, d)).all()
        assert (mean == Fraction(1, factorial(d))).all() == (d <= 2)


ENTRYWISE = ["linear", "tanh", "sigmoid", "relu", "sin", "step", np.abs, lambda z: np.cos(z) + 0.3]


@pytest.mark.parametrize("activation", ENTRYWISE)
@pytest.mark.parametrize("dims", [(3, 2), (3, 4, 2), (3, 3, 4, 2), (3, 1, 5, 2, 2)])
def test_steps_of_proposition_6_1(activation, dims):
    net = FeedForward(dims, activation)
    L, w = net.objective(X, Y), net.random(RNG)
    W, P = net.split(w), [np.eye(dims[0]), *(RNG.permutation(np.eye(d)) for d in dims[1:-1]), np.eye(dims[-1])]
    permuted = net.join([P[n + 1] @ W[n] @ P[n].T for n in range(net.depth)])
    assert relative_error(L(permuted), L(w)) < 1e-12
    average = permutation_average(net, w)
    Q = [np.eye(dims[0]), *(np.full((d, d), 1 / d) for d in dims[1:-1]), np.eye(dims[-1])]
    assert relative_error(average, net.join([Q[n + 1] @ W[n] @ Q[n] for n in range(net.depth)])) < 1e-14
    for A in net.split(average)[:-1]:
        assert (A[0] == A).all()                                            # equal rows for n <= N - 1
    last = net.split(average)[-1]
    assert net.depth == 1 or (last == last[:, :1]).all()                    # W_N has equal columns, not rows
    narrow, w_1 = width_one_equivalent(net, w)
    assert narrow.dims == (dims[0], *[1] * (net.depth - 1), dims[-1])
    assert relative_error(narrow.forward(w_1, X), net.forward(average, X)) < 1e-12


def test_average_over_the_whole_group():
    """All 3! * 2! relabelings of two hidden layers, added up one by one; a batch of weights at once."""
    net = FeedForward((3, 3, 2, 2), "tanh")
    w = net.random(RNG, size=(4,))
    group = list(itertools.product(permutations(3), permutations(2)))
    orbit = [net.join([P @ W_1, R @ W_2 @ P.T, W_3 @ R.T]) for P, R in group for W_1, W_2, W_3 in [net.split(w)]]
    assert relative_error(permutation_average(net, w), sum(orbit) / len(group)) < 1e-14
    L = net.objective(X, Y)
    assert relative_error(sum(L(point) for point in orbit) / len(group), L(w)) < 1e-12


@pytest.mark.parametrize("net", [LinearNetwork(SquaredLoss(np.eye(3)), (4, 3)), LinearNetwork(SquaredLoss(np.eye(3)), (3,))])
def test_violation_of_jensen_certifies_non_convexity(net):
    """A W with L(W) < L(V) for every V of width-one map: the mean of L over the orbit, L(W), lies below L(mean)."""
    w = net.balanced(np.eye(3))
    average, (narrow, w_1) = permutation_average(net, w), width_one_equivalent(net, w)
    assert net(w) < 1e-28 and relative_error(narrow(w_1), net(average)) < 1e-12
    assert net(average) >= 1 - 1e-12            # I - a matrix of rank 1 leaves two singular values of at least 1
    along = np.linspace(0, 1, 11)[:, None]
    assert (net((1 - along) * w + along * average)[1:] > 1e-4).all()


def test_hypotheses_of_proposition_6_1():
    one_layer = LinearNetwork(SquaredLoss([[1]]), ())                       # N >= 2: (w - 1)^2/2 is convex
    assert (np.linalg.eigvalsh(one_layer.hess(np.zeros(1))) >= 0).all()
    constant = FeedForward((1, 2, 1), np.ones_like).objective([[1.0]], [[1.0]])   # sigma = 1: L = (W_2 1 - 1)^2/2, convex
    U, V = RNG.normal(size=(2, 500, 4))
    assert (constant((U + V) / 2) <= (constant(U) + constant(V)) / 2 + 1e-12).all()
    assert len(set(constant(RNG.normal(size=(5, 4))))) == 5                 # and not constant
    mixing = FeedForward((3, 3, 2), lambda z: np.cumsum(z, axis=-2))        # not entrywise: no symmetry
    w, P = mixing.random(RNG), permutations(3)[3]
    W_1, W_2 = mixing.split(w)
    L = mixing.objective(X, Y)
    assert abs(L(mixing.join([P @ W_1, W_2 @ P.T])) - L(w)) > 1e-3


# Proposition 6.2

LOSSES = {"l2": "squared", "l1": "absolute", "discontinuous": lambda out, Y: ((out > 0) != (Y > 0)).mean((-2, -1))}
ZERO_AT_ZERO = ["linear", "tanh", "relu", "sin", "step", np.abs]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ZERO_AT_ZERO)
@pytest.mark.parametrize("dims", [(3, 4, 2), (3, 2, 3, 2)])
def test_two_points_certify_non_convexity(dims, activation, loss):
    """L(A) = L(B) = L(0) and (A + B)/2 = W in floating point, without rounding; one of three pairs violates convexity."""
    net = FeedForward(dims, activation)
    L = net.objective(X, Y, LOSSES[loss])
    zero, pairs = L(net.zeros()), []
    for w in net.random(RNG, size=(40,)):
        A, B = two_zeros(net, w)
        assert L(A) == L(B) == L(-A) == L(-B) == zero and (w == (A + B) / 2).all()
        assert not net.forward(A, X).any() and not net.forward(B, X).any()
        if L(w) > zero + 1e-9:
            pairs.append((A, B))
        elif L(-w) > zero + 1e-9:
            pairs.append((-A, -B))
        elif L(w) < zero - 1e-9:
            pairs.append((w, -w))
    assert pairs                                                             # L is not constant
    for U, V in pairs:
        assert L((U + V) / 2) > (L(U) + L(V)) / 2 + 1e-10


def test_hypotheses_of_proposition_6_2():
    """sigma(0) = 0: the sigmoid on the datum x = 0 has L = (W_2/2 - 1)^2/2, convex, not minimal at 0."""
    net = FeedForward((1, 1, 1), "sigmoid")
    L = net.objective([[0.0]], [[1.0]])
    w = RNG.normal(size=(200, 2))
    assert relative_error(L(w), (w[:, 1] / 2 - 1) ** 2 / 2) < 1e-14
    assert (np.linalg.eigvalsh(L.hess(w)) >= -1e-15).all() and L(net.zeros()) > L(np.array([0.0, 2.0])) == 0
    A, B = two_zeros(net, w[0])
    assert L(A) == L(net.zeros()) != L(B)                                   # B does not compute 0
    square = LinearNetwork(SquaredLoss([[0]]), (1,))                        # (w_1 w_2)^2/2: minimal at 0, yet non-convex
    assert np.linalg.eigvalsh(square.hess(np.ones(2)))[0] == -1
    with pytest.raises(ValueError, match="net is of depth 1, expected depth >= 2"):
        two_zeros(LinearNetwork(SquaredLoss([[1]]), ()), np.zeros(1))


# Theorem 6.10

def deficient_weights(dims, k_star, rng):
    """Integer weights with exact rank W_{1:k} = d_0 for k < k_star and less from there on."""
    while True:
        weights = [rng.integers(-2, 3, size=shape) for shape in zip(dims[1:], dims, strict=False)]
        if k_star < len(dims) - 1:
            weights[k_star - 1][:, :] = weights[k_star - 1] @ _projection_off(weights[:k_star - 1], dims, rng)
        ranks = [exact_rank(W) for W in itertools.accumulate(weights, lambda head, W: W @ head)]
        if [rank == dims[0] for rank in ranks[:-1]] == [k < k_star for k in range(1, len(weights))]:
            return weights, ranks


def _projection_off(below, dims, rng):
    """An integer multiple of the projection along the image of one vector of R^{d_0}: it makes a kernel."""
    x = rng.integers(-1, 2, size=dims[0])
    for W in below:
        x = W @ x
    return (x @ x) * np.eye(len(x), dtype=int) - np.outer(x, x)


SHAPES = [(2, 2, 2), (2, 3, 4), (3, 3, 3, 3), (2, 4, 3, 2, 5), (1, 2, 1, 3)]


@pytest.mark.parametrize("dims", [*SHAPES, *(shape[::-1] for shape in SHAPES)])
@pytest.mark.parametrize("seed", range(4))
def test_steps_of_theorem_6_10(dims, seed):
    """Ranks in exact integers; d_N < d_0 through the transposed net, whose first layer is W_N^T."""
    rng = np.random.default_rng(seed)
    transposed = dims[-1] < dims[0]
    widths = dims[::-1] if transposed else dims
    N, d_0 = len(dims) - 1, widths[0]
    for k_star in range(1, N + 1):
        W, ranks = deficient_weights(widths, k_star, rng)
        assert ranks == sorted(ranks, reverse=True)                                             # step 1
        net = LinearNetwork(SquaredLoss(np.ones((dims[-1], dims[0]))), dims[1:-1])
        w = net.join([M.T for M in reversed(W)] if transposed else W)
        kernel = kernel_perturbation(net, w)
        assert kernel.transposed == transposed
        if k_star == N:
            assert kernel.k_star is None and not kernel.u and (kernel.perturbed({}) == w).all()
            continue
        assert kernel.k_star == k_star and list(kernel.u) == list(range(k_star, N))
        heads = list(itertools.accumulate(W, lambda head, M: M @ head))
        for k, u in kernel.u.items():                                                           # step 2
            zero = 1e-12 * np.prod([np.linalg.norm(M) for M in W[:k]])
            assert abs(u @ u - 1) < 1e-12 and np.abs(u @ heads[k - 1]).max() <= zero
            assert np.linalg.svd(heads[k - 1], compute_uv=False)[d_0 - 1] <= zero
        for size in (1e-3, 1.0, 30.0):                                                          # step 3: not only small ones
            vectors = {k: size * rng.normal(size=widths[k]) for k in range(k_star + 1, N + 1)}
            moved = kernel.perturbed(vectors)
            M = net.split(moved)
            M = [layer.T for layer in reversed(M)] if transposed else M
            scale = np.prod([np.linalg.norm(layer, 2) for layer in M])
            for k, head in enumerate(itertools.accumulate(M, lambda head, layer: layer @ head)):
                assert np.abs(head - heads[k]).max() <= 1e-12 * scale
            for k in range(N):
                expected = W[k] + (np.outer(vectors[k + 1], kernel.u[k]) if k >= k_star else 0)
                assert relative_error(M[k], expected) < 1e-14
        tails = []
        for _ in range(3 * dims[0] + 3 * dims[-1]):                                             # steps 4 and 5
            vectors = {k: 1e-3 * rng.normal(size=widths[k]) for k in range(k_star + 1, N + 1)}
            tail, without = (tail_of(net, kernel.perturbed(chosen), k_star + 1, transposed)
                             for chosen in (vectors, {**vectors, k_star + 1: np.zeros(widths[k_star + 1])}))
            beyond = tail_of(net, kernel.perturbed(vectors), k_star + 2, transposed)
            assert relative_error(tail - without, np.outer(beyond @ vectors[k_star + 1], kernel.u[k_star])) < 1e-9
            tails.append(tail)
        columns = np.concatenate(tails, axis=1)
        assert np.linalg.matrix_rank(columns, tol=1e-13) == widths[-1]        # G^T W~ = 0 for all of them only if G = 0


def tail_of(net, w, j, transposed):
    """W_{j:N}, of the transposed net if it is that one."""
    return net.product(w, 1, net.depth + 1 - j).T if transposed else net.product(w, j)


@pytest.mark.parametrize("modes", [set(), {0}, {0, 1}])
def test_escape_from_a_non_strict_saddle(modes):
    """At a stationary point that is not global the same Phi has a neighbour with another gradient: no local minimum."""
    net = LinearNetwork(SquaredLoss(np.diag([2.0, 1.3, 0.6])), (3, 3))
    w = balanced_critical_point(net, modes)
    assert np.abs(net.grad(w)).max() < 1e-14
    kernel = kernel_perturbation(net, w)
    rng = np.random.default_rng(1)
    moved = kernel.perturbed({k: 1e-3 * rng.normal(size=3) for k in range(kernel.k_star + 1, 4)})
    assert abs(net(moved) - net(w)) < 1e-14 and np.abs(net.grad(moved)).max() > 1e-8
    top = net.balanced(np.diag([2.0, 1.3, 0.6]))
    assert kernel_perturbation(net, top).k_star is None                     # full rank: stationary means grad l = 0


def test_a_kernel_made_of_rounding_is_one():
    """W_2 W_1 = 0 up to rounding, its two singular values alike: zero is relative to ||W_2|| ||W_1||, not to the product."""
    Q = np.linalg.qr(np.random.default_rng(5).normal(size=(4, 4)))[0]
    W_1, W_2 = Q[:, :2] @ [[1.0, 2.0], [3.0, 5.0]], [[1.0, 2.0], [3.0, 7.0]] @ Q[:, 2:].T
    values = np.linalg.svd(W_2 @ W_1, compute_uv=False)
    assert values[1] > 1e-3 * values[0] > 0
    net = LinearNetwork(SquaredLoss(np.eye(2)), (4, 2))
    assert kernel_perturbation(net, net.join([W_1, W_2, np.eye(2)])).k_star == 2


def test_a_singular_global_minimum_keeps_its_gradient():
    net = LinearNetwork(SquaredLoss(np.diag([1.0, 0.0])), (2, 2))
    w = net.balanced(np.diag([1.0, 0.0]))
    kernel = kernel_perturbation(net, w)
    assert kernel.k_star == 1
    assert np.abs(net.grad(kernel.perturbed({2: [5, -7], 3: [1, 2]}))).max() < 1e-13


class Weighted:
    """(W_11 - 1)^2 + (W_22 - m)^2 + a (W_12^2 + W_21^2)."""

    shape = (2, 2)

    def __init__(self, a, m):
        self.weights, self.target = np.array([[1, a], [a, 1]]), np.diag([1, m])

    def __call__(self, W):
        return (self.weights * (W - self.target) ** 2).sum((-2, -1))

    def grad(self, W):
        return 2 * self.weights * (W - self.target)

    def hvp(self, W, D):
        return 2 * self.weights * D


def test_bottleneck_has_a_bad_local_minimum():
    """Widths (2, 1, 2): diag(0, m) with 0 < m < 1 is one iff a > 1/m; diag(1, 0) is better."""
    m = 0.8
    for a, sign in ((1.0, -1), (1.25, 0), (1.5, 1), (2.0, 1)):
        net = LinearNetwork(Weighted(a, m), (1,))
        w = net.balanced(np.diag([0, m]))
        assert np.abs(net.grad(w)).max() < 1e-15 and net(w) == 1 > net(net.balanced(np.diag([1, 0])))
        eigenvalues = np.linalg.eigvalsh(net.hess(w))
        gauge = np.abs(eigenvalues).argmin()                                # (c u, v/c) keeps Phi: one 0 for every a
        assert abs(eigenvalues[gauge]) < 1e-14
        least = np.delete(eigenvalues, gauge)[0]
        assert np.sign(np.round(least, 13)) == sign
        with pytest.raises(ValueError, match=r"net is of widths \(2, 1, 2\), expected every hidden width >= min"):
            kernel_perturbation(net, w)
    assert relative_error(eigenvalues, [0, 1.2, 3.2, 5.2]) < 1e-12          # at a = 2
    s, a = Fraction(1, 10), Fraction(5, 4)                                  # at a = 1/m, exactly: still lower nearby
    P_squared = Fraction(4, 5) - s**2 / Fraction(4, 5)                      # W = u v^T, u = v = (s, P), P^2 = m - s^2/m
    phi = (s**2 - 1) ** 2 + (P_squared - Fraction(4, 5)) ** 2 + 2 * a * s**2 * P_squared
    assert phi - 1 == s**4 * (1 - a**2) < 0


def test_a_kink_makes_a_bad_local_minimum():
    """l(P) = |P_11| + |P_12| + |P_22| + (P_21 - 1)^2 at W_2 = diag(1, 0), W_1 = diag(0, 1): 1 >= Phi nowhere nearby."""
    rng = np.random.default_rng(4)
    for _ in range(50):
        W_1 = fractions(rng.integers(-2, 3, size=(2, 2))) / 10 + fractions(np.diag([0, 1]))
        W_2 = fractions(rng.integers(-2, 3, size=(2, 2))) / 10 + fractions(np.diag([1, 0]))
        P, x, y = W_2.dot(W_1), W_2[1, 0] / W_2[0, 0], W_1[1, 0] / W_1[1, 1]
        assert P[1, 0] == x * P[0, 0] + y * P[1, 1] - x * y * P[0, 1]       # the reason: P_21 is small where the others are
        assert max(abs(x), abs(y)) <= Fraction(1, 2)
        assert abs(P[0, 0]) + abs(P[0, 1]) + abs(P[1, 1]) + (P[1, 0] - 1) ** 2 >= 1


def test_convexity_is_needed():
    """l(x) = x^3 - 3x: w_1 = w_2 = 1 is a local minimum of l(w_2 w_1), Hessian PSD, and no global one."""
    class Cubic:
        shape = (1, 1)
        def __call__(self, W):
            return (W**3 - 3 * W)[..., 0, 0]
        def grad(self, W):
            return 3 * W**2 - 3
        def hvp(self, W, D):
            return 6 * W * D
    net = LinearNetwork(Cubic(), (1,))
    w = np.ones(2)
    assert not net.grad(w).any() and (np.linalg.eigvalsh(net.hess(w)) >= -1e-14).all()
    assert net(w) > net(np.array([-3.0, 1.0]))
    with pytest.raises(ValueError, match=r"grad l\(W_\{1:2\}\) = 0"):
        negative_direction(net, w)


# Theorem 6.11

def stationary_point(dims, modes, rng):
    """A net of depth 2 and squared loss at W_2 = [U s^{1/2}, 0] G^{-1}, W_1 = G [s^{1/2} V^T; 0], U s V^T some modes of M."""
    d_0, d_1, d_2 = dims
    M = rng.normal(size=(d_2, d_0))
    U, s, Vt = np.linalg.svd(M, full_matrices=False)
    root, G = np.sqrt(s[modes]), rng.normal(size=(d_1, d_1)) + 2 * np.eye(d_1)
    left, right = np.zeros((d_2, d_1)), np.zeros((d_1, d_0))
    left[:, :len(modes)], right[:len(modes)] = U[:, modes] * root, root[:, None] * Vt[modes]
    net = LinearNetwork(SquaredLoss(M), (d_1,))
    return net, net.join([G @ right, left @ np.linalg.inv(G)])


@pytest.mark.parametrize("singular", [False, True])
@pytest.mark.parametrize("dims", [(3, 3, 3), (3, 5, 3), (2, 3, 4), (4, 3, 2), (4, 5, 2), (2, 2, 5), (5, 2, 2), (1, 1, 3)])
def test_steps_of_theorem_6_11(dims, singular):
    rng, top = np.random.default_rng(dims), min(dims[0], dims[2])
    for modes in (modes for size in range(top) for modes in itertools.combinations(range(top), size)):
        net, w = stationary_point(dims, list(modes), rng)
        assert np.abs(net.grad(w)).max() < 1e-10
        direction = negative_direction(net, w, singular=singular)
        H, W = complex_step(net.grad, w), net.split(w)
        D, G = net.split(direction.direction), net.loss.grad(net.product(w))
        assert abs(direction.value + 1) < 1e-9
        assert abs(direction.direction @ H @ direction.direction + 1) < 1e-9 * (1 + direction.direction @ direction.direction)
        assert abs(direction.v @ direction.v - 1) < 1e-12
        E, F = W[1] @ D[0], D[1] @ W[0]
        assert min(np.abs(E).max(), np.abs(F).max()) < 1e-9 * np.abs(direction.direction).max()  # the kernel removes one
        if not singular:
            assert G[direction.i, direction.j] == direction.c and abs(direction.c) == np.abs(G).max()
        else:
            assert relative_error(abs(direction.c), np.linalg.norm(G, 2)) < 1e-12 and direction.i is direction.j is None
        assert direction.alpha == -(direction.q + 1) / (2 * direction.c) and direction.q >= 0
        # q + 2 alpha c crosses 0: with the other sign of alpha the curvature is positive, so that it is a true saddle
        flipped = direction.direction - 2 * net.join([D[0], 0 * D[1]] if dims[1] >= dims[2] else [0 * D[0], D[1]])
        assert abs(flipped @ H @ flipped - (2 * direction.q + 1)) < 1e-8 * (1 + direction.q) * (1 + flipped @ flipped)
        q, c, eigenvalues = direction.q, direction.c, np.linalg.eigvalsh(H)
        assert relative_error(direction.lambda_min_bound, (q - np.sqrt(q**2 + 4 * c**2)) / 2) < 1e-9
        assert eigenvalues[0] <= direction.lambda_min_bound + 1e-10 < 0 < eigenvalues[-1]


@pytest.mark.parametrize("dims", [(3, 3, 3), (2, 4, 3), (3, 2, 5), (4, 3, 2)])
@pytest.mark.parametrize("kind", ["squared", "regression", "softmax", "logistic"])
def test_origin_of_two_layers(dims, kind):
    """Spectrum: +-sigma_i(grad l(0)), each d_1 times, and zeros; the top singular pair attains lambda_min."""
    rng, (d_0, d_1, d_2) = np.random.default_rng(3), dims
    inputs = rng.normal(size=(d_0, 9))
    loss = {"squared": SquaredLoss(rng.normal(size=(d_2, d_0))),
            "regression": LinearRegression(inputs, rng.normal(size=(d_2, 9))),
            "softmax": SoftmaxLoss(inputs, [d_2 - 1, *rng.integers(d_2, size=8)]),
            "logistic": LogisticLoss(inputs, rng.choice([-1, 1], 9))}[kind]
    net = LinearNetwork(loss, (d_1,))
    sigma = np.linalg.svd(loss.grad(np.zeros(loss.shape)), compute_uv=False)
    expected = np.sort([*np.repeat(sigma, d_1), *np.repeat(-sigma, d_1), *[0] * (net.dim - 2 * d_1 * len(sigma))])
    assert np.abs(np.linalg.eigvalsh(net.hess(net.zeros())) - expected).max() < 1e-13 * sigma[0]
    if d_1 < min(d_0, d_2):
        return
    pair, entry = (negative_direction(net, net.zeros(), singular=singular) for singular in (True, False))
    assert relative_error(pair.lambda_min_bound, -sigma[0]) < 1e-12
    assert -sigma[0] * (1 + 1e-12) <= entry.lambda_min_bound < 0 and abs(entry.value + 1) < 1e-12


def test_hypotheses_of_theorem_6_11():
    trap = LinearNetwork(Weighted(2.0, 0.8), (1,))                          # d_1 < min(d_0, d_2): a local minimum instead
    with pytest.raises(ValueError, match=r"net is of widths \(2, 1, 2\), expected d_1 >= min\(d_0, d_2\)"):
        negative_direction(trap, trap.balanced(np.diag([0, 0.8])))
    net = LinearNetwork(SquaredLoss(np.diag([1.0, 2.0])), (2,))
    with pytest.raises(ValueError, match=r"w is a point where grad l\(W_\{1:2\}\) = 0, expected"):
        negative_direction(net, net.balanced(np.diag([1.0, 2.0])))
    with pytest.raises(ValueError, match="w is a point where W_2 has full rank, expected a stationary point"):
        negative_direction(net, net.join([np.eye(2), np.eye(2)]))
    with pytest.raises(ValueError, match="w is a point where W_1 has full rank"):
        tall = LinearNetwork(SquaredLoss(np.ones((3, 2))), (2,))
        negative_direction(tall, tall.random(0))
    with pytest.raises(ValueError, match="net is of depth 3, expected depth 2"):
        negative_direction(LinearNetwork(SquaredLoss([[1]]), (1, 1)), np.zeros(3))
    with pytest.raises(ValueError, match=r"w has shape \(3,\), expected shape \(8,\)"):
        negative_direction(net, np.zeros(3))


# Proposition 6.12 and the map of saddles

@pytest.mark.parametrize("hidden", [(1, 1), (3, 2), (1, 2, 1), (2, 2, 2, 2)])
@pytest.mark.parametrize("loss", [SquaredLoss(RNG.normal(size=(2, 3))), LinearRegression(X, Y),
                                  LogisticLoss(X, [1, -1, 1, 1, -1, -1]), SoftmaxLoss(X, [0, 1, 2, 2, 1, 0])],
                         ids=lambda loss: type(loss).__name__)
def test_origin_of_deep_networks(loss, hidden):
    """Any widths, bottlenecks included: grad = 0, Hessian = 0, |Phi(hD) - Phi(0)| = O(h^N), up one way and down another."""
    net = LinearNetwork(loss, hidden)
    zero = net.zeros()
    assert not net.grad(zero).any() and not net.hess(zero).any()
    h, D = np.array([2.0**-6, 2.0**-7]), RNG.normal(size=net.dim)
    change = net(h[:, None] * D) - net(zero)
    if abs(change[1]) > 1e-12:
        assert abs(np.log2(change[0] / change[1]) - net.depth) < 0.3
    saddle, G = flat_saddle_certificate(net), loss.grad(np.zeros(loss.shape))
    assert saddle.is_saddle and saddle.c == G[saddle.i, saddle.j] and abs(saddle.c) == np.abs(G).max()
    E = np.zeros(loss.shape)
    E[saddle.i, saddle.j] = 1
    for t in (-0.3, 0.0, 1e-6, 0.7):
        assert np.abs(net.product(saddle.ray(t)) - t * E).max() < 1e-15
    if isinstance(loss, SquaredLoss):
        assert np.abs(saddle.rise - (abs(saddle.c) * saddle.t + saddle.t**2 / 2)).max() < 1e-14
        assert np.abs(saddle.fall - (-abs(saddle.c) * saddle.t + saddle.t**2 / 2)).max() < 1e-14


@pytest.mark.parametrize("x", [1e-3, 1.0, 1e3])
def test_certificate_fits_the_curvature(x):
    """l = (x W - 1)^2/2 falls only for t < 2/x: the default t are chosen to."""
    saddle = flat_saddle_certificate(LinearNetwork(LinearRegression([[x]], [[1]]), (1, 1)))
    assert saddle.is_saddle and (saddle.t < 2 / x).all()


def test_orders_at_the_origin():
    """Phi(hD) - Phi(0) = -h^N <M, D_{1:N}> + h^{2N}/2 ||D_{1:N}||^2 for the squared loss: order N."""
    for N in (3, 4, 5):
        net = LinearNetwork(SquaredLoss(np.eye(2)), (2,) * (N - 1))
        h, D = 2.0 ** -np.arange(2, 7), net.random(N)
        change, P = net(h[:, None] * D) - net(net.zeros()), net.product(D)
        assert np.abs(change - (h ** (2 * N) / 2 * (P**2).sum() - h**N * np.trace(P))).max() < 1e-14
        assert abs(np.log2(change[-2] / change[-1]) - N) < 0.05


def test_hypotheses_of_proposition_6_12():
    with pytest.raises(ValueError, match="net is of depth 2, expected depth >= 3"):
        flat_saddle_certificate(LinearNetwork(SquaredLoss([[1]]), (1,)))
    with pytest.raises(ValueError, match=r"where grad l\(0\) = 0, expected grad l\(0\) != 0"):
        flat_saddle_certificate(LinearNetwork(SquaredLoss([[0]]), (1, 1)))
    with pytest.raises(ValueError, match=r"t is \[0.0\], expected positive numbers"):
        flat_saddle_certificate(LinearNetwork(SquaredLoss([[1]]), (1, 1)), t=[0])
    net = LinearNetwork(SquaredLoss(np.zeros((2, 2))), (2, 2))              # l(0) = min l: Euler's identity leaves no saddle
    w = np.random.default_rng(1).integers(-3, 4, size=(50, net.dim)).astype(float)
    assert ((net.grad(w) * w).sum(-1) == 2 * net.depth * net(w)).all()      # grad = 0 only where Phi = 0 = min
    deep = LinearNetwork(SquaredLoss(np.eye(2)), (2, 2))
    near = deep.join([np.zeros((2, 2)), np.zeros((2, 2)), 1e-3 * np.eye(2)])
    assert not deep.grad(near).any() and np.linalg.eigvalsh(deep.hess(near))[0] < -9e-4     # (0, 0, W_3): strict


@pytest.mark.parametrize("loss, c", [
    (LinearRegression([[1, -1]], [[1 + 1e-6, 1]]), (1 - Fraction(1 + 1e-6)) / 2),                # rise and fall round to 0
    (LinearRegression([[3, 1]], [[.1, -.3]]), -(3 * Fraction(.1) - Fraction(.3)) / 2),
    (LinearRegression([[1e16, 1, -1e16]], [[1, 1, 1]]), Fraction(-1, 3)),                        # rounds to 0
    (LogisticLoss([[1e16, 1, 1e16]], [1, 1, -1]), Fraction(-1, 6)),
    (SoftmaxLoss([[1e16, 3, -1e16]], [0, 1, 0]), Fraction(3, 6)),
    (LinearRegression([[1e-200]], [[1e-200]]), -Fraction(1e-200) ** 2),                          # underflows
    (SquaredLoss([[-5e-324]]), Fraction(5e-324)),
])
def test_a_small_gradient_at_the_origin_is_no_zero(loss, c):
    """Proposition 6.12 asks for grad l(0) != 0 and not for how much: c in rational arithmetic decides."""
    saddle = flat_saddle_certificate(LinearNetwork(loss, (1, 1)))
    assert saddle.is_saddle and saddle.sign == (1 if c > 0 else -1) * (-1) ** saddle.i
    assert abs(saddle.c) == pytest.approx(abs(float(c)), rel=1e-15)
    assert (saddle.t > 0).all()


def test_a_zero_at_the_origin_that_rounding_hides():
    """-Y X^T = 0 in rationals, and 2^-56 as computed: no certificate."""
    X, Y = [[.1, .2, .3]], [[.3, .3, -.3]]
    third = Fraction(.3) - Fraction(.1) - Fraction(.2)                                           # not 0 for these floats
    loss = LinearRegression([[*X[0], float(third)]], [[*Y[0], .3]])
    assert float(third) == third and sum(map(Fraction.__mul__, *(map(Fraction, row) for row in (loss.X[0], loss.Y[0])))) == 0
    assert loss.grad([[0.]]).any()
    with pytest.raises(ValueError, match=r"where grad l\(0\) = 0"):
        flat_saddle_certificate(LinearNetwork(loss, (1, 1)))


@pytest.mark.parametrize("loss", [SquaredLoss(RNG.normal(size=(2, 3))), LinearRegression(X, Y),
                                  LogisticLoss(X, [1, -1, 1, 1, -1, -1]), SoftmaxLoss(X, [0, 1, 2, 2, 1, 0])],
                         ids=lambda loss: type(loss).__name__)
def test_the_exact_gradient_at_zero_is_the_gradient(loss):
    zero = np.zeros(loss.shape)
    exact = loss.exact_grad_at_zero()
    assert all(isinstance(c, Fraction) for c in exact.flat)
    assert relative_error(exact.astype(float), complex_step(lambda w: loss(w.reshape(-1, *loss.shape)), zero.ravel())
                          .reshape(loss.shape)) < 1e-14


def test_a_loss_of_ones_own_is_decided_by_its_rounded_gradient():
    saddle = flat_saddle_certificate(LinearNetwork(Weighted(2.0, 0.8), (1, 1)))
    assert saddle.is_saddle and (saddle.i, saddle.j, saddle.c, saddle.sign) == (0, 0, -2, -1)


def spectrum_of(sigma, kept, N):
    """The Hessian's eigenvalues at a point of the map of saddles, from the closed forms."""
    left_out = [m for m in range(len(sigma)) if m not in kept]
    s, d = sigma, len(sigma)
    if N == 2:
        values = [v for i in kept for j in kept for v in (s[i] + s[j], 0)]
        values += [v for i in kept for m in left_out for v in (s[i] + s[m], s[i] - s[m], 0, 0)]
        values += [v for m in left_out for v in [s[m], -s[m]] * len(left_out)]
    else:
        values = [sum(s[i] ** (2 * (N - k) / N) * s[j] ** (2 * (k - 1) / N) for k in range(1, N + 1)) for i in kept for j in kept]
        values += [s[k] ** (1 - 2 / N) * (s[k] + sign * s[m]) for k in kept for m in left_out for sign in (1, -1)]
    return np.sort([*values, *[0] * (N * d * d - len(values))])


@pytest.mark.parametrize("N", [2, 3, 4])
@pytest.mark.parametrize("sigma", [(2.0, 1.3, 0.6), (0.7, 3.0, 1.1), (2.0, 0.5, 0.0)])
def test_map_of_saddles(sigma, N):
    net = LinearNetwork(SquaredLoss(np.diag(sigma)), (3,) * (N - 1))
    positive = [i for i in range(3) if sigma[i] > 0]
    for kept in (set(c) for size in range(4) for c in itertools.combinations(positive, size)):
        w = balanced_critical_point(net, kept)
        assert np.abs(net.grad(w)).max() < 1e-14
        expected = np.diag([sigma[i] if i in kept else 0 for i in range(3)])
        assert relative_error(net.product(w), expected) < 1e-14
        found = np.linalg.eigvalsh(complex_step(net.grad, w))
        assert np.abs(found - spectrum_of(sigma, kept, N)).max() < 1e-9 * max(1, np.abs(found).max())
        left_out = set(positive) - kept
        strict = bool(left_out) if N == 2 else any(sigma[m] > sigma[k] for m in left_out for k in kept)
        assert (found[0] < -1e-6) == strict
        is_top = all(sigma[m] < sigma[k] for m in left_out for k in kept)
        assert N == 2 or (found[0] >= -1e-9 and bool(left_out)) == (is_top and len(kept) < len(positive))


def lower_and_higher(net, w, kept, m, eps):
    """Phi where a unit of every layer that is not in use carries mode m, times eps^N and times -eps^N."""
    W = [W_k.copy() for W_k in net.split(w)]
    spare = [next(h for h in range(d) if h not in kept) for d in net.dims[1:-1]]
    for W_k, row, column in zip(W, [*spare, m], [m, *spare], strict=True):
        W_k[row, column] = eps
    down = net(net.join(W))
    W[0][spare[0], m] = -eps
    return down, net(net.join(W))


MAPS = [(dims, sigma) for hidden in [(1,), (2,), (3,), (4,), (1, 3), (3, 2), (2, 5), (2, 2), (3, 3), (1, 1), (3, 4, 2), (1, 4, 1)]
        for dims, sigma in [((3, *hidden, 3), (2.0, 1.3, 0.6)), ((3, *hidden, 4), (0.6, 2.0, 1.3)), ((2, *hidden, 2), (4.0, 1.0)),
                            ((4, *hidden, 3), (1.0, 2.0, 2.0)), ((3, *hidden, 3), (2.0, 0.0, 1.0)), ((2, *hidden, 2), (0.0, 3.0)),
                            ((3, *hidden, 3), (1.5, 1.5, 1.5)), ((1, *hidden, 2), (2.0,)), ((2, *hidden, 3), (0.0, 0.0))]]


@pytest.mark.parametrize("dims, sigma", MAPS)
def test_the_rule_of_the_map_for_all_widths(dims, sigma):
    """The docstring's rule against the Hessian by complex step, Eckart and Young's least loss, and a way up and down."""
    target = np.zeros((dims[-1], dims[0]))
    np.fill_diagonal(target, sigma)
    net, r = LinearNetwork(SquaredLoss(target), dims[1:-1]), min(dims)
    least = (np.linalg.svd(target, compute_uv=False)[r:] ** 2).sum() / 2
    usable = [i for i in range(min(r, len(sigma))) if sigma[i] > 0]
    for kept in (set(c) for size in range(len(usable) + 1) for c in itertools.combinations(usable, size)):
        w, lost = balanced_critical_point(net, kept), [m for m in range(len(sigma)) if m not in kept and sigma[m] > 0]
        assert np.abs(net.grad(w)).max() < 1e-14
        lambda_min, lowest = np.linalg.eigvalsh(complex_step(net.grad, w))[0], net(w) <= least + 1e-12
        exceeds, spare = any(sigma[m] > sigma[k] for m in lost for k in kept), len(kept) < r and bool(lost)
        assert (lambda_min < -1e-3) == (exceeds or (spare and net.depth == 2))
        assert lambda_min < -1e-3 or lambda_min > -1e-9
        assert lowest == (not exceeds and not spare)
        if spare:
            down, up = lower_and_higher(net, w, kept, lost[0], .05)
            assert down < net(w) < up


def test_values_of_the_map():
    """sigma = (2, 1.3, .6), N = 3: the smallest eigenvalues of the strict ones, and what Phi costs at each."""
    sigma = np.array([2.0, 1.3, 0.6])
    net = LinearNetwork(SquaredLoss(np.diag(sigma)), (3, 3))
    lowest = {(1,): -0.7640, (2,): -1.1808, (0, 2): -0.5904, (1, 2): -1.1808}
    for size in range(4):
        for kept in itertools.combinations(range(3), size):
            w = balanced_critical_point(net, kept)
            assert relative_error(net(w), (np.delete(sigma, kept) ** 2).sum() / 2) < 1e-13
            assert abs(np.linalg.eigvalsh(net.hess(w))[0] - lowest.get(kept, 0)) < 5e-5


def test_small_initialization_walks_the_non_strict_chain():
    """From a balanced aligned start gradient descent pauses at the top-k points: 3.01, 1.01, .29, .045, then 0."""
    sigma = np.array([2.0, 1.2, 0.7, 0.3])
    net = LinearNetwork(SquaredLoss(np.diag(sigma)), (4, 4))
    plateaus = [net(balanced_critical_point(net, range(k))) for k in range(5)]
    assert np.abs(plateaus - np.array([3.01, 1.01, 0.29, 0.045, 0])).max() < 1e-12
    w, values = net.balanced(1e-6 * np.eye(4)), []
    for _ in range(8000):
        values.append(net(w))
        w = w - 0.05 * net.grad(w)
    for plateau in plateaus[:4]:
        assert np.sum(np.abs(np.array(values) - plateau) < 1e-3) > 100      # it rests there for more than a hundred steps
    assert values[-1] < 1e-6


@pytest.mark.parametrize("loss, hidden, modes, message", [
    (SquaredLoss(np.diag([2.0, 1.0])), (2,), {2}, r"modes is \{2\}, expected integers below 2, the least of the widths"),
    (SquaredLoss(np.diag([2.0, 1.0])), (1,), {1}, r"modes is \{1\}, expected integers below 1"),
    (SquaredLoss(np.diag([2.0, 1.0])), (2,), {-1}, "modes is -1, expected an integer >= 0"),
    (SquaredLoss(np.diag([2.0, 1.0])), (2,), 0.5, "modes is 0.5, expected an integer >= 0"),
    (SquaredLoss([[1.0, 1.0], [0.0, 1.0]]), (2,), {0}, "net is a network of .*, expected the SquaredLoss of a diagonal target"),
    (SquaredLoss(np.diag([1.0, -1.0])), (2,), {0}, "expected the SquaredLoss of a diagonal target with entries >= 0"),
    (LogisticLoss(X, [1] * 6), (2,), {0}, "expected the SquaredLoss of a diagonal target"),
    (SquaredLoss(np.diag([2.0, 1.0, 0.0])), (3, 3), {2}, r"modes is \{2\}, expected modes with s_i > 0, and s_2 = 0"),
    (SquaredLoss(np.diag([2.0, 1.0])), (), {0}, "net is of depth 1, expected depth >= 2"),
])
def test_bad_modes_are_named(loss, hidden, modes, message):
    with pytest.raises(ValueError, match=message):
        balanced_critical_point(LinearNetwork(loss, hidden), modes)


def test_bad_networks_and_vectors_are_named():
    net = LinearNetwork(SquaredLoss(np.eye(2)), (2, 2))
    kernel = kernel_perturbation(net, balanced_critical_point(net, {0}))
    with pytest.raises(ValueError, match=r"w is a dict with the key 1, expected keys among \[2, 3\]"):
        kernel.perturbed({1: [0, 0]})
    with pytest.raises(ValueError, match=r"w\[3\] has shape \(3,\), expected shape \(2,\)"):
        kernel.perturbed({3: [0, 0, 0]})
    with pytest.raises(ValueError, match=r"net is FeedForward\(.*, expected a LinearNetwork"):
        kernel_perturbation(FeedForward((2, 2), "tanh"), np.zeros(4))
    with pytest.raises(ValueError, match="w has a non-finite entry"):
        kernel_perturbation(net, np.full(12, np.nan))
    with pytest.raises(ValueError, match="w is complex, expected real numbers"):
        kernel_perturbation(net, np.full(12, 1j))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_kernel_at_generic_points_is_trivial(seed):
    """A random point has a trivial kernel: k* is None whatever the scale of the weights."""
    net = LinearNetwork(SquaredLoss(np.eye(3)), (4, 3, 5))
    w = net.random(seed)
    for scale in (1e-6, 1.0, 1e6):
        assert kernel_perturbation(net, scale * w).k_star is None
