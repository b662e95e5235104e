"""Gradients of each task in two halves of a batch: what of them is signal, what is noise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from malsori.balance.gramians import gramian_of

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """Inner products of the gradients of K' tasks."""

    tasks: tuple[str, ...]  # those with a label in the batch
    inner: Array  # `[K', K']`, of the gradients of this batch's mean losses; exact
    unbiased: Array  # [K', K'] estimates of those of the expected gradients; NaN: a half has no row


def measure(
    losses: Mapping[str, Tensor],
    valid: Mapping[str, Tensor],
    groups: Mapping[str, Sequence[Tensor]],
    rng: np.random.Generator,
) -> dict[str, Measured]:
    """Inner products of task gradients in the shared parameters, from two half-batches.

    The squared norm of a batch gradient is that of the expected gradient *plus* noise. The rows
    are therefore dealt into two halves at random. A gradient of one half and one of the other
    have independent noise, so their inner product is that of the expected gradients without
    bias, as long as rows are independent (no batch normalisation, no duplicates).

    Nothing but `rng` is changed: no `.grad`, no global random numbers. It costs two backward
    passes for each task, and 2 K' copies of the parameters while it runs.

    Args:
        losses: by task the losses of the rows `[B]`, with their graph; the same rows for all.
        valid: by task bool `[B]`; a task without a valid row is left out.
        groups: parameters by group. What a task does not use has gradient zero in it.
        rng: deals the rows.

    Returns:
        By group.

    Example:
        >>> weight = torch.ones(2, requires_grad=True)
        >>> rows = torch.tensor([[1.0, 0.0], [1.0, 2.0]])
        >>> all_rows = torch.tensor([True, True])
        >>> found = measure(
        ...     {"a": rows @ weight}, {"a": all_rows}, {"all": [weight]}, np.random.default_rng(0)
        ... )
        >>> found["all"].inner.tolist(), found["all"].unbiased.tolist()
        ([[2.0]], [[1.0]])
    """
    tasks = tuple(task for task in losses if bool(valid[task].any()))
    parameters = [p for group in groups.values() for p in group]
    rows = len(losses[tasks[0]]) if tasks else 0
    first = np.zeros(rows, dtype=bool)
    first[rng.permutation(rows)[: rows // 2]] = True
    gradients: list[Sequence[Tensor | None]] = []
    counts = []
    for task in tasks:
        half = torch.from_numpy(first).to(valid[task].device)
        for mask in (valid[task] & half, valid[task] & ~half):
            count = int(mask.sum())
            counts.append(count)
            gradients.append(_gradient(losses[task], mask, count, parameters))
    pairs = np.array(counts, dtype=np.float64).reshape(-1, 2)
    found, start = {}, 0
    for name, group in groups.items():
        part = [row[start : start + len(group)] for row in gradients]
        found[name] = _combine(tasks, gramian_of(part), pairs)
        start += len(group)
    return found


def total_of(groups: Mapping[str, Measured]) -> Measured:
    """All groups together: inner products add up.

    Example:
        >>> one = Measured(("a",), np.array([[2.0]]), np.array([[1.5]]))
        >>> total_of({"x": one, "y": one}).inner.tolist()
        [[4.0]]
    """
    parts = list(groups.values())
    inner = np.sum([part.inner for part in parts], axis=0)
    return Measured(parts[0].tasks, inner, np.sum([part.unbiased for part in parts], axis=0))


def _gradient(
    losses: Tensor, mask: Tensor, count: int, parameters: Sequence[Tensor]
) -> Sequence[Tensor | None]:
    if count == 0:
        return [None] * len(parameters)
    # Not `grad_outputs`: PyTorch imports 1 s of symbolic algebra to compare their shapes.
    mean = (losses * (mask.to(losses.dtype) / count)).sum()
    found: Sequence[Tensor | None] = torch.autograd.grad(
        mean, list(parameters), retain_graph=True, allow_unused=True
    )
    return found


def _combine(tasks: tuple[str, ...], halves: Array, counts: Array) -> Measured:
    """From the `[2K', 2K']` Gramian of half-batches; counts are `[K', 2]` rows in each."""
    mixing = np.zeros((len(tasks), len(halves)))
    for k, pair in enumerate(counts):
        mixing[k, 2 * k : 2 * k + 2] = pair / pair.sum()
    crossed = halves[0::2, 1::2]
    unbiased = (crossed + crossed.T) / 2
    one_sided = (counts == 0).any(axis=1)
    unbiased[one_sided, :] = np.nan
    unbiased[:, one_sided] = np.nan
    return Measured(tasks, mixing @ halves @ mixing.T, unbiased)
