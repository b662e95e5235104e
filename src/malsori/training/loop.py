"""The training loop: data, forward, losses, balance, step, evaluate. All else is a hook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from malsori import reporting
from malsori.errors import MalsoriError
from malsori.nn.batches import Batch, Output
from malsori.notes import Note
from malsori.reporting import Reporter
from malsori.training import tally
from malsori.training.epoch_choice import better, criteria, raised, values_of
from malsori.training.hooks import Hook
from malsori.training.optimizing import follow, hold, names_held, rate
from malsori.training.setup import Setup
from malsori.training.validating import validate


@dataclass
class Progress:
    """How far a run is, and the best weights so far; all of it is in every checkpoint."""

    step: int = 0  # how many steps are done
    best_skill: float = float("-inf")  # mean validation skill of the epoch that is kept
    best_epoch: int = 0  # the one that is kept, from 1; 0 is never
    kept: dict[str, float | None] = field(default_factory=dict)  # by what it was chosen, by task
    tops: dict[str, float] = field(default_factory=dict)  # task → the best of any epoch so far
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    best_structure: dict[str, Any] = field(default_factory=dict)  # see `Model.structure`
    sums: tally.Sums = field(default_factory=dict)  # scores of the epoch at work, see `tally`
    stopped: dict[str, Any] = field(default_factory=dict)  # a note's data; empty while it goes on


class Loop:
    """Trains one model; all that it changes is in `state_dict`, so it can go on anywhere.

    Random numbers of a step follow from the seed and the step's number alone. So a run that
    continues from a checkpoint draws what the uninterrupted run drew.

    Args:
        setup: What is trained on what.
        hooks: Called at each moment in this order, see `Hook`.
        reporter: Takes all words; None is whoever listens here.

    Attributes:
        history: Rows of finished epochs that no checkpoint has taken yet.
        epoch: From 0.
        criteria: Task → the metric that epochs are judged by.
        parameters: All of the model's.
        shared: Trained parameters that two or more tasks use, by group.
    """

    def __init__(
        self, setup: Setup, hooks: Sequence[Hook] = (), reporter: Reporter | None = None
    ) -> None:
        self.setup, self.hooks = setup, tuple(hooks)
        self.reporter = reporter or reporting.reporter()
        self.settings = setup.recipe.training
        for group in setup.optimizer.param_groups:
            group.setdefault("base_lr", group["lr"])  # what the schedule is a factor on
        self.criteria = criteria(self.settings.stop, setup.tasks)
        self.progress = Progress()
        self.history: list[dict[str, Any]] = []
        self.epoch = 0
        self.rows = setup.examples.rows("train")
        self.steps_per_epoch = -(-len(self.rows) // self.settings.batch_size)
        self.total = self.steps_per_epoch * self.settings.epochs
        self.parameters = list(setup.model.parameters())
        self.shared = setup.model.shared_groups()

    def train(self) -> None:
        """From where the progress is to the end, or until a hook stops it."""
        self._tell("before_training")
        while not self.over:
            self.epoch = self.progress.step // self.steps_per_epoch
            for rows in self._batches():
                self.step(rows)
                if self.progress.step % self.steps_per_epoch == 0:
                    self.end_epoch()
                self._tell("after_step")
        if not self.progress.stopped:
            self.stop(Note("stop.epochs", {"epochs": self.settings.epochs}))
        self._tell("after_training")

    @property
    def over(self) -> bool:
        """Whether the last step is done: of all epochs, or of the one in which a hook stopped."""
        ended = self.progress.step >= self.total or bool(self.progress.stopped)
        return ended and self.progress.step % self.steps_per_epoch == 0

    def stop(self, why: Note) -> None:
        """Ends training after this epoch."""
        self.progress.stopped = why.data()

    def step(self, rows: np.ndarray) -> None:
        """One batch: forward, losses, one backward pass through the engine, one update."""
        setup, step = self.setup, self.progress.step
        self._draw_anew()
        setup.model.train()
        keep = self._keep(rows, step)
        batch = setup.examples.batch(rows, keep, epoch=self.epoch).to(setup.device)
        self._tell("before_step", batch)
        self._draw_anew()  # whatever a hook has drawn
        engine = setup.engine
        engine.begin(step, self.epoch)
        output = setup.model(batch, engine.part if engine.needs_cut else None)
        losses = self._losses(output, batch)
        sums = self.progress.sums
        tally.add(sums, setup.tasks, output.probabilities, batch.targets, setup.priors)
        if losses:
            self._update(losses, batch)
        self.progress.step += 1

    def _update(self, losses: Mapping[str, Tensor], batch: Batch) -> None:
        setup = self.setup
        factor = rate(self.settings.schedule, self.progress.step, self.total)
        for group in setup.optimizer.param_groups:
            group["lr"] = group["base_lr"] * factor
        setup.optimizer.zero_grad(set_to_none=True)
        record = setup.engine.backward(losses, self.shared, setup.model.penalty())
        self._tell("after_backward", losses, record)
        if self.settings.clip is not None:
            torch.nn.utils.clip_grad_norm_(setup.model.parameters(), self.settings.clip)
        setup.optimizer.step()
        setup.engine.after_update(lambda: self._again(batch))
        self._tell("after_update")

    def end_epoch(self) -> None:
        """Validation, the weights to keep, one row of history."""
        setup, progress = self.setup, self.progress
        validation = validate(setup, self.criteria)
        best = self._choose(validation)
        seen, progress.sums = tally.means(progress.sums), {}
        row = {"epoch": self.epoch + 1, "step": progress.step, "train": seen}
        mean = tally.defined(tally.mean_skill(validation, "skill"))
        row |= {"validation": validation, "skill": mean, "best": best}
        self.history.append(row)
        setup.engine.end_epoch()
        self._tell("after_epoch", row)
        self._follow()  # a hook may have changed the structure

    def _choose(self, validation: tally.Scores) -> bool:
        """Keeps this epoch's weights if they are better than those that are kept; whether."""
        setup, progress, stop = self.setup, self.progress, self.settings.stop
        values = values_of(validation, self.criteria)
        progress.tops = raised(progress.tops, values)
        weights = stop.weights if stop else {}
        skill = tally.mean_skill(validation)
        skills = skill, progress.best_skill
        # There are always weights of some epoch, also where nothing is defined.
        best = not progress.best_epoch or better(
            values, progress.kept, progress.tops, weights, skills
        )
        if best:
            progress.kept, progress.best_epoch, progress.best_skill = values, self.epoch + 1, skill
            state = setup.model.state_dict()
            progress.best_weights = {k: v.detach().cpu().clone() for k, v in state.items()}
            progress.best_structure = setup.model.structure()
        return best

    def state_dict(self) -> dict[str, Any]:
        """Everything that continuing needs."""
        setup = self.setup
        return {
            "step": self.progress.step,
            "structure": setup.model.structure(),
            "model": setup.model.state_dict(),
            "held": names_held(setup.optimizer, setup.model),
            "optimizer": setup.optimizer.state_dict(),
            "engine": setup.engine.state_dict(),
            "hooks": {hook.name: hook.state_dict() for hook in self.hooks},
            "progress": dict(vars(self.progress)),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes back to a checkpoint."""
        setup = self.setup
        setup.model.restructure(state["structure"])
        setup.model.load_state_dict(state["model"])
        hold(setup.optimizer, setup.model, state["held"])
        setup.optimizer.load_state_dict(state["optimizer"])
        setup.engine.load_state_dict(state["engine"])
        for hook in self.hooks:
            hook.load_state_dict(state["hooks"].get(hook.name, {}))
        if "kept" not in state["progress"]:
            raise MalsoriError(
                "this run was begun by an earlier version of malsori, which chose its epoch by "
                "another rule",
                hint="finish it with that version, or train it again with --fresh",
            )
        self.progress = Progress(**state["progress"])
        self.parameters = list(setup.model.parameters())
        self.shared = setup.model.shared_groups()

    def _follow(self) -> None:
        setup = self.setup
        self.parameters = follow(
            setup.optimizer, setup.model, self.settings.optimizer, self.parameters
        )
        self.shared = setup.model.shared_groups()

    def _tell(self, moment: str, *about: Any) -> None:
        for hook in self.hooks:
            getattr(hook, moment)(self, *about)

    def _batches(self) -> Iterator[np.ndarray]:
        """The rows of each step of the epoch that is not done yet."""
        order = np.random.default_rng([self.settings.seed, self.epoch, 1]).permutation(self.rows)
        done, size = self.progress.step % self.steps_per_epoch, self.settings.batch_size
        for start in range(done * size, len(order), size):
            yield order[start : start + size]

    def _losses(self, output: Output, batch: Batch) -> dict[str, Tensor]:
        """By task the mean loss of the labelled rows; only of tasks that take part."""
        found = self.setup.model.loss(output, batch.wanted)
        return {t: loss.mean() for t, loss in found.items() if self.setup.engine.trains(t)}

    @torch.no_grad()
    def _again(self, batch: Batch) -> dict[str, Tensor]:
        """The losses of a batch after its update, under the same dropout."""
        self._draw_anew()
        return self._losses(self.setup.model(batch), batch)

    def _draw_anew(self) -> None:
        torch.manual_seed(_mix(self.settings.seed, self.progress.step))

    def _keep(self, rows: np.ndarray, step: int) -> dict[str, np.ndarray] | None:
        """Hides one modality of some rows, so that the stand-in for an absent one is trained."""
        modalities = list(self.setup.examples.fetch)
        if len(modalities) < 2 or self.settings.modality_dropout == 0:
            return None
        rng = np.random.default_rng([self.settings.seed, step, 2])
        loses = rng.random(len(rows)) < self.settings.modality_dropout
        which = rng.integers(len(modalities), size=len(rows))
        return {m: ~(loses & (which == i)) for i, m in enumerate(modalities)}


def _mix(seed: int, step: int) -> int:
    """One seed out of two numbers, with no simple relation between neighbours."""
    return int(np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0] >> 1)
