"""Looks for what makes training meaningless, and by default ends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from torch import Tensor

from malsori.balance.engines import Step
from malsori.errors import MalsoriError
from malsori.findings import Finding
from malsori.registry import ComponentConfig
from malsori.reporting import reporter
from malsori.training.guards import GUARDS, Guard, TrainingCase
from malsori.training.guards.base import Moment
from malsori.training.hooks.base import Hook
from malsori.words import Words

if TYPE_CHECKING:
    from malsori.training.loop import Loop


def refuse(finding: Finding) -> None:
    """Ends training with what was found, in the language of who listens."""
    words, done = Words(reporter().lang), finding.prescription
    raise MalsoriError(
        f"{finding.subject}: {finding.check}: {words.say(finding.message)}",
        hint=None if done is None else words.say(done.action),
    )


class Guarding(Hook):
    """Runs the checks of training at their moments.

    Args:
        guards: None takes all there are.
        act: Gets each finding; by default it is refused. A doctor notes it instead.
    """

    def __init__(
        self,
        guards: Sequence[Guard] | None = None,
        act: Callable[[Finding], None] = refuse,
    ) -> None:
        every = [GUARDS.build(ComponentConfig(kind=kind)) for kind in GUARDS.kinds()]
        self.guards, self.act = every if guards is None else list(guards), act

    def before_training(self, loop: Loop) -> None:
        """Looks at the setup."""
        self._look("before_training", loop)

    def after_backward(self, loop: Loop, losses: Mapping[str, Tensor], record: Step | None) -> None:  # noqa: ARG002
        """Looks at the losses, while the weights are still whole."""
        self._look("after_backward", loop, losses)

    def after_epoch(self, loop: Loop, row: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Looks at what was trained."""
        self._look("after_epoch", loop)

    def _look(self, moment: Moment, loop: Loop, losses: Mapping[str, Tensor] | None = None) -> None:
        case = TrainingCase(loop.setup, loop.progress.step, loop.epoch, losses or {})
        for guard in self.guards:
            if guard.moment == moment:
                for finding in guard.examine(case):
                    self.act(finding)
