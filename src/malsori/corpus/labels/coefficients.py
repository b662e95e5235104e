"""Agreement beyond chance: Fleiss' kappa and Krippendorff's alpha, with ratings missing.

Both start from counts: how many raters gave each value to each unit. A unit with fewer than two
ratings says nothing of agreement and does not count.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

Counts = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Metric = Literal["nominal", "ordinal", "interval"]


def fleiss_kappa(counts: Counts) -> float:
    """Fleiss' kappa (Fleiss 1971); units may have different numbers of ratings.

    Agreement of a unit with n ratings is the share of agreeing pairs among its n(n - 1), chance is
    the sum of the squared shares of all ratings. With equal n this is Fleiss' formula.

    Args:
        counts: ratings of each class ``[N, K]``.

    Returns:
        At most 1; 0 is chance; NaN if there is no pair of ratings, or only one class was given.

    Example:
        >>> round(fleiss_kappa(np.array([[3, 0], [0, 3], [2, 1]])), 3)
        0.55
    """
    rated = _pairable(counts)
    if not len(rated):
        return float("nan")
    of_unit = rated.sum(axis=1)
    agreeing = (rated * (rated - 1)).sum(axis=1) / (of_unit * (of_unit - 1))
    shares = rated.sum(axis=0) / rated.sum()
    found, chance = float(agreeing.mean()), float((shares**2).sum())
    return float("nan") if chance == 1 else (found - chance) / (1 - chance)


def class_kappas(counts: Counts) -> Floats:
    """Fleiss' kappa of each class against all others ``[K]``: which classes raters agree about.

    NaN for a class that nobody gave, or everybody always.

    Example:
        >>> class_kappas(np.array([[3, 0, 0], [0, 3, 0], [0, 1, 2]])).round(2).tolist()
        [1.0, 0.55, 0.36]
    """
    of_unit = counts.sum(axis=1)
    pairs = [np.stack([column, of_unit - column], axis=1) for column in counts.T]
    return np.array([fleiss_kappa(pair) for pair in pairs])


def krippendorff_alpha(counts: Counts, metric: Metric = "nominal") -> float:
    """Krippendorff's alpha (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability").

    Args:
        counts: ratings of each class ``[N, K]``; ordinal and interval: the columns in their order.
        metric: what a disagreement weighs. ``nominal``: 1; ``ordinal``: by how many ratings lie
            between the two ranks; ``interval``: the squared difference of the ranks.

    Returns:
        At most 1; 0 is chance; NaN if there is no pair of ratings, or only one class was given.

    Example:
        >>> round(krippendorff_alpha(np.array([[3, 0], [0, 3], [2, 1]])), 3)
        0.6
    """
    rated = _pairable(counts).astype(np.float64)
    of_class = rated.sum(axis=0)
    weights = _weights(of_class, metric)
    per_unit = rated / np.maximum(rated.sum(axis=1) - 1, 1)[:, None]
    observed = float(((per_unit @ weights) * rated).sum())  # the weight of equal classes is 0
    expected = float(of_class @ weights @ of_class)
    return _alpha(observed, expected, float(of_class.sum()))


def interval_alpha(units: Counts, values: Floats) -> float:
    """Krippendorff's alpha of ratings that are numbers, however many different ones.

    The sum of squared differences of all pairs follows from sums of values and of squares.

    Args:
        units: which unit each rating is of ``[R]``, 0 to N - 1.
        values: the ratings ``[R]``.

    Returns:
        At most 1; 0 is chance; NaN if there is no pair of ratings, or only one value was given.

    Example:
        >>> round(interval_alpha(np.array([0, 0, 1, 1]), np.array([1.0, 1.5, 4.0, 4.5])), 3)
        0.959
    """
    several = np.bincount(units)[units] > 1 if len(units) else np.zeros(0, bool)
    units, values = units[several], values[several]
    if not len(units):
        return float("nan")
    values = values - values.mean()  # so that squares lose no digits
    of_unit = np.maximum(np.bincount(units), 2)
    sums = np.bincount(units, values)
    squares = np.bincount(units, values**2)
    observed = float((2 * (of_unit * squares - sums**2) / (of_unit - 1)).sum())
    expected = float(2 * (len(values) * squares.sum() - sums.sum() ** 2))
    same = values.min() == values.max()
    return _alpha(observed, 0.0 if same else expected, float(len(values)))


def _pairable(counts: Counts) -> Counts:
    pairable: Counts = counts[counts.sum(axis=1) > 1]
    return pairable


def _alpha(observed: float, expected: float, ratings: float) -> float:
    """From sums of weights over pairs within units, and over all pairs."""
    return 1 - (ratings - 1) * observed / expected if expected else float("nan")


def _weights(of_class: Floats, metric: Metric) -> Floats:
    """The squared difference of each pair of classes ``[K, K]``."""
    if metric == "nominal":
        return 1 - np.eye(len(of_class))
    places = np.arange(len(of_class), dtype=np.float64)
    if metric == "ordinal":
        # Ratings from one rank to the other, half of those on both of them.
        places = np.cumsum(of_class) - of_class / 2
    weights: Floats = (places[:, None] - places[None, :]) ** 2
    return weights
