"""Where an exponential sum is negative, zero or positive on t = 0, 1, ..: exact, also at ties."""
import decimal
import math
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise, zip_longest

import numpy as np


class ExponentialSum:
    """F(t) = sum_k a_k r_k^t on the integers t >= 0, for rational a_k and r_k >= 0 (0^0 = 1).

    `terms` holds the pairs (a_k, r_k), Fractions or ints; those of one base are added up first. The
    sign of F changes at most as often as that of the a_k, sorted by r_k (Descartes' rule), so a
    short table holds the signs at all t.

    >>> F = ExponentialSum([(-1, 4), (16, 1)])      # 16 - 4^t
    >>> F.segments                                  # positive at 0 and 1, zero at 2, then negative
    ((0, 1), (2, 0), (3, -1))
    >>> F.sign([0, 2, 10**9])
    array([ 1,  0, -1])
    """

    def __init__(self, terms):
        merged = {}
        for coefficient, base in terms:
            merged[Fraction(base)] = merged.get(base, 0) + Fraction(coefficient)
        self.terms = [(a, r) for r, a in sorted(merged.items()) if a]

    @cached_property
    def segments(self):
        """The pairs (t, s), the first t = 0: up to the next pair's t the sign of F is s."""
        here = _sign(sum(a for a, _ in self.terms))
        later = _Later([(a, r) for a, r in self.terms if r]).segments()
        return ((0, here), *(later[1:] if later[0][1] == here else later))

    def sign(self, t):
        """The exact sign of F(t), -1, 0 or 1, for integers t >= 0 of any shape."""
        t = np.asarray(t)
        sign = np.zeros(t.shape, dtype=int)
        for start, s in self.segments:
            sign = np.where(t >= start, s, sign)
        return sign[()]

    def first(self, *signs):
        """The first t where F has one of `signs`, None if it never has."""
        return next((t for t, s in self.segments if s in signs), None)

    def scaled(self, t):
        """Floats (m, x), F(t) = m e^x and |m| at most the number of terms: nothing overflows."""
        t = np.asarray(t, dtype=float)[..., None]
        signs = np.array([_sign(a) for a, _ in self.terms], dtype=float)
        log_a = np.array([log(abs(a)) for a, _ in self.terms])
        log_r = np.array([log(r) for _, r in self.terms])
        with np.errstate(invalid="ignore", under="ignore"):
            exponents = np.where(t == 0, log_a, log_a + t * log_r)
            x = exponents.max(axis=-1, initial=-np.inf)
            x = np.where(np.isfinite(x), x, 0.)
            return (signs * np.exp(exponents - x[..., None])).sum(axis=-1), x


def log(x):
    """log x of a rational x >= 0 within a few ulp, also where x is no float or close to 1.

    >>> round(log(10**400) / log(10), 9), log(1 + Fraction(1, 10**30)), log(0)
    (400.0, 1e-30, -inf)
    """
    x = Fraction(x)
    if x == 0:
        return -math.inf
    exponent = x.numerator.bit_length() - x.denominator.bit_length()
    if abs(exponent) <= 1:
        return math.log1p(x - 1)
    return exponent * math.log(2) + math.log(x / Fraction(2) ** exponent)


def _sign(x):
    return (x > 0) - (x < 0)


class _Later:
    """F at t = 1, 2, ..: `terms` are pairs (a, r), sorted by r > 0."""

    def __init__(self, terms):
        self.terms = terms
        self._logs = {}

    def segments(self):
        """As `ExponentialSum.segments`, from t = 1 on.

        Divide F by s^t, s a base where the sign of the coefficients changes. The step of the
        quotient from t to t + 1 has the sign of sum_k a_k (r_k - s) r_k^t: one sign change less, so
        recursion tells where the quotient rises and falls.
        """
        final = _sign(self.terms[-1][0]) if self.terms else 0
        s = next((r for (a, r), (b, _) in pairwise(self.terms) if a * b < 0), None)
        if s is None:
            return [(1, final)]
        slopes = _Later([(a * (r - s), r) for a, r in self.terms if r != s]).segments()
        segments = []
        for (t, _), following in zip_longest(slopes, slopes[1:]):
            last = following and following[0] - 1
            here, goal = self._sign_at(t), self._sign_at(last) if following else final
            while True:
                if not segments or segments[-1][1] != here:
                    segments.append((t, here))
                if here == goal:
                    break
                t, here = self._next_change(t, here, last)
        return segments

    def _next_change(self, low, here, high):
        """The first t in (low, high] whose sign is not `here`, that at low, and its sign.

        high = None is no limit. No later sign up to high is `here` again.
        """
        step = 1
        while high is None:
            if self._sign_at(low + step) != here:
                high = low + step
            else:
                low, step = low + step, 2 * step
        while high - low > 1:
            middle = (low + high) // 2
            if self._sign_at(middle) == here:
                low = middle
            else:
                high = middle
        return high, self._sign_at(high)

    def _sign_at(self, t):
        """The exact sign at t: floats or decimals with an error bound, at last integers.

        The decimals are e^(log |a| + t log r). Integers are taken where they cost no more.
        """
        sign = self._sure_sign(t)
        if sign:
            return sign
        digits = 20
        while 10 * digits**2 < t * self._integers[-1][1].bit_length():
            context = _context(digits)
            # Of the digits of log r, t log r loses those of t;
            # 10 more cover any log of a number that fits in memory.
            precision = 1 << (digits + len(str(t)) + 10).bit_length()
            total = magnitude = decimal.Decimal(0)
            for (a, _), (log_a, log_r) in zip(self.terms, self._logs_to(precision), strict=True):
                summand = context.exp(_context(digits + 20).fma(t, log_r, log_a))
                total = context.add(total, summand) if a > 0 else context.subtract(total, summand)
                magnitude = context.add(magnitude, summand)
            error = context.scaleb(context.multiply(magnitude, len(self.terms) + 12), 1 - digits)
            if context.abs(total) > error:
                return _sign(total)
            digits *= 2
        return _sign(sum(a * n**t for a, n in self._integers))

    def _sure_sign(self, t):
        """The sign at t where floats leave no doubt of it, else 0.

        Logarithms are within a few ulp, so an exponent x is within 8 ulp of |log a| + t |log r|,
        and e^x within as many of its own.
        """
        try:
            sizes = [abs(log_a) + t * abs(log_r) for _, log_a, log_r in self._float_logs]
            exponents = [log_a + t * log_r for _, log_a, log_r in self._float_logs]
        except OverflowError:                   # t is beyond all floats
            return 0
        top = max(exponents)
        summands = [math.exp(x - top) for x in exponents]
        total = sum(s * x for (s, _, _), x in zip(self._float_logs, summands, strict=True))
        error = (16 * (1 + max(sizes)) + len(summands)) * math.ulp(1) * sum(summands)
        return _sign(total) if abs(total) > error else 0

    @cached_property
    def _float_logs(self):
        return [(_sign(a), log(abs(a)), log(r)) for a, r in self.terms]

    @cached_property
    def _integers(self):
        """The terms times common factors of all a and of all r, which leave the sign as it is."""
        a_scale, r_scale = (math.lcm(*(x.denominator for x in xs))
                            for xs in zip(*self.terms, strict=True))
        return [(int(a * a_scale), int(r * r_scale)) for a, r in self.terms]

    def _logs_to(self, precision):
        """The pairs (log |a|, log r) as decimals."""
        if precision not in self._logs:
            self._logs[precision] = [(_log(abs(a), precision), _log(r, precision))
                                     for a, r in self.terms]
        return self._logs[precision]


def _log(x, precision):
    context = _context(precision)
    return context.ln(context.divide(x.numerator, x.denominator))


@lru_cache
def _context(precision):
    return decimal.Context(prec=precision, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
