"""What the proofs of 6.1 construct, for a FeedForward or a LinearNetwork, any leading axes of w."""
import numpy as np

from lnnlib._arguments import fail


def permutation_average(net, w):
    """The mean of w over all permutations of the hidden units (Proposition 6.1).

    A_n = Q_n W_n Q_{n-1}. Q_n = ones/d_n is the mean of the d_n! permutation matrices
    (the lecture prints 1/d_n!), Q_0 = Q_N = I: the rows of every layer but the last become equal,
    and the columns of every layer but the first.

    >>> from lnnlib.feedforward import FeedForward
    >>> net = FeedForward((1, 2, 1), "tanh")
    >>> permutation_average(net, np.array([1.0, 3.0, 5.0, 9.0])).tolist()
    [2.0, 2.0, 7.0, 7.0]
    """
    A = [W.copy() for W in net.split(w)]
    for n in range(net.depth - 1):
        A[n][...] = A[n].mean(-2, keepdims=True)
        A[n + 1][...] = A[n + 1].mean(-1, keepdims=True)
    return net.join(A)


def width_one_equivalent(net, w):
    """(net1, w1): hidden widths 1, and the map of permutation_average(net, w) (Proposition 6.1).

    Where A_n = 1 v_n^T, layer n keeps v_1^T for n = 1 and the number v_n^T 1 for 1 < n < N; layer N
    becomes A_N 1.

    >>> from lnnlib.feedforward import FeedForward
    >>> net = FeedForward((1, 2, 1), "tanh")
    >>> net1, w1 = width_one_equivalent(net, np.array([1.0, 3.0, 5.0, 9.0]))
    >>> net1.dims, w1.tolist()
    ((1, 1, 1), [2.0, 14.0])
    """
    V = net.split(w)
    for n in range(net.depth - 1):
        V[n] = V[n].mean(-2, keepdims=True)
        V[n + 1] = V[n + 1].sum(-1, keepdims=True)
    net1 = net.with_hidden((1,) * (net.depth - 1))
    return net1, net1.join(V)


def two_zeros(net, w):
    """(A, B) = ((2W_1, .., 2W_{N-1}, 0), (0, .., 0, 2W_N)), N >= 2 (Proposition 6.2).

    Their midpoint is w. Both compute 0 if sigma(0) = 0. So a loss of the map that is convex in w
    has L(w) <= L(0) at every w, hence, with -w, is constant.

    >>> from lnnlib.feedforward import FeedForward
    >>> A, B = two_zeros(FeedForward((1, 2, 1), "tanh"), np.array([1.0, 3.0, 5.0, 9.0]))
    >>> A.tolist(), B.tolist()
    ([2.0, 6.0, 0.0, 0.0], [0.0, 0.0, 10.0, 18.0])
    """
    if net.depth < 2:
        fail("net", f"of depth {net.depth}", "depth >= 2")
    W = net.split(w)
    zeros = [np.zeros_like(W_n) for W_n in W]
    return net.join([*(2 * W_n for W_n in W[:-1]), zeros[-1]]), net.join([*zeros[:-1], 2 * W[-1]])
