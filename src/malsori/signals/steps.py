"""Several transforms of one signal, one after the other."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Step = Callable[[Any, np.random.Generator], Any]


class Steps:
    """Transforms in their order, or some of them, drawn for each signal.

    Args:
        steps: Each takes a signal and a generator.
        choose: How many of them a signal goes through; None for all.

    Example:
        >>> steps = Steps([lambda text, rng: text + "!", lambda text, rng: text + "?"], choose=1)
        >>> sorted({steps("네", np.random.default_rng(seed)) for seed in range(9)})
        ['네!', '네?']
    """

    def __init__(self, steps: Sequence[Step], *, choose: int | None = None) -> None:
        self.steps = list(steps)
        self.choose = choose

    def __call__(self, signal: Any, rng: np.random.Generator) -> Any:
        """The signal after its steps; each draws from a generator of its own."""
        chosen = list(range(len(self.steps)))
        own = rng.spawn(len(self.steps))
        if self.choose is not None and self.choose < len(self.steps):
            chosen = sorted(rng.choice(len(self.steps), self.choose, replace=False).tolist())
        for i in chosen:
            signal = self.steps[i](signal, own[i])
        return signal
