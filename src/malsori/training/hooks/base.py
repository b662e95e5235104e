"""What a hook is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from torch import Tensor

from malsori.balance.engines import Step
from malsori.nn.batches import Batch

if TYPE_CHECKING:
    from malsori.training.loop import Loop


class Hook:
    """Called at named moments of training, in the order in which hooks were given to the loop.

    Every moment gets the loop: its `setup` (model, optimizer, engine, examples …), its `progress`
    (step, best skill …), its `epoch`, and `stop`, which ends training after this epoch. A hook
    that only looks leaves no trace: random numbers are drawn anew for each step. What it has to
    keep for a resumed run it gives in `state_dict`.

    Example:
        >>> class Norms(Hook):
        ...     def after_backward(self, loop, losses, record):
        ...         weights = loop.setup.model.parameters()
        ...         self.largest = max(p.grad.abs().max() for p in weights if p.grad is not None)
    """

    @property
    def name(self) -> str:
        """Under which its state is kept; one hook of a name."""
        return type(self).__name__

    def before_training(self, loop: Loop) -> None:
        """Once, before the first step, or the first after a checkpoint."""

    def before_step(self, loop: Loop, batch: Batch) -> None:
        """The batch is made, on its device; the model is in training mode."""

    def after_backward(self, loop: Loop, losses: Mapping[str, Tensor], record: Step | None) -> None:
        """Gradients are in `.grad`, not clipped; parameters are as before.

        Args:
            loop: the loop.
            losses: by task the mean loss of the batch, unweighted, float32 scalars.
            record: what the engine did; None where there was nothing to balance.
        """

    def after_update(self, loop: Loop) -> None:
        """The optimizer has made its step."""

    def after_epoch(self, loop: Loop, row: Mapping[str, Any]) -> None:
        """Validation is done.

        Args:
            loop: the loop; `progress.best_epoch` counts this epoch already.
            row: the epoch's row of history: ``epoch`` and ``step`` from 1, ``train`` and
                ``validation`` by task (score, prior_score, skill, n; of validation also
                ``calibrated``, the skill after a temperature), ``skill``, ``best`` (it is kept).
        """

    def after_step(self, loop: Loop) -> None:
        """All of a step is done, the end of its epoch included: here a run may be interrupted."""

    def before_checkpoint(self, loop: Loop) -> None:
        """A checkpoint is about to be written; what has files of its own writes them now."""

    def after_training(self, loop: Loop) -> None:
        """The last step is done; `progress.stopped` says why it was the last."""

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run needs; by default nothing."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Takes up a saved state."""
