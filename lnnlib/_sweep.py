"""The gradient of Phi written in place: what a long run of gradient descent calls at every step."""
import numpy as np

_BLOCK = 1 << 15    # numbers of w per pass: a large batch goes through the caches in pieces
_TINY = 27          # for matrix products of so few multiplications and a batch of
_MANY = 128         # so many runs, a loop over runs for every entry is faster than one product each


def gradient_sweep(net, w, g):
    """A function that writes grad Phi(w) into g for whatever w (..., dim) holds when it is called.

    Views and room for the heads W_{1:2}, .., W_{1:N} are laid out once, here. w and g are
    C-contiguous, of one shape.
    """
    shapes = [(d, net.dims[0]) for d in net.dims[2:]]
    if w.ndim == 1:
        room = [np.empty(shape, w.dtype) for shape in shapes]
        return _up_and_down(net, w, g, np.dot, room)    # for one small product a third of matmul
    rows, out = w.reshape(-1, net.dim), g.reshape(-1, net.dim)
    size = max(1, min(len(rows), _BLOCK // net.dim))
    tiny = net.dims[0] * max(m * n for m, n in net._shapes) <= _TINY
    prepare = (_by_entry if tiny and len(rows) >= _MANY else _by_run)(net, size, shapes, w.dtype)
    sweeps = [prepare(rows[n:n + size], out[n:n + size]) for n in range(0, len(rows), size)]

    def sweep():
        for sweep_piece in sweeps:
            sweep_piece()

    return sweep


def _up_and_down(net, w, g, times, room):
    """Heads W_{1:n} on the way up, tails W_{n+1:N}^T grad l on the way down.

    A tail takes the room of a head that is of no more use.
    """
    W, G = net._matrices(w), net._matrices(g)
    heads = [W[0], *room]
    up = list(zip(W[1:], heads, room, strict=False))
    down = [(G[n], heads[n - 1].mT, W[n].mT, heads[n - 1] if n > 1 else G[0])
            for n in range(net.depth - 1, 0, -1)]

    def sweep():
        for W_n, head, next_head in up:
            times(W_n, head, next_head)
        tail = net.loss.grad(heads[-1])
        for G_n, head_T, W_nT, next_tail in down:
            times(tail, head_T, G_n)
            tail = times(W_nT, tail, next_tail)
        if not down:
            G[0][...] = tail

    return sweep


def _by_run(net, size, shapes, dtype):
    room = [np.empty((size, *shape), dtype) for shape in shapes]
    return lambda w, g: _up_and_down(net, w, g, np.matmul, [head[:len(w)] for head in room])


def _by_entry(net, size, shapes, dtype):
    """The same on a copy in which the runs are neighbours in memory: einsum's inner loop."""
    w_copy, g_copy = np.empty((2, net.dim, size), dtype).mT
    room = [np.moveaxis(np.empty((*shape, size), dtype), -1, 0) for shape in shapes]

    def prepare(w, g):
        x, y = w_copy[:len(w)], g_copy[:len(w)]
        sweep_copy = _up_and_down(net, x, y, _einsum, [head[:len(w)] for head in room])

        def sweep():
            x[...] = w
            sweep_copy()
            g[...] = y

        return sweep

    return prepare


def _einsum(A, B, out):
    return np.einsum("...ij,...jk->...ik", A, B, out=out)
