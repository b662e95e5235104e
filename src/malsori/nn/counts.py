"""How many training rows have a label, and of which class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from malsori.corpus.targets import known
from malsori.schema import Task


@dataclass(frozen=True)
class Counts:
    """The labels of one task in the training rows.

    Attributes:
        rows: how many rows are labelled.
        classes: of each class how many have it, in the task's order; a row with soft labels
            counts by its hard one. Multilabel: a row may have several or none. Regression: none.

    Example:
        >>> Counts(rows=10, classes=(7, 3)).data()
        {'rows': 10, 'classes': [7, 3]}
    """

    rows: int
    classes: tuple[int, ...] = ()

    def data(self) -> dict[str, Any]:
        """As plain data, for a file."""
        return {"rows": self.rows, "classes": list(self.classes)}

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Counts":
        """From `data`."""
        return cls(data["rows"], tuple(data["classes"]))


def counts_of(task: Task, targets: npt.NDArray[Any]) -> Counts:
    """Counts the labels of a task.

    Args:
        task: says what the labels are.
        targets: of the training rows, as `corpus.targets.encode` gives them.

    Example:
        >>> task = Task(name="mood", kind="nominal", classes=("calm", "cross"))
        >>> counts_of(task, np.array([0, 1, 0, -1]))
        Counts(rows=3, classes=(2, 1))
    """
    labels = targets[known(targets)]
    if task.kind == "regression":
        return Counts(len(labels))
    if task.kind == "multilabel":
        found = labels.sum(axis=0, dtype=np.int64)
    else:
        found = np.bincount(labels, minlength=len(task.classes))
    return Counts(len(labels), tuple(found.tolist()))
