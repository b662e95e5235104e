"""The network as a whole: encoders, fusion, sharing, heads, vote."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from malsori.encoders.base import EncoderModule
from malsori.encoders.tokens import Tokens
from malsori.errors import MalsoriError
from malsori.nn.batches import Batch, Output, TaskLoss
from malsori.nn.fusion.base import Fused, Fusion
from malsori.nn.heads.base import Head, Over, labelled
from malsori.nn.names import key_of
from malsori.nn.sharing.base import CutSharing, Sharing, Users
from malsori.schema import nearest

Copier = Callable[..., Mapping[str, Sequence[Tensor]]]
"""From the shared tensors of all views, one argument each, to each task's copies of all of them."""

# Of a fusion that ties its heads over the views: where the heads of all of them are.
TIED = "tied"

LossOn = Literal["vote", "views", "both"]


class Model(nn.Module):
    """Several modalities in, several tasks out.

    Args:
        encoders: by modality.
        fusion: makes the views.
        sharings: by view.
        heads: by view and task; if the fusion ties them over the views, by `TIED` and task.
        vote: whether views are joined over `logits` or `probabilities`.
        loss_on: the loss of the vote; the mean over the present `views` of their own losses; or
            `both`, the mean of the two.

    Raises:
        MalsoriError: the views of the fusion, the sharings and the heads do not fit together.

    Example:
        >>> from malsori.nn.fusion.early import Early
        >>> from malsori.nn.heads.nominal import Nominal
        >>> from malsori.nn.losses.cross_entropy import CrossEntropy
        >>> from malsori.nn.sharing.hard import Hard
        >>> from malsori.schema import Task
        >>> class Plain(EncoderModule):
        ...     dim = 4
        ...     def forward(self, features, mask):
        ...         return Tokens(features, mask)
        >>> task = Task(name="sentiment", kind="nominal", classes=("neg", "pos"))
        >>> model = Model(
        ...     {"text": Plain()},
        ...     Early({"text": 4}, dim=8),
        ...     {"early": Hard(8, ["sentiment"], dim=16)},
        ...     {"early": {"sentiment": Nominal(16, task, loss=CrossEntropy())}},
        ... )
        >>> batch = Batch({"text": torch.zeros(2, 3, 4)}, {"text": torch.ones(2, 3).bool()})
        >>> model(batch).probabilities["sentiment"].shape
        torch.Size([2, 2])
    """

    def __init__(
        self,
        encoders: Mapping[str, EncoderModule],
        fusion: Fusion,
        sharings: Mapping[str, Sharing],
        heads: Mapping[str, Mapping[str, Head]],
        *,
        vote: Over = "logits",
        loss_on: LossOn = "vote",
    ) -> None:
        super().__init__()
        self.views = list(fusion.view_dims)
        places = [TIED] if fusion.tied else self.views
        if list(sharings) != self.views or list(heads) != places:
            raise MalsoriError(
                f"model: the fusion has views {self.views}, but there are sharings for "
                f"{list(sharings)} and heads for {list(heads)}"
            )
        self.tasks = list(heads[places[0]])
        if any(list(each) != self.tasks for each in heads.values()):
            raise MalsoriError("model: every view needs heads for the same tasks in the same order")
        self.modalities = list(encoders)
        self.vote: Over = vote
        self.loss_on: LossOn = loss_on
        self.encoders = nn.ModuleDict({key_of(m): each for m, each in encoders.items()})
        self.fusion = fusion
        self.sharings = nn.ModuleDict({key_of(v): each for v, each in sharings.items()})
        self.heads = nn.ModuleDict(
            {
                key_of(view): nn.ModuleDict({key_of(t): head for t, head in by_task.items()})
                for view, by_task in heads.items()
            }
        )

    def head(self, task: str, view: str | None = None) -> Head:
        """The head of a task (of the first view, or a named one)."""
        place = TIED if self.fusion.tied else view or self.views[0]
        found: Head = self.heads[key_of(place)][key_of(task)]  # type: ignore[index]
        return found

    def sharing(self, view: str) -> Sharing:
        """The sharing of a view."""
        found: Sharing = self.sharings[key_of(view)]  # type: ignore[assignment]
        return found

    def forward(self, batch: Batch, part: Copier | None = None) -> Output:
        """Answers of a batch.

        Args:
            batch: targets are not read.
            part: an engine's, which stands where the tasks part; None leaves the sharings alone.

        Raises:
            MalsoriError: `part` is given and a sharing has no cut, or the batch has an unknown
                modality.
        """
        fused = self.fusion(self._tokens(batch))
        self._check_views(fused)
        if part is None:
            own = [self.sharing(v)(x) for v, x in zip(self.views, fused.views, strict=True)]
        else:
            own = self._parted(fused.views, part)
        views = self._answers(own)
        logits = {t: self.head(t).join(views[t], fused.present, self.vote) for t in self.tasks}
        probabilities = {t: self.head(t).probabilities(logits[t]) for t in self.tasks}
        return Output(logits, probabilities, views, fused.present, fused.attention)

    def loss(self, output: Output, targets: Mapping[str, Tensor]) -> dict[str, TaskLoss]:
        """The loss of each row and task.

        Args:
            output: of `forward`.
            targets: by task as `Batch` has them; rows without label are left out.

        Returns:
            Only the tasks that have a label in this batch: a task without one is absent, and its
            loss is not zero but none.
        """
        losses = {}
        for task in self.tasks:
            valid = labelled(targets[task]) if task in targets else None
            if valid is not None and bool(valid.any()):
                found = self._row_losses(task, output, valid, targets[task][valid])
                values = torch.zeros(len(valid), device=found.device)
                losses[task] = TaskLoss(values.masked_scatter(valid, found), valid)
        return losses

    def set_priors(self, priors: Mapping[str, npt.NDArray[np.float64]]) -> None:
        """Sets the heads of all views to answer with the training prior, see `Head.set_prior`.

        Args:
            priors: by task what is known of its training labels.
        """
        for view in self.views:
            for task, prior in priors.items():
                self.head(task, view).set_prior(prior)

    def penalty(self) -> Tensor | None:
        """What fusion and sharings add to the losses, a scalar; None if nothing."""
        each = [self.fusion.penalty(), *(self.sharing(view).penalty() for view in self.views)]
        found = [penalty for penalty in each if penalty is not None]
        return torch.stack(found).sum() if found else None

    def users(self) -> dict[str, Users]:
        """By group the parameters of the network, and the tasks that use them."""
        tasks = tuple(self.tasks)
        found = {
            f"encoder.{m}": Users(list(self.encoders[key_of(m)].parameters()), tasks)
            for m in self.modalities
        }
        found["fusion"] = Users(list(self.fusion.parameters()), tasks)
        for view in self.views:
            for name, group in self.sharing(view).users().items():
                found[f"sharing.{view}.{name}" if name else f"sharing.{view}"] = group
        for task in tasks:
            heads = {id(head): head for head in (self.head(task, view) for view in self.views)}
            each = [p for head in heads.values() for p in head.parameters()]
            found[f"head.{task}"] = Users(each, (task,))
        return found

    def shared_groups(self) -> dict[str, list[nn.Parameter]]:
        """Trained parameters that two or more tasks use, by group."""
        groups = {
            name: [p for p in parameters if p.requires_grad]
            for name, (parameters, tasks) in self.users().items()
            if len(tasks) > 1
        }
        return {name: parameters for name, parameters in groups.items() if parameters}

    def structure(self) -> dict[str, Any]:
        """By view what training changed of its sharing besides weights, as plain data for JSON."""
        each = {view: self.sharing(view).structure() for view in self.views}
        # A copy, because training may go on to change what the sharing keeps.
        return {view: deepcopy(structure) for view, structure in each.items() if structure}

    def restructure(self, structure: Mapping[str, Any]) -> None:
        """Takes up a `structure`, before `load_state_dict`; a view that is not in it is as built.

        Raises:
            MalsoriError: a view or a sharing that it is not of.
        """
        for view in structure:
            if view not in self.views:
                raise MalsoriError(
                    f"model: the saved structure has a view {view!r}, and this model has "
                    f"{', '.join(self.views)}"
                )
        device = next(self.parameters()).device
        for view in self.views:
            self.sharing(view).restructure(structure.get(view, {}))
        self.to(device)  # with parameters that are new

    def cuts(self) -> list[CutSharing]:
        """The sharings of all views, where an engine can stand.

        Raises:
            MalsoriError: one has no cut.
        """
        found = []
        for view in self.views:
            sharing = self.sharing(view)
            if not isinstance(sharing, CutSharing):
                raise MalsoriError(
                    f"sharing {type(sharing).__name__} has no one place where the tasks part, "
                    "and this engine stands there",
                    hint="choose an engine that needs no such place, or --set sharing.kind=hard",
                )
            found.append(sharing)
        return found

    def _check_views(self, fused: Fused) -> None:
        """A fusion must give what its `view_dims` promise."""
        sizes = list(self.fusion.view_dims.values())
        rows = len(fused.present)
        found = [tuple(view.shape) for view in fused.views]
        if found != [(rows, size) for size in sizes] or fused.present.shape != (rows, len(sizes)):
            raise MalsoriError(
                f"fusion {type(self.fusion).__name__}: gives views of shapes {found} and `present` "
                f"of {tuple(fused.present.shape)}",
                hint=f"its view_dims promise [B, D] with D = {sizes}, and `present` [B, V]",
            )

    def _tokens(self, batch: Batch) -> dict[str, Tokens]:
        for name in batch.features:
            if name not in self.modalities:
                raise MalsoriError(
                    f"model: no encoder for modality {name!r}", hint=nearest(name, self.modalities)
                )
        return {
            name: self.encoders[key_of(name)](values, batch.masks[name])
            for name, values in batch.features.items()
        }

    def _parted(self, views: Sequence[Tensor], part: Copier) -> list[dict[str, Tensor]]:
        """By view and task the representation, with `part` between the tasks."""
        cuts = self.cuts()
        shared = [list(cut.shared(view)) for cut, view in zip(cuts, views, strict=True)]
        copies = part(*itertools.chain(*shared))
        rest = {task: iter(copies[task]) for task in self.tasks}
        return [
            cut.branches({t: list(itertools.islice(rest[t], len(tensors))) for t in self.tasks})
            for cut, tensors in zip(cuts, shared, strict=True)
        ]

    def _answers(self, own: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
        """By task the logits of all views `[B, V, L]`."""
        found: dict[str, list[Tensor]] = {task: [] for task in self.tasks}
        for view, representations in zip(self.views, own, strict=True):
            for task in self.tasks:
                found[task].append(self.head(task, view)(representations[task]))
        return {task: torch.stack(each, dim=1) for task, each in found.items()}

    def _row_losses(self, task: str, output: Output, valid: Tensor, target: Tensor) -> Tensor:
        parts = []
        if self.loss_on != "views":
            parts.append(self._loss_of(self.head(task), output.logits[task][valid], target))
        if self.loss_on != "vote":
            parts.append(self._view_losses(task, output, valid, target))
        return torch.stack(parts).mean(dim=0)

    @staticmethod
    def _loss_of(head: Head, logits: Tensor, target: Tensor) -> Tensor:
        """The loss of each row; of another shape it would be averaged into something silently."""
        found = head.loss(logits, target)
        if found.shape != (len(logits),):
            raise MalsoriError(
                f"heads.{head.task.name}: the loss of {type(head).__name__} has shape "
                f"{tuple(found.shape)} for {len(logits)} rows",
                hint="a loss is one number for each row, not reduced: [B]",
            )
        return found

    def _view_losses(self, task: str, output: Output, valid: Tensor, target: Tensor) -> Tensor:
        """The mean loss of the views that vote, `[rows]`."""
        logits, present = output.views[task][valid], output.present[valid]
        voting = present | ~present.any(dim=1, keepdim=True)
        each = [
            self._loss_of(self.head(task, view), logits[:, index], target)
            for index, view in enumerate(self.views)
        ]
        losses = torch.stack(each, dim=1).masked_fill(~voting, 0.0)
        return losses.sum(dim=1) / voting.sum(dim=1)
