"""Gradient descent on Phi against PyTorch's autograd loop and JAX's compiled loop: one core, float64, the same job.

The job: w_{t+1} = w_t - eta grad Phi(w_t) with every point, value and gradient norm kept. Microseconds per step of one run
(a step of a batch of B runs counts as B), the best of several interleaved repetitions in one process. PyTorch and JAX serve
this comparison alone: `pip install torch jax`; without them the table says so.
"""
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

import numpy as np

from lnnlib.descent import gradient_descent
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork

from . import Row

REPOSITORY = Path(__file__).parents[2]
ETA = 1e-3
SIZES = [(2, 2), (3, 5), (4, 10)]                                   # (N, d)
SHAPES = [(2, 5), (4, 5), (8, 5), (16, 5), (3, 2), (3, 10), (3, 20), (3, 50)]
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "JAX_ENABLE_X64": "1",
              "JAX_PLATFORMS": "cpu"}


def measure(quick=False):
    """The rows of the table, measured in a process of one thread on one core."""
    command = [sys.executable, "-m", f"{__package__}.gd", *(["--quick"] if quick else [])]
    run = subprocess.run(command, cwd=REPOSITORY, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, text=True, check=True)
    return [Row(**row) for row in json.loads(run.stdout)]


def _numpy(net, w0, steps):
    def descend():
        run = gradient_descent(net, w0, ETA, steps)
        return run.points[-1], run.values[-1]       # asking for the last value computes them all

    return descend


def _torch(net, w0, steps, record=True):
    import torch
    torch.set_num_threads(1)
    target = torch.tensor(net.loss.target)

    def descend():
        w = torch.tensor(w0, requires_grad=True)
        points, kept = torch.empty(steps + 1, *w.shape, dtype=w.dtype), torch.empty(2, steps + 1, *w.shape[:-1], dtype=w.dtype)
        for t in range(steps + 1):
            product, *rest = (block.unflatten(-1, shape) for block, shape in
                              zip(w.split([m * n for m, n in net._shapes], dim=-1), net._shapes, strict=True))
            for W in rest:
                product = W @ product
            losses = ((product - target) ** 2).sum((-2, -1)) / 2
            gradient, = torch.autograd.grad(losses.sum(), w)
            with torch.no_grad():
                if record:
                    points[t], kept[0, t], kept[1, t] = w, losses, torch.linalg.vector_norm(gradient, dim=-1)
                if t < steps:
                    w.sub_(gradient, alpha=ETA)
        return w.detach().numpy(), losses.detach().numpy()

    return descend


def _jax(net, w0, steps):
    import jax
    target, ends = jax.numpy.array(net.loss.target), np.cumsum([m * n for m, n in net._shapes])[:-1]

    def phi(w):
        blocks = jax.numpy.split(w, ends)
        product, *rest = (block.reshape(shape) for block, shape in zip(blocks, net._shapes, strict=True))
        for W in rest:
            product = W @ product
        return ((product - target) ** 2).sum() / 2

    gradient = jax.value_and_grad(phi) if w0.ndim == 1 else jax.vmap(jax.value_and_grad(phi))

    def step(w, _):
        value, g = gradient(w)
        return w - ETA * g, (w, value, jax.numpy.linalg.norm(g, axis=-1))

    compiled = jax.jit(lambda w: jax.lax.scan(step, w, length=steps + 1)[1])

    def descend():
        points, values, _ = jax.block_until_ready(compiled(w0))
        return points[-1], values[-1]

    return descend


def _best(jobs, repetitions):
    """Seconds of the fastest repetition of each job, in turn, so that a busy moment meets all of them."""
    ends = [job() for job in jobs]                                  # compile, warm up, and agree
    for point, value in ends:
        np.testing.assert_allclose(point, ends[0][0], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(value, ends[0][1], rtol=1e-9, atol=1e-12)
    seconds = [[] for _ in jobs]
    for _ in range(repetitions):
        for job, times in zip(jobs, seconds, strict=True):
            start = perf_counter()
            job()
            times.append(perf_counter() - start)
    return [min(times) for times in seconds]


def _compare(N, d, runs, quick):
    rng = np.random.default_rng(0)
    net = LinearNetwork(SquaredLoss(rng.normal(size=(d, d))), (d,) * (N - 1))
    w0 = net.random(rng, 0.5 / np.sqrt(d), (runs,) if runs > 1 else ())
    steps = (100 if quick else 1000) if runs == 1 else (10 if quick else 40)
    jobs, budgets = {"": _numpy(net, w0, steps)}, {}
    if find_spec("torch"):
        jobs["PyTorch"] = _torch(net, w0, steps)
        jobs["PyTorch keeping nothing"] = _torch(net, w0, steps, record=False)
        budgets["PyTorch"] = 10 if runs == 1 else 1
    if find_spec("jax"):
        jobs["JAX, compiled"] = _jax(net, w0, steps)
    ours, *others = (1e6 * s / (steps + 1) / runs for s in _best(jobs.values(), 3 if quick else 9))
    what = f"descent, N={N} d={d}, " + ("one run" if runs == 1 else f"batch of {runs}")
    if not others:
        yield Row(what, _us(ours))
    for peer, theirs in zip(list(jobs)[1:], others, strict=True):
        budget = budgets.get(peer)
        yield Row(f"{what}, against {peer}", _us(ours), _us(theirs), theirs / ours, f"at least {budget}x" if budget else "",
                  theirs / ours >= budget if budget else None)


def _cost(N, d, runs, quick):
    """Time per step beside its multiplications and additions: three products per layer, 2 d^3 each, but for one layer."""
    net = LinearNetwork(SquaredLoss(np.eye(d)), (d,) * (N - 1))
    w0 = net.random(0, 0.5 / np.sqrt(d), (runs,) if runs > 1 else ())
    steps = 100 if quick or runs == 1 else 10
    seconds, = _best([_numpy(net, w0, steps)], 3 if quick else 9)
    time, flops = 1e6 * seconds / (steps + 1) / runs, 6 * (N - 1) * d**3
    return Row(f"descent, N={N} d={d}, " + ("one run" if runs == 1 else f"batch of {runs}") +
               f": {flops / 1e3:.3g} kflop a step, {flops / time / 1e3:.2g} Gflop/s", _us(time))


def _memory(N, d, runs, steps):
    net = LinearNetwork(SquaredLoss(np.eye(d)), (d,) * (N - 1))
    run = gradient_descent(net, net.random(0, 0.1, (runs,) if runs > 1 else ()), ETA, steps)
    size = run.points.nbytes + run.values.nbytes + run.grad_norms.nbytes
    return Row(f"stored trajectory, N={N} d={d}, {runs} run{'s' * (runs > 1)} of {steps} steps", f"{size / 1e6:.1f} MB")


def _us(microseconds):
    return f"{microseconds:.3g} us"


def _rows(quick):
    for runs in (1, 1000):
        for N, d in SIZES:
            yield from _compare(N, d, runs, quick)
    for name in ("torch", "jax"):
        if not find_spec(name):
            yield Row(f"{name} is not installed, hence not compared: pip install {name}", "")
    for N, d in SHAPES:
        yield _cost(N, d, 1, quick)
        if d < 50:
            yield _cost(N, d, 1000, quick)
    yield _memory(2, 2, 1, 10_000)
    yield _memory(3, 5, 1000, 100)


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})     # JAX has no other way to be kept to one thread
    print(json.dumps([vars(row) for row in _rows("--quick" in sys.argv)]))
