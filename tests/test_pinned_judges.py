"""A judge forgives what its text says it forgives, and no more; rounding it always forgives."""
import numpy as np
import pytest

from lnnlib.homework import check, given
from lnnlib.homework.exercise import find
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import balanced_critical_point

pytestmark = pytest.mark.usefixtures("own_record")

# What the prompt forgives, relative to the largest entry of the answer.
SAID = {
    "6.2-a w0": 1e-12, "6.2.3-a chi": 1e-3, "6.2.3-a eta": 1e-3, "6.2.3-a r": 1e-3, "6.2.3-a g_thresh": 1e-3,
    "6.2.3-a f_thresh": 1e-3, "6.2.3-b threshold": 1e-9, "6.2.3-d c": 1e-9, "6.2.4-c plateau": 1e-3,
    "6.2.5-a grad_2": 1e-7, "6.2.5-b value": 1e-7, "6.2.5-b other": 1e-7, "6.2.5-c gradient": 1e-7, "6.2.5-d hess_form": 1e-7,
    "6.2.6-b threshold": 5e-9, "6.2.6-c null_vector": 1e-8, "6.2.6-d W_1": 1e-6, "6.2.6-d W_2": 1e-6, "6.2.7-a D1": 1e-9,
    "6.2.7-a D2": 1e-9, "6.2.7-c direction": 1e-9, "6.2.7-d saddle": 1e-8,
}
# Where it says nothing, six digits tell a right formula from a wrong one.
UNSAID = [
    "6.1-b averaged", "6.1-d renumbered", "6.2.1-a bound", "6.2.1-b constant", "6.2.1-c step",
    "6.2.1-d beta_1", "6.2.1-d beta_2", "6.2.1-d beta_3", "6.2.4-a product", "6.2.4-a part",
    "6.2.4-a empty",
]
# 6 |c| <= rho: a smaller c is right.
ONE_SIDED = ["6.2.3-d c"]
# Inequalities that hold with a margin: every start, pair of points or number nearby is right too.
WITH_A_MARGIN = ["6.1-a U", "6.1-a V", "6.2.1-b x0", "6.2.1-b eps", "6.2.3-d b", "6.2.4-b U", "6.2.4-b V", "6.2.7-d lower"]
# Whole numbers: the next one is wrong.
WHOLE = ["6.2.1-a first", "6.2.2-a bound", "6.2.2-a first_escape", "6.2.2-a tie", "6.2.3-a t_thresh"]


def moved(answer, by):
    """The answer with every number moved by about `by`, relative to the largest of its array; a function's likewise."""
    if callable(answer):
        return lambda *arguments: moved(answer(*arguments), by)
    if isinstance(answer, list | tuple) and any(np.ndim(one) for one in answer) and np.shape(answer[0]) != ():
        return [moved(np.array(one, float), by) for one in answer]
    numbers = np.array(answer, dtype=float)
    size = np.abs(numbers).max() or 1
    numbers = numbers + by * size * np.cos(np.arange(numbers.size)).reshape(numbers.shape)
    return numbers if numbers.ndim else float(numbers)


def times(answer, factor):
    """The answer with every number multiplied; a function's likewise."""
    return (lambda *arguments: factor * answer(*arguments)) if callable(answer) else factor * answer


def solution(id):
    """What the exercise's own solution hands in."""
    exercise, scope = find(id), {}
    exec(exercise.code, scope)
    return {ask.name: scope[ask.source] for ask in exercise.asks}


def verdict(which, by, change):
    """The verdict where one answer of the solution is changed."""
    id, name = which.split()
    answers = solution(id)
    return check(id, **{**answers, name: change(answers[name], by)})


def state(which, by, change=moved):
    return verdict(which, by, change).state


def sentence(which, by, change):
    return verdict(which, by, change).message


@pytest.mark.parametrize("which", [*SAID, *UNSAID])
def test_what_is_further_off_than_the_text_forgives_is_not_right(which):
    for sign in (1,) if which in ONE_SIDED else (1, -1):
        assert state(which, sign * 30 * SAID.get(which, 1e-6)) in ("wrong", "almost")


@pytest.mark.parametrize("which", [*SAID, *UNSAID, *WITH_A_MARGIN])
def test_what_is_nearer_is_right(which):
    by = SAID.get(which, 1e-9 if which in WITH_A_MARGIN else 3e-14) / 30
    assert state(which, by) == state(which, -by) == "right"


def next_whole(answer, step):
    return int(answer) + step


@pytest.mark.parametrize("which", WHOLE)
def test_the_next_whole_number_is_wrong(which):
    for step in (-1, 1):
        assert state(which, step, next_whole) in ("wrong", "almost")


def last_moved(weights, by):
    return [*weights[:-1], moved(weights[-1], by)]


def test_a_product_may_move_by_rounding_only():
    """6.2.6-a: each entry to 1e-10. The layers up to k* stay as they are, so it is the last that is moved here."""
    for by, expected in ((3e-9, "wrong"), (-3e-9, "wrong"), (3e-12, "right"), (-3e-12, "right")):
        assert state("6.2.6-a weights", by, last_moved) == expected


def test_a_sentence_says_on_which_side_an_answer_is_wrong():
    for name in ("chi", "eta", "r", "g_thresh", "f_thresh", "t_thresh"):
        assert f"`{name}`" in sentence(f"6.2.3-a {name}", .9, times) and "too small" in sentence(f"6.2.3-a {name}", .9, times)
        assert f"`{name}`" in sentence(f"6.2.3-a {name}", 1.1, times) and "too large" in sentence(f"6.2.3-a {name}", 1.1, times)
    assert "smaller" in sentence("6.2.1-a bound", .9, times) and "larger" in sentence("6.2.1-a bound", 1.1, times)
    assert "below" in sentence("6.2.1-b constant", .9, times) and "above" in sentence("6.2.1-b constant", 1.1, times)
    assert "some a above" in sentence("6.2.6-b threshold", .97, times)
    assert "an a below" in sentence("6.2.6-b threshold", 1.03, times)
    assert "too early" in sentence("6.2.4-c plateau", .9, times) and "too late" in sentence("6.2.4-c plateau", 1.1, times)


def test_the_average_of_all_copies_has_equal_rows_first_and_equal_columns_then():
    """6.1-b: what is wrong is said of the rows of the first matrix and of the columns of the second."""
    first, second = (np.array(A, float) for A in solution("6.1-b")["averaged"])
    rows, columns = np.array([[1.], [2.], [4.]]), np.array([[1., 2., 4.]])
    for averaged, words in (([first + 1, second], "rows of your first matrix are equal"),
                            ([first + rows, second], "rows of your first matrix differ"),
                            ([first, second + 1], "columns of your second matrix are equal"),
                            ([first, second + columns], "columns of your second matrix differ")):
        assert words in check("6.1-b", averaged=averaged).message


def start(v):
    """The start of 6.2-a off the saddle by `up`, with <down, w - s> = v."""
    valley = given("6.2-a")
    return np.add(valley.saddle, valley.up) + v * np.array(valley.down) / np.dot(valley.down, valley.down)


def test_a_start_far_away_has_larger_rounding():
    """s + c up, off the line by a part of its length: v is 0 to 12 digits of w0, not of 1."""
    valley = given("6.2-a")
    for c in (1, -1e3, 1e6):
        for part, right in ((1e-13, True), (1e-10, False)):
            w0 = np.add(valley.saddle, c * np.array(valley.up) + part * c * np.array(valley.down))
            assert (check("6.2-a", w0=w0).state == "right") == right


def test_a_start_that_exact_steps_bring_onto_the_line_is_right():
    """One step multiplies v by 1 + h (1 - v^2), h = eta |down|^2: from the zero of it, and from where the next v is that zero."""
    valley = given("6.2-a")
    h = valley.eta * np.dot(valley.down, valley.down)
    one = np.sqrt(1 + 1 / h)
    two = next(v.real for v in np.roots([-h, 0, 1 + h, -one]) if abs(v.imag) < 1e-12)
    for v in (one, -one, two, -two):
        assert check("6.2-a", w0=start(v)).state == "right"
    for v in (1.01 * one, two - .01, 1, .5, -1e-9):
        assert check("6.2-a", w0=start(v)).state in ("wrong", "almost")
    assert "diverges" in check("6.2-a", w0=start(100.)).message


def test_a_large_change_may_move_a_product_as_much_more():
    """6.2.6-a: 1e-10, times the largest entry of the change where that is larger than 1, and not where it is smaller."""
    data = given("6.2.6-a")
    old = [data.W1, data.W2, data.W3, data.W4]
    change = [new - before for new, before in zip(solution("6.2.6-a")["weights"], old, strict=True)]
    change = [one / max(np.abs(entry).max() for entry in change) for one in change]
    product = old[2] @ old[1] @ old[0]
    push = np.outer([1, 0, 0], np.linalg.svd(product)[0][:, 0])           # a change of W_4 that moves W_{1:4}
    push = push / np.abs(push @ product).max()
    for size, moved_by, right in ((1e4, 3e-7, True), (1e4, 3e-6, False), (1, 3e-10, False), (.01, 3e-11, True),
                                  (.01, 3e-10, False), (.002, 0, True), (1e-4, 0, False)):
        weights = [before + size * one for before, one in zip(old, change, strict=True)]
        weights[3] = weights[3] + moved_by * push
        assert (check("6.2.6-a", weights=weights).state == "right") == right


def test_a_bound_is_broken_by_positive_numbers():
    """6.2.1-b: GD on beta x^2/2 halves the slope at every step; from r = beta x0/eps the bound is r^2/1.5, broken for r^2 < 1.5."""
    constant = solution("6.2.1-b")["constant"]
    for beta, x0, eps, right in ((1, 1.2, 1, True), (2, -.6, 1, True), (1, 1.23, 1, False), (1, 1, 1, False), (1, 3, 1, False)):
        assert (check("6.2.1-b", beta=beta, x0=x0, eps=eps, constant=constant).state == "right") == right
    for name, symbol in (("beta", "β"), ("eps", "ε")):
        answers = {"beta": 1, "x0": 1.1, "eps": 1, "constant": constant, name: 0}
        assert f"{symbol} = 0 is not positive" in check("6.2.1-b", **answers).message
    assert "T* = 2" in check("6.2.1-b", beta=1, x0=3, eps=1, constant=constant).message


def test_weights_of_which_one_layer_is_zero_are_no_bad_minimum():
    for W_1, W_2 in (([[0, 0]], [[1], [0]]), ([[0, 1]], [[0], [0]]), ([[0, 0]], [[0], [0]])):
        assert check("6.2.6-d", W_1=W_1, W_2=W_2).state in ("wrong", "almost")


def test_a_strict_saddle_with_a_lower_point_beside_it_is_no_answer():
    """6.2.7-d: the mode of 2 left out, that of 1 kept: a negative eigenvalue, and along it Phi falls at once."""
    net = LinearNetwork(SquaredLoss(given("6.2.7-d").M), (2, 2))
    w = balanced_critical_point(net, {1})
    values, vectors = np.linalg.eigh(net.hess(w))
    lower = w + .05 * vectors[:, 0]
    assert values[0] < -.9 and net(lower) < net(w)
    assert check("6.2.7-d", saddle=net.split(w), lower=net.split(lower)).state in ("wrong", "almost")


def test_the_sentence_names_the_block_that_is_wrong():
    """6.2.5-c: the first wrong block, in every place where it is named."""
    right = solution("6.2.5-c")["gradient"]
    for layer in (1, 2, 3):
        def gradient(weights, G, layer=layer):
            return [block + (n == layer) for n, block in enumerate(right(weights, G), start=1)]

        said = check("6.2.5-c", gradient=gradient).message
        n = "₀₁₂₃"[layer]
        assert f"∇{n} is wrong: ⟨∇{n}, Δ⟩" in said and f"added to W{n} alone" in said


def test_the_sentence_says_how_the_midpoint_lies_to_the_chord():
    """6.2.4-b: two points between which Phi is lower than their mean prove nothing, and the sentence says so."""
    net = given("6.2.4-b").net
    U, V = net.join([np.eye(2), np.eye(2)]), net.join([2 * np.eye(2), 3 * np.eye(2)])
    assert net((U + V) / 2) < (net(U) + net(V)) / 2
    assert " below the mean of" in check("6.2.4-b", U=U, V=V).message
