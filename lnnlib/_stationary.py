"""Of which kind a stationary point is, by gradient, Hessian and, where it holds, Theorem 6.10."""
from dataclasses import dataclass

import numpy as np

from lnnlib._arguments import array, number
from lnnlib.networks import LinearNetwork


@dataclass(frozen=True)
class StationaryPoint:
    """What `classify` found: the kind, ||grad f(w)|| and the extreme eigenvalues of the Hessian."""

    kind: str
    grad_norm: float
    lambda_min: float
    lambda_max: float


def classify(f, w, *, grad_tol, curvature_tol):
    """Say of which kind the point w, of shape (d,), is for the objective f.

    f has to be twice differentiable at w. The kinds, in the order in which they are tried
    (Definition 6.6, lecture 6.2.2 and Definition 6.8):
    "not stationary" if ||grad f(w)|| > grad_tol (absolute, in units of the gradient);
    "strict saddle" if lambda_min < -curvature_tol ||H||, H the Hessian and ||H|| its largest
    |eigenvalue| (relative; a strict local maximum counts, as in the lecture);
    else "second-order stationary".

    The last splits in two for a LinearNetwork whose loss says `convex` and `differentiable` and
    that has no bottleneck, min(d_1, .., d_{N-1}) >= min(d_0, d_N):
    "global minimum" if ||grad l(W_{1:N})|| <= grad_tol (Frobenius norm), since l is convex;
    "non-strict saddle" if not, since l is differentiable: at a local minimum or maximum all
    neighbours of equal product are stationary, hence grad l = 0 (proof of Theorem 6.10).

    Up to the tolerances: where inf l is not attained, as that of LogisticLoss on separable data, a
    point far out is called a global minimum too.

    >>> from lnnlib.landscapes import SaddleValley
    >>> classify(SaddleValley(), [0, 0], grad_tol=1e-9, curvature_tol=1e-9)
    StationaryPoint(kind='strict saddle', grad_norm=0.0, lambda_min=-1.0, lambda_max=1.0)
    """
    w = array("w", w, (f.dim,), "one point")
    number("grad_tol", grad_tol, at_least=0)
    number("curvature_tol", curvature_tol, at_least=0)
    grad_norm = float(np.linalg.norm(f.grad(w)))
    eigenvalues = np.linalg.eigvalsh(f.hess(w))
    lambda_min, lambda_max = float(eigenvalues[0]), float(eigenvalues[-1])
    if grad_norm > grad_tol:
        kind = "not stationary"
    elif lambda_min < -curvature_tol * max(-lambda_min, lambda_max):
        kind = "strict saddle"
    elif not _theorem_6_10_holds(f):
        kind = "second-order stationary"
    else:
        loss_grad = np.linalg.norm(f.loss.grad(f.product(w)))
        kind = "global minimum" if loss_grad <= grad_tol else "non-strict saddle"
    return StationaryPoint(kind, grad_norm, lambda_min, lambda_max)


def _theorem_6_10_holds(f):
    """Whether f is a linear network, no bottleneck, whose loss says convex and differentiable."""
    if not isinstance(f, LinearNetwork):
        return False
    says = getattr(f.loss, "convex", False) and getattr(f.loss, "differentiable", False)
    return says and min(f.dims) == min(f.dims[0], f.dims[-1])
