"""The irises are Fisher's, by what is published of them."""
import numpy as np

from lnnlib.data import iris


def test_fisher_s_means_and_standard_deviations():
    """Table I and what Fisher computes of it: means, and standard deviations with n - 1, of every species."""
    X, species = iris()
    means = [[5.006, 3.428, 1.462, .246], [5.936, 2.770, 4.260, 1.326], [6.588, 2.974, 5.552, 2.026]]
    spread = [[.352, .379, .174, .105], [.516, .314, .470, .198], [.636, .322, .552, .275]]
    for k in range(3):
        np.testing.assert_allclose(X[:, species == k].mean(axis=1), means[k], atol=1e-9)
        np.testing.assert_allclose(X[:, species == k].std(axis=1, ddof=1), spread[k], atol=6e-4)


def test_totals_and_the_two_flowers_that_many_copies_misprint():
    X, species = iris()
    assert X.shape == (4, 150) and np.bincount(species).tolist() == [50, 50, 50]
    assert X.sum(axis=1).round(1).tolist() == [876.5, 458.6, 563.7, 179.9]
    assert X.min(axis=1).tolist() == [4.3, 2, 1, .1] and X.max(axis=1).tolist() == [7.9, 4.4, 6.9, 2.5]
    assert X[:, 34].tolist() == [4.9, 3.1, 1.5, .2] and X[:, 37].tolist() == [4.9, 3.6, 1.4, .1]


def test_the_file_says_where_it_is_from():
    from pathlib import Path

    import lnnlib.data

    text = Path(lnnlib.data.__file__).with_name("iris.csv").read_text(encoding="utf-8")
    assert "Fisher" in text and "1936" in text and "public domain" in text
