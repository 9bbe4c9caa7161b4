"""Judges and recognizers of mistakes at their ties, and the side of a number or the answer that a sentence speaks of."""
import math
from statistics import NormalDist
from types import SimpleNamespace

import numpy as np
import pytest

from lnnlib.homework import check, given
from lnnlib.homework.exercise import find
from lnnlib.homework.section_6_2_2 import a_count_the_steps, b_high_probability
from lnnlib.saddles import QuadraticSaddle

pytestmark = pytest.mark.usefixtures("own_record")


def test_a_condition_may_hold_from_the_bound_on_only():
    """At the tie 2^t > 2 begins at t = 2, and 2 is the bound."""
    tie = find("6.2.2-a").given().tie
    assert [2**t > 2 for t in range(4)].index(True) == QuadraticSaddle(**tie).bound() == 2
    assert a_count_the_steps._first(QuadraticSaddle.gradient_large, SimpleNamespace(saddle=tie)) == 2


def test_a_step_more_is_allowed_where_the_printed_inequality_is_a_tie():
    """6.2.2-b: eps = alpha (1 + eta alpha)^k x, x = sigma delta (pi/2)^(1/2): k + 1 steps, however log rounds."""
    for k in range(40):
        for alpha, sigma, delta, eta in ((.7, .01, .1, .5), (.3, .001, .05, .2), (1, .002, .02, .1)):
            eps = alpha * (1 + eta * alpha) ** k * sigma * delta * math.sqrt(math.pi / 2)
            assert b_high_probability._one_coordinate(sigma, delta, [-alpha, 0], eta, eps) == k + 1


def test_an_escape_as_probable_as_promised_is_enough():
    """6.2.2-b: eps = alpha (1 + eta alpha)^t sigma x, x the delta-quantile of |Z|: by step t exactly delta is inside."""
    for delta, alpha, sigma, eta, t in ((.1, .7, .01, .5, 5), (.05, .3, .001, .1, 30), (.5, 1, .02, .2, 9)):
        eps = alpha * (1 + eta * alpha) ** t * sigma * NormalDist().inv_cdf((1 + delta) / 2)
        for factor, right in ((1 - 1e-12, True), (1, True), (1 + 1e-12, True), (1 + 1e-7, False)):
            start = SimpleNamespace(cases=[(sigma, delta, np.array([-alpha]), eta, factor * eps)])
            failure = b_high_probability._judge(start, {"steps": lambda *given, t=t: t})
            assert failure is None if right else "not escaped" in failure[1]


@pytest.mark.parametrize("lams", [(-.3, -.9), (-1, -.2), (-.5, -.45)])
def test_the_probability_of_two_directions_is_an_integral_over_one(lams):
    """P = int phi(z) P(|Z| <= (1 - a^2 z^2)^(1/2)/b) dz over |z| <= 1/a, with z = sin(s)/a by Gauss and Legendre."""
    sigma, eta, eps, t = .4, .3, .5, 4
    a, b = (-lam * (1 - eta * lam) ** t * sigma / eps for lam in lams)
    s, weights = np.polynomial.legendre.leggauss(60)
    s, weights = s * np.pi / 2, weights * np.pi / 2
    other = np.array([math.erf(math.cos(x) / (b * math.sqrt(2))) for x in s])
    expected = (weights * np.cos(s) / a * np.exp(-(np.sin(s) / a) ** 2 / 2) * other).sum() / math.sqrt(2 * np.pi)
    assert b_high_probability._still_inside(t, sigma, lams, eta, eps) == pytest.approx(expected, rel=1e-9)


def test_a_sentence_names_the_answer_and_its_instance():
    right = {"bound": 23, "first_escape": 14, "tie": 2}
    for name, which in (("bound", "saddle"), ("first_escape", "saddle"), ("tie", "tie")):
        for wrong in (3, 99):
            message = check("6.2.2-a", **right | {name: wrong}).message
            assert message.startswith(f"`{name}` = {wrong}: on the instance `{which}` ")


def test_an_infinite_epsilon_is_wrong_for_one_rho_too():
    [rho_1], *_ = find("6.2.3-b").given().cases
    verdict = check("6.2.3-b", threshold=lambda rho: math.inf if rho == rho_1 else 1 / rho)
    assert verdict.state == "wrong" and verdict.message.startswith(f"For rho={rho_1:g} you return inf. But for a finite")


def test_the_second_condition_bounds_negative_curvature_only_and_to_nine_digits():
    """6.2.3-d: 4 b^2 <= rho eps for b < 0; b^2 < 3 a c holds with a margin."""
    data = find("6.2.3-d").given()
    a, c, most = data.eps, data.rho / 6, math.sqrt(data.rho * data.eps) / 2
    for over, state in ((-9e-10, "right"), (0, "right"), (9e-10, "right"), (2e-9, "almost")):
        assert check("6.2.3-d", a=a, b=-most * (1 + over), c=c).state == state
    assert check("6.2.3-d", a=a, b=1.2 * most, c=c).mistake == "no negative curvature"


def test_the_saddle_may_have_any_basis_inside_the_net():
    """6.2.7-d: rotated, all its entries are below 1: it is right, and not the origin."""
    m_1, m_2 = np.diag(given("6.2.7-d").M)
    R = np.array([[1, -1], [1, 1]]) / math.sqrt(2)

    def layers(a, b):
        D = np.diag(np.cbrt([a, b]))
        return [R @ D, R @ D @ R.T, D @ R.T]

    kept, lower = ((m_1, 0), (m_1, .05**3)) if m_1 > m_2 else ((0, m_2), (.05**3, m_2))
    assert check("6.2.7-d", saddle=layers(*kept), lower=layers(*lower)).state == "right"


@pytest.mark.parametrize("seed", range(5))
def test_what_is_drawn_for_the_negative_direction_is_stationary_and_no_minimum(seed, monkeypatch):
    """6.2.7-a and -c: W_2^T G = 0 and G W_1^T = 0 with G != 0; G has largest entries of both signs."""
    monkeypatch.setenv("LNN_SEED", str(seed))
    one = given("6.2.7-a")
    signs = set()
    for W1, W2, G in [(one.W1, one.W2, one.W2 @ one.W1 - one.M), *given("6.2.7-c").cases]:
        largest = G.flat[np.abs(G).argmax()]
        assert abs(largest) >= .5 and np.abs(W2.T @ G).max() < 1e-12 and np.abs(G @ W1.T).max() < 1e-12
        signs.add(np.sign(largest))
    assert signs == {-1, 1}
