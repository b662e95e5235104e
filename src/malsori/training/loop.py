"""The training loop: data, forward, losses, balance, step, monitor, evaluate, checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from malsori.balance.engines.split import Split
from malsori.balance.monitor import GradMonitor
from malsori.console import ProgressLine
from malsori.corpus.targets import known
from malsori.errors import MalsoriError
from malsori.evaluation.scoring import prior_scores, row_scores, skill
from malsori.io import write_parquet
from malsori.nn.model import Batch, Model, Output
from malsori.nn.names import key_of
from malsori.recipe import Recipe
from malsori.schema import Task
from malsori.training import checkpoints
from malsori.training.data import Examples
from malsori.training.inference import answers
from malsori.training.optimizing import rate
from malsori.training.rundir import Run


@dataclass
class Progress:
    """How far a run is, and the best weights so far; all of it is in every checkpoint."""

    step: int = 0
    best_skill: float = float("-inf")
    best_epoch: int = 0
    best_weights: dict[str, torch.Tensor] = field(default_factory=dict)
    stale_epochs: int = 0
    sums: dict[str, list[float]] = field(default_factory=dict)
    applied: dict[str, float] = field(default_factory=dict)
    stopped: str = ""


class Loop:
    """Trains one model; everything it changes is in `state`, so it can stop and go on anywhere.

    Random numbers of a step follow from the seed and the step's number alone. So a run that
    continues from a checkpoint draws what the uninterrupted run drew.

    Args:
        run: Where checkpoints and history go.
        recipe: The recipe.
        tasks: The recipe's tasks.
        examples: The rows.
        priors: Task → what is known of its training labels.
        model: The network, on its device.
        optimizer: Over this model's parameters.
        engine: Balances the tasks.
        monitor: Looks at gradients, or None.
        device: Where the model is.
    """

    def __init__(
        self,
        *,
        run: Run,
        recipe: Recipe,
        tasks: Mapping[str, Task],
        examples: Examples,
        priors: Mapping[str, np.ndarray],
        model: Model,
        optimizer: torch.optim.Optimizer,
        engine: Split,
        monitor: GradMonitor | None,
        device: torch.device,
    ) -> None:
        self.run, self.recipe, self.tasks = run, recipe, tasks
        self.examples, self.priors, self.device = examples, priors, device
        self.model, self.optimizer, self.engine, self.monitor = model, optimizer, engine, monitor
        self.settings = recipe.training
        self.progress = Progress()
        self.pending: list[dict[str, Any]] = []
        self.rows = examples.rows("train")
        self.steps_per_epoch = -(-len(self.rows) // self.settings.batch_size)
        self.total = self.steps_per_epoch * self.settings.epochs
        self._check_optimizer()

    def _check_optimizer(self) -> None:
        """An optimizer that holds another model's parameters trains nothing, silently."""
        held = {id(p) for group in self.optimizer.param_groups for p in group["params"]}
        trained = {id(p) for p in self.model.parameters() if p.requires_grad}
        if held != trained:
            raise MalsoriError(
                "the optimizer does not hold exactly the model's trainable parameters: "
                f"{len(trained - held)} are missing, {len(held - trained)} belong to another model"
            )

    def train(self) -> None:
        """From where the progress is to the end, or to early stopping."""
        line = ProgressLine("train", self.total, unit="step")
        line.start_at(self.progress.step)
        while self.progress.step < self.total and not self.progress.stopped:
            epoch, position = divmod(self.progress.step, self.steps_per_epoch)
            order = self._order(epoch)
            for start in range(position, self.steps_per_epoch):
                size = self.settings.batch_size
                self.step(epoch, order[start * size : (start + 1) * size])
                last_of_epoch = start == self.steps_per_epoch - 1
                if last_of_epoch:
                    self.end_epoch(epoch)
                if self.progress.step % self.settings.checkpoint_steps == 0:
                    self.save()
                line.advance(note=self._note())
        if self.monitor is not None:
            self.monitor.flush()
        self.progress.stopped = self.progress.stopped or f"all {self.settings.epochs} epochs"
        self.save()
        line.close()

    def step(self, epoch: int, rows: np.ndarray) -> None:
        """One batch: forward, losses, one backward pass through the engine, one update."""
        step = self.progress.step
        torch.manual_seed(_mix(self.settings.seed, step))
        self.model.train()
        batch = self.examples.batch(rows, self._keep(rows, step), epoch=epoch).to(self.device)
        if self.monitor is not None and self.monitor.due(step):
            self._look(step, batch)
        torch.manual_seed(_mix(self.settings.seed, step))
        self.engine.set_step(step)
        output = self.model(batch, lambda shared: self.engine(*shared))
        losses = {
            task: loss.mean()
            for task, loss in self.model.loss(output, batch.wanted).items()
            if self._takes_part(task, epoch)
        }
        self._count(output, batch)
        if losses:
            self._update(losses, step)
        self.progress.step += 1

    def _update(self, losses: dict[str, torch.Tensor], step: int) -> None:
        total = self.engine.total(losses)
        if not torch.isfinite(total):
            names = [t for t, loss in losses.items() if not torch.isfinite(loss)]
            raise MalsoriError(
                f"step {step}: the loss of {', '.join(names)} is not finite",
                hint="lower training.optimizer.lr, or look for broken features",
            )
        factor = rate(self.settings.schedule, step, self.total)
        for group in self.optimizer.param_groups:
            group["lr"] = group["base_lr"] * factor
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        if self.monitor is not None and self.engine.last is not None:
            self.monitor.representation(step, self.engine.last)
            self.progress.applied = self.engine.last.applied
        if self.settings.clip is not None:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip)
        self.optimizer.step()

    def end_epoch(self, epoch: int) -> None:
        """Validation, early stopping, one row of history."""
        self._check_reached()
        validation = self.validate()
        mean = float(np.mean([entry["skill"] for entry in validation.values()]))
        progress, stop = self.progress, self.settings.stop
        better = mean > progress.best_skill
        if better:
            progress.best_skill, progress.best_epoch, progress.stale_epochs = mean, epoch + 1, 0
            state = self.model.state_dict()
            progress.best_weights = {k: v.detach().cpu().clone() for k, v in state.items()}
        elif self._warmed_up(epoch):
            progress.stale_epochs += 1
        row = {"epoch": epoch + 1, "step": progress.step, "train": self._training_scores()}
        self.pending.append({**row, "validation": validation, "skill": mean, "best": better})
        if stop is not None and progress.stale_epochs >= stop.patience:
            progress.stopped = (
                f"validation skill had not risen for {stop.patience} epochs (epoch {epoch + 1})"
            )

    def _check_reached(self) -> None:
        """An encoder that no gradient has reached in a whole epoch is trained in name only."""
        moved = {id(p) for p, state in self.optimizer.state.items() if state}
        for modality in self.model.modalities if moved else []:
            part = self.model.encoders[key_of(modality)]
            trained = [p for p in part.parameters() if p.requires_grad]
            if trained and not any(id(p) in moved for p in trained):
                raise MalsoriError(
                    f"encoders.{modality}: no gradient has reached any of its "
                    f"{sum(p.numel() for p in trained):,} trained parameters in epoch 1",
                    hint=f"either no training row has {modality}, or its model does not use what "
                    "`tune` adds; try another `tune`",
                )

    def validate(self) -> dict[str, dict[str, float]]:
        """Each task's own score on the validation rows, beside the prior's."""
        rows = self.examples.rows("validation")
        _, probabilities = answers(self.model, self.examples, rows, device=self.device)
        found = {}
        for name, task in self.tasks.items():
            labels = self.examples.targets[name][rows]
            there = known(labels)
            y, p = labels[there], probabilities[name][there]
            found[name] = {
                "score": float(row_scores(task.kind, p, y).mean()),
                "prior_score": float(prior_scores(task.kind, self.priors[name], y).mean()),
                "skill": float(skill(task.kind, p, y, self.priors[name])),
                "n": int(there.sum()),
            }
        return found

    def save(self) -> None:
        """Gradient rows, history and checkpoint, in the order that a kill cannot spoil."""
        rows = self.monitor.take() if self.monitor is not None else None
        if rows is not None and len(rows):
            write_parquet(rows, self.run.gradients / f"part-{self.progress.step:08d}.parquet")
        checkpoints.save(self.run, self.state_dict(), self.pending)

    def state_dict(self) -> dict[str, Any]:
        """Everything that continuing needs."""
        return {
            "step": self.progress.step,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "engine": self.engine.state_dict(),
            "monitor": self.monitor.state_dict() if self.monitor else {},
            "progress": dict(vars(self.progress)),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes back to a checkpoint."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.engine.load_state_dict(state["engine"])
        if self.monitor is not None:
            self.monitor.load_state_dict(state["monitor"])
        self.progress = Progress(**state["progress"])

    def _order(self, epoch: int) -> np.ndarray:
        return np.random.default_rng([self.settings.seed, epoch, 1]).permutation(self.rows)

    def _keep(self, rows: np.ndarray, step: int) -> dict[str, np.ndarray] | None:
        """Hides one modality of some rows, so that the stand-in for an absent one is trained."""
        modalities = list(self.examples.fetch)
        if len(modalities) < 2 or self.settings.modality_dropout == 0:
            return None
        rng = np.random.default_rng([self.settings.seed, step, 2])
        loses = rng.random(len(rows)) < self.settings.modality_dropout
        which = rng.integers(len(modalities), size=len(rows))
        return {m: ~(loses & (which == i)) for i, m in enumerate(modalities)}

    def _takes_part(self, task: str, epoch: int) -> bool:
        warmup = self.recipe.balance.warmup
        return warmup is None or epoch >= warmup.epochs or task == warmup.task

    def _warmed_up(self, epoch: int) -> bool:
        warmup = self.recipe.balance.warmup
        return warmup is None or epoch >= warmup.epochs

    def _look(self, step: int, batch: Batch) -> None:
        """Each task's gradient in the shared parameters, by a forward pass of its own."""
        assert self.monitor is not None
        losses = self.model.loss(self.model(batch), batch.wanted)
        self.monitor.parameters(
            step,
            {task: loss.values for task, loss in losses.items()},
            {task: loss.valid for task, loss in losses.items()},
            self.model.shared_groups(),
            self.progress.applied,
        )

    def _count(self, output: Output, batch: Batch) -> None:
        for name, task in self.tasks.items():
            y = batch.targets[name].cpu().numpy()
            there = known(y)
            if there.any():
                p = output.probabilities[name].detach().cpu().numpy()[there]
                score = float(row_scores(task.kind, p, y[there]).sum())
                prior = float(prior_scores(task.kind, self.priors[name], y[there]).sum())
                sums = self.progress.sums.setdefault(name, [0.0, 0.0, 0])
                self.progress.sums[name] = [
                    sums[0] + score, sums[1] + prior, sums[2] + int(there.sum())
                ]  # fmt: skip

    def _training_scores(self) -> dict[str, dict[str, float]]:
        """Scores seen while training (dropout on, weights moving), and starts anew."""
        found = {
            name: {"score": s / n, "prior_score": prior / n, "skill": 1 - s / prior, "n": int(n)}
            for name, (s, prior, n) in self.progress.sums.items()
        }
        self.progress.sums = {}
        return found

    def _note(self) -> str:
        best = self.progress.best_skill
        return f"best validation skill {best:.3f}" if np.isfinite(best) else ""


def _mix(seed: int, step: int) -> int:
    """One seed out of two numbers, with no simple relation between neighbours."""
    return int(np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0] >> 1)
