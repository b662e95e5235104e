"""How a run learned: each task's score over the epochs, where it stopped and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from malsori.notes import Note
from malsori.training.choice_cautions import cautions

NAN = float("nan")


@dataclass(frozen=True)
class TaskHistory:
    """One task over the epochs."""

    task: str
    epochs: tuple[int, ...]  # [E] numbers of the epochs, from 1
    train: tuple[float, ...]  # [E] score in training, NaN where there is none; less is better
    validation: tuple[float, ...]  # [E] score on the validation rows
    prior: float  # score of the training prior on the validation rows; NaN if unknown


@dataclass(frozen=True)
class Learning:
    """How a run went."""

    tasks: tuple[TaskHistory, ...]  # none if it was interrupted early
    stopped: Note | None  # why it is finished
    epochs: int  # epochs that were finished
    planned: int  # epochs of the recipe
    step: int  # steps that are saved
    best_epoch: int | None  # whose weights the predictions are made with
    best_skill: float  # mean skill over tasks on the validation rows at that epoch
    cautions: tuple[Note, ...] = ()  # about how that epoch was chosen


def learning_of(
    state: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]],
    tasks: Sequence[str],
    planned: int,
) -> Learning:
    """Reads what `run.json` and `history.jsonl` say.

    Example:
        >>> rows = [{"epoch": 1, "validation": {"t": {"score": 0.6, "prior_score": 0.7}},
        ...          "train": {}, "skill": 0.1, "best": True}]
        >>> learning_of({"status": "running", "step": 9}, rows, ["t"], 5).best_epoch
        1
    """
    stopped = state["stopped"] if state["status"] == "finished" else None
    best = [row for row in history if row.get("best")]
    return Learning(
        tasks=tuple(_task(task, history) for task in tasks) if history else (),
        stopped=None if stopped is None else Note.of(stopped),
        epochs=len(history),
        planned=planned,
        step=int(state.get("step", 0)),
        best_epoch=int(best[-1]["epoch"]) if best else None,
        best_skill=_float(best[-1]["skill"]) if best else NAN,
        cautions=tuple(cautions(state)) if stopped is not None else (),
    )


def _task(task: str, history: Sequence[Mapping[str, Any]]) -> TaskHistory:
    def scores(part: str, name: str = "score") -> tuple[float, ...]:
        return tuple(_float(row.get(part, {}).get(task, {}).get(name)) for row in history)

    priors = [p for p in scores("validation", "prior_score") if p == p]  # noqa: PLR0124 - not NaN
    return TaskHistory(
        task=task,
        epochs=tuple(int(row["epoch"]) for row in history),
        train=scores("train"),
        validation=scores("validation"),
        prior=priors[-1] if priors else NAN,
    )


def _float(value: Any) -> float:
    return NAN if value is None else float(value)
