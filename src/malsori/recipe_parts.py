"""The sections of a recipe: what may be said of the corpus, the balance, the training."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from malsori.registry import ComponentConfig


class Section(BaseModel):
    """A section of a recipe: frozen, and nothing in it that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CorpusChoice(Section):
    """Which corpus, and which of its saved splits."""

    model_config = ConfigDict(coerce_numbers_to_str=True)  # a folder may be called 20240101

    path: str = Field(description="Folder of the corpus, from the current folder or absolute.")
    split: str = Field(description="Name of a saved split.")


class LabelTransform(Section):
    """What becomes of compound labels (`happy;neutral`) in training rows, and in no others."""

    compound: Literal["other_than_neutral"] = Field(
        description="A label of two classes, one of them neutral, becomes the other one."
    )
    neutral: str = Field("neutral", description="The class that gives way.")


class Augmentation(Section):
    """How the signals of one modality change, in training rows and in no others."""

    steps: tuple[ComponentConfig, ...] = Field(
        min_length=1, description="Transforms, one after the other."
    )
    choose: int | None = Field(
        None, ge=1, description="So many of the steps, drawn for each signal; null: all of them."
    )
    chance: float = Field(
        0.5, gt=0, le=1, description="Chance that a training row is changed in an epoch."
    )
    copies: int = Field(
        0, ge=0, le=100, description="Changed copies to store; 0 changes rows as they are read."
    )
    seed: int = Field(
        0, ge=0, lt=2**63, description="Of the changes; stored copies follow from it alone."
    )


class Vote(Section):
    """How several views of an utterance become one answer, and what the loss sees."""

    over: Literal["logits", "probabilities"] = Field(
        "logits", description="The mean of the logits, or of the probabilities (soft voting)."
    )
    loss_on: Literal["vote", "views", "both"] = Field(
        "vote", description="The loss of the joined answer, the mean over views, or both."
    )


class Warmup(Section):
    """A main task that trains alone for the first epochs."""

    task: str
    epochs: int = Field(1, ge=1)


class Monitor(Section):
    """How often the gradient monitor looks at the shared parameters."""

    every: int = Field(50, ge=1, description="Steps between two exact samples.")


class Balance(Section):
    """How the tasks' losses become one step."""

    warmup: Warmup | None = None
    weighting: ComponentConfig = ComponentConfig(kind="static")
    solver: ComponentConfig = ComponentConfig(kind="sum")
    engine: ComponentConfig = ComponentConfig(kind="split")
    monitor: Monitor | None = Field(Monitor(), description="null switches the monitor off.")


class Optimizer(Section):
    """AdamW (Loshchilov and Hutter, 2019); biases and normalisation are not decayed."""

    kind: Literal["adamw"] = "adamw"
    lr: float = Field(1e-3, gt=0, allow_inf_nan=False)
    weight_decay: float = Field(0.05, ge=0, allow_inf_nan=False)


class Schedule(Section):
    """The learning rate over the whole run: linear warm-up, then cosine or constant."""

    kind: Literal["cosine", "constant"] = "cosine"
    warmup: float = Field(0.1, ge=0, lt=1, description="Share of all steps.")


class Stop(Section):
    """Which epoch is kept; the run ends when for some epochs none was better."""

    on: str | dict[str, str] = Field(
        "skill",
        description="What is looked at on validation rows: skill, or any metric of the tasks' "
        "kinds (uar, macro_f1, qwk, ccc …), for all or by task: {emotion: uar}.",
    )
    weights: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(
        {}, description="Task → how much it counts in the choice; 1, if not said; 0: not at all."
    )
    patience: int = Field(8, ge=1)

    @field_validator("on", mode="before")
    @classmethod
    def _earlier_name(cls, on: Any) -> Any:
        return "skill" if on == "validation.skill" else on


class Training(Section):
    """The loop."""

    epochs: int = Field(30, ge=1)
    batch_size: int = Field(64, ge=2)
    optimizer: Optimizer = Optimizer()
    schedule: Schedule = Schedule()
    clip: float | None = Field(1.0, gt=0, description="Largest gradient norm, or null.")
    modality_dropout: float = Field(
        0.25, ge=0, lt=1, description="Chance that a training row loses one of its modalities."
    )
    seed: int = Field(0, ge=0, lt=2**63)
    stop: Stop | None = Field(Stop(), description="null trains all epochs; the best is kept.")
    checkpoint_steps: int = Field(100, ge=1, description="Most steps that a kill can cost.")
    device: str = Field("auto", description="auto, cpu, cuda, cuda:1, mps …")
    threads: int | None = Field(
        1,
        ge=1,
        description="Processor threads; one is fastest for small networks; null: every core.",
    )
