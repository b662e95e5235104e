"""All that a training run is made of, before its first step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from malsori.balance.engines import Engine
from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder
from malsori.encoders.store import Store
from malsori.errors import MalsoriError
from malsori.nn.model import Model
from malsori.recipe import Recipe
from malsori.schema import Task
from malsori.training.augmenting import fill_copies
from malsori.training.building import (
    build_encoders,
    build_engine,
    build_model,
    check_cut,
    check_heads,
    count_labels,
    prepare_model,
)
from malsori.training.choosing import choose_for
from malsori.training.data import Examples
from malsori.training.epoch_choice import criteria
from malsori.training.optimizing import make_optimizer
from malsori.training.preparing import fill, prepare_examples, priors_of
from malsori.training.watching import Seen, tell


@dataclass(frozen=True)
class Setup:
    """What is trained, on what, and how. `dataclasses.replace` changes one thing and no other."""

    recipe: Recipe
    tasks: Mapping[str, Task]  # classes in their declared order
    encoders: Mapping[str, Encoder]  # modality → encoder, the half that prepares signals
    examples: Examples  # the rows
    priors: Mapping[str, np.ndarray]  # task → as `scoring.prior_of` gives it
    model: Model  # the network, on its device, with its first weights
    optimizer: torch.optim.Optimizer  # over this model's trained parameters
    engine: Engine  # makes the tasks' losses into one step
    device: torch.device  # where the model is


def assemble(
    recipe: Recipe,
    corpus: Corpus,
    store: Store,
    *,
    encoders: Mapping[str, Encoder] | None = None,
    workers: int | None = None,
    allow: Sequence[str] = (),
    seen: Seen = tell,
) -> Setup:
    """Chooses rows, encodes what the store does not have, and builds the network on top.

    Args:
        recipe: What to train.
        corpus: On what.
        store: Where features are kept.
        encoders: Modality → encoder, if they are built already.
        workers: Processes that encode; None uses every core.
        allow: Checks of features whose serious findings do not end it.
        seen: Is given what was seen in the features of a modality as soon as they are there, and
            `allow`; by default it says them and refuses what no network could learn from.

    Raises:
        MalsoriError: Bad input: names that are not there, a split that cannot be trained on,
            signals that cannot be encoded, a device that cannot be used; or from `seen`.

    Example:
        >>> import tempfile
        >>> from dataclasses import replace
        >>> from malsori.training.tiny import tiny_corpus
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     recipe = tiny_corpus(folder)
        ...     corpus = Corpus.open(folder)
        ...     setup = assemble(recipe, corpus, Store(corpus.path / "store"), workers=1)
        >>> frozen = replace(setup, optimizer=torch.optim.SGD(setup.model.parameters(), lr=0.0))
        >>> frozen.model is setup.model
        True
    """
    encoders = build_encoders(recipe) if encoders is None else encoders
    device = device_of(recipe)
    chosen = choose_for(recipe, corpus, encoders)  # not after hours of encoding
    tasks = {name: corpus.tasks[name] for name in recipe.tasks}
    check_heads(recipe, tasks)
    check_cut(recipe)
    criteria(recipe.training.stop, tasks)  # refuses what does not fit
    fill(corpus, encoders, store, workers, allow=allow, seen=seen)
    fill_copies(recipe, corpus, encoders, store, workers, allow=allow, seen=seen)
    examples = prepare_examples(recipe, corpus, encoders, store, chosen)
    priors, counts = priors_of(examples, tasks), count_labels(examples, tasks)
    model = build_model(recipe, tasks, encoders, examples.widths, counts)
    prepare_model(model, examples, priors)
    model.to(device)
    optimizer = make_optimizer(model, recipe.training.optimizer)
    engine = build_engine(recipe)
    return Setup(recipe, tasks, encoders, examples, priors, model, optimizer, engine, device)


def device_of(recipe: Recipe) -> torch.device:
    """The device that a recipe trains on.

    Raises:
        MalsoriError: It cannot be used here.
    """
    name = recipe.training.device
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise MalsoriError(
            f"training.device: {name!r} cannot be used here",
            hint="auto, cpu, cuda, cuda:1 or mps, if this machine and this PyTorch have it",
        ) from error
    return device
