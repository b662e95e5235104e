from dataclasses import replace

import numpy as np
import pytest
import torch

from malsori.corpus.corpus import Corpus
from malsori.encoders.store import Store
from malsori.errors import MalsoriError
from malsori.findings import Finding
from malsori.reporting import Silent
from malsori.training.loop import Loop
from malsori.training.setup import assemble


def test_one_thing_is_replaced_and_no_other(recipe, toy):
    setup = assemble(recipe, toy, Store(toy.path / "store"), workers=1)
    other = replace(setup, optimizer=torch.optim.SGD(setup.model.parameters(), lr=0.1))
    assert other.model is setup.model
    assert other.examples is setup.examples
    loop = Loop(other, [], Silent())  # any optimizer of PyTorch, as it comes
    loop.train()
    assert loop.progress.best_skill > 0


def test_the_first_weights_follow_from_the_seed_alone(recipe, toy):
    one, two = (assemble(recipe, toy, Store(toy.path / "store"), workers=1) for _ in range(2))
    a, b = one.model.state_dict(), two.model.state_dict()
    assert all(torch.equal(a[k], b[k]) for k in a)


def test_what_was_seen_goes_to_who_asks_and_need_not_end_it(recipe, tmp_path):
    from malsori.corpus.corpus import CorpusSpec
    from malsori.corpus.splits import make_split
    from malsori.corpus.writing import write_corpus

    rows = Corpus.open(recipe.corpus.path).utterances
    spec = CorpusSpec(name="same", adapter="embeddings", tasks=_tasks(recipe))
    same = [np.ones((1, 5), np.float32)] * rows.height
    table = rows.drop("features.voice", "features.words")
    corpus = write_corpus(tmp_path, spec, table, features={"voice": same, "words": same})
    make_split(corpus, "by-speaker", by=["speaker"], test=0.25, validation=0.2)
    with pytest.raises(MalsoriError, match="constant"):
        assemble(recipe, corpus, Store(tmp_path / "store"), workers=1)
    seen: list[Finding] = []
    setup = assemble(
        recipe, corpus, Store(tmp_path / "store"), workers=1,
        seen=lambda findings, allow: seen.extend(findings),
    )  # fmt: skip
    assert {f.check for f in seen} == {"constant"}
    assert len(setup.examples) == rows.height


def _tasks(recipe):
    return tuple(Corpus.open(recipe.corpus.path).tasks.values())


def test_an_engine_from_outside_trains(recipe, toy):
    import importlib.util
    from pathlib import Path

    from malsori.balance.solvers.pcgrad import PCGrad
    from malsori.balance.weightings.norm_matched import NormMatched

    place = Path(__file__).parents[1] / "balance" / "engines" / "exact.py"
    spec = importlib.util.spec_from_file_location("exact", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    setup = assemble(recipe, toy, Store(toy.path / "store"), workers=1)
    tasks = list(setup.tasks)
    engine = module.Exact(tasks, NormMatched(tasks), PCGrad(tasks))
    loop = Loop(replace(setup, engine=engine), [], Silent())
    loop.train()
    assert loop.progress.best_skill > 0.1
    assert engine.last.tasks == tuple(tasks)
