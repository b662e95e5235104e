import numpy as np
import polars as pl
import pytest
import torch

from malsori.corpus.corpus import Corpus, CorpusSpec
from malsori.corpus.splits import make_split
from malsori.corpus.writing import write_corpus
from malsori.encoders.store import Store
from malsori.errors import MalsoriError
from malsori.recipe import Recipe
from malsori.schema import Task
from malsori.signals.audio import Audio, audio_hash, write_audio
from malsori.signals.corrupt.mishear import Mishear
from malsori.signals.steps import Steps
from malsori.training import Predictor, embed, train
from malsori.training.augmenting import augment_note, copies_of
from malsori.training.building import build_encoders, check_recipe
from malsori.training.choosing import choose_for
from malsori.training.inference import answers
from malsori.training.loop import Loop
from malsori.training.preparing import prepare_examples
from malsori.words import Words

ROWS = 48
URGENT, CALM = "빨리 와 주세요 {} 번지예요", "천천히 오셔도 돼요 {} 번지예요"
AS_READ = {"kind": "mel_cnn", "cache": False, "width": 4, "depth": 1, "bands": 20}
NOISE = {"steps": [{"kind": "noise", "low": 0, "high": 10}]}


def tone(number: int) -> Audio:
    rng = np.random.default_rng(number)
    time = np.arange(4000) / 8000
    wave = 0.3 * np.sin(2 * np.pi * (150 + 200 * (number % 2)) * time) + rng.normal(0, 0.01, 4000)
    return Audio((np.rint(wave * 32768) / 32768).astype(np.float32), 8000)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Corpus:
    """Calls of half a second with a transcript; two rows of each speaker say the same."""
    folder = tmp_path_factory.mktemp("spoken")
    for i in range(ROWS):
        write_audio(folder / f"{i}.wav", tone(i))
    number = range(ROWS)
    table = pl.DataFrame(
        {
            "id": [f"call{i:02d}" for i in number],
            "speaker": [f"s{i // 4:02d}" for i in number],
            "audio": [str(folder / f"{i}.wav") for i in number],
            "audio_hash": [audio_hash(tone(i)) for i in number],
            "text": [(URGENT if i % 2 else CALM).format(i // 4 * 4 + i % 2) for i in number],
            "label.urgency": ["상" if i % 2 else "하" for i in number],
        }
    )
    task = Task(name="urgency", kind="ordinal", classes=("하", "상"))
    spec = CorpusSpec(name="spoken", adapter="table", tasks=(task,))
    made = write_corpus(folder / "corpus", spec, table)
    make_split(made, "by-speaker", by=["speaker"], test=0.25, validation=0.25)
    return made


def recipe_of(corpus, augment, encoders=None, **training):
    return Recipe.parse(
        {
            "corpus": {"path": str(corpus.path), "split": "by-speaker"},
            "tasks": ["urgency"],
            "encoders": encoders or {"text": {"kind": "jamo", "dim": 8, "buckets": 64}},
            "augment": augment,
            "fusion": {"kind": "early", "dim": 8},
            "sharing": {"kind": "hard", "dim": 8},
            "training": {
                "epochs": 3, "batch_size": 8, "threads": 1, "checkpoint_steps": 3, **training
            },
        }
    )  # fmt: skip


def copying(corpus, copies=2, chance=0.5, **training):
    steps = [{"kind": "mishear", "share": 0.5}, {"kind": "delete_words", "share": 0.3}]
    return recipe_of(
        corpus, {"text": {"steps": steps, "copies": copies, "chance": chance}}, **training
    )


def as_read(corpus, chance=0.5, **training):
    return recipe_of(
        corpus, {"speech": {**NOISE, "chance": chance}}, {"speech": AS_READ}, **training
    )


def examples_for(recipe, corpus, store):
    encoders = build_encoders(recipe)
    embed(recipe, store=store, workers=1)
    chosen = choose_for(recipe, corpus, encoders)
    return prepare_examples(recipe, corpus, encoders, Store(store), chosen)


@pytest.fixture(params=[as_read, copying], ids=["as read", "stored copies"])
def example_of(request, corpus, tmp_path):
    """Makes a recipe's examples, its modality being the only one."""

    def make(**options):
        found = examples_for(request.param(corpus, **options), corpus, tmp_path / "store")
        return found, next(iter(found.fetch))

    return make


class TestDraws:
    def test_do_not_depend_on_order_or_on_what_was_drawn_before(self, example_of):
        examples, modality = example_of()
        draw, rows = examples.draw[modality], examples.rows("train").tolist()
        jobs = [(row, epoch) for row in rows for epoch in range(3)]
        first = {job: draw(*job) for job in jobs}
        again, other = example_of()
        for job in reversed(jobs):
            np.testing.assert_array_equal(again.draw[other](*job), first[job])

    def test_differ_by_epoch_by_row_and_by_seed(self, example_of):
        examples, modality = example_of(chance=1.0)
        rows = examples.rows("train").tolist()
        draw, other = examples.draw[modality], example_of(chance=1.0, seed=1)[0].draw[modality]

        def share(pairs):
            return np.mean([not same(a, b) for a, b in pairs])

        assert share([(draw(row, 0), draw(row, 1)) for row in rows]) > 0.2
        assert share([(draw(row, 0), other(row, 0)) for row in rows]) > 0.2

    def test_change_a_row_as_often_as_the_chance_says(self, example_of):
        for chance in (0.2, 0.8):
            examples, modality = example_of(chance=chance)
            draw, fetch = examples.draw[modality], examples.fetch[modality]
            rows = examples.rows("train").tolist()
            changed = [not same(draw(row, e), fetch(row)) for row in rows for e in range(20)]
            assert np.mean(changed) == pytest.approx(chance, abs=0.1)

    def test_leave_rows_of_other_parts_as_they_are(self, example_of):
        examples, modality = example_of(chance=1.0)
        for part in ("validation", "test"):
            for row in examples.rows(part).tolist():
                for epoch in range(5):
                    assert same(examples.draw[modality](row, epoch), examples.fetch[modality](row))

    def test_reach_batches_of_an_epoch_and_no_others(self, example_of):
        examples, modality = example_of(chance=1.0)
        rows = examples.rows("train")[:8]
        plain, changed = examples.batch(rows), examples.batch(rows, epoch=0)
        assert plain.targets.keys() == changed.targets.keys()
        assert torch.equal(plain.targets["urgency"], changed.targets["urgency"])
        for i, row in enumerate(rows.tolist()):
            for batch, features in ((plain, examples.fetch[modality](row)),
                                    (changed, examples.draw[modality](row, 0))):  # fmt: skip
                here = batch.features[modality][i][batch.masks[modality][i]]
                np.testing.assert_array_equal(here.numpy(), features)

    def test_a_copy_in_which_nothing_is_left_is_the_row_itself(self, corpus, tmp_path, monkeypatch):
        monkeypatch.setattr(Mishear, "__call__", lambda *_: "...")
        recipe = recipe_of(
            corpus, {"text": {"steps": [{"kind": "mishear"}], "copies": 1, "chance": 1}}
        )
        examples = examples_for(recipe, corpus, tmp_path)
        for row in examples.rows("train").tolist():
            assert same(examples.draw["text"](row, 0), examples.fetch["text"](row))


def same(a, b):
    return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


class TestStoredCopies:
    def test_each_is_drawn_and_so_is_the_original(self, corpus, tmp_path):
        recipe = copying(corpus, copies=3, chance=0.7)
        examples = examples_for(recipe, corpus, tmp_path)
        encoders = copies_of(recipe, build_encoders(recipe))["text"]
        assert [encoder.copy for encoder in encoders] == [1, 2, 3]
        row = int(examples.rows("train")[0])
        drawn = {examples.draw["text"](row, epoch).tobytes() for epoch in range(60)}
        key = corpus.signal_hash(corpus.utterances.row(row, named=True), "text", "text")
        stored = {Store(tmp_path).reader(e).get(key).tobytes() for e in encoders}
        assert drawn == stored | {examples.fetch["text"](row).tobytes()}
        assert len(drawn) == 4

    def test_no_copy_of_a_held_out_row_is_ever_stored(self, corpus, tmp_path):
        recipe = copying(corpus)
        train(recipe, tmp_path / "run", store=tmp_path / "store")
        split = corpus.utterances.join(corpus.split("by-speaker"), on="id", maintain_order="left")
        keys = [corpus.signal_hash(row, "text", "text") for row in split.to_dicts()]
        parts = split.get_column(split.columns[-1]).to_list()
        trained = {key for key, part in zip(keys, parts, strict=True) if part == "train"}
        held_out = set(keys) - trained
        assert held_out
        store = Store(tmp_path / "store")
        encoders = build_encoders(recipe)
        for encoder in copies_of(recipe, encoders)["text"]:
            assert set(store.reader(encoder)) == trained
        assert set(store.reader(encoders["text"])) == set(keys)
        # Nothing else lies in the store: the encoder's place and those of two copies.
        assert len([p for p in store.folder.iterdir() if p.is_dir()]) == 3

    def test_are_encoded_once_whatever_the_seed_and_the_chance(self, corpus, tmp_path):
        first = embed(copying(corpus), store=tmp_path, workers=1)
        assert first["text, copy 1"].done == first["text, copy 2"].done > 0
        for recipe in (copying(corpus, seed=5), copying(corpus, chance=0.9)):
            again = embed(recipe, store=tmp_path, workers=1)
            assert [report.done for report in again.values()] == [0, 0, 0]
        more = embed(copying(corpus, copies=3), store=tmp_path, workers=1)
        assert {name: report.done > 0 for name, report in more.items()} == {
            "text": False, "text, copy 1": False, "text, copy 2": False, "text, copy 3": True
        }  # fmt: skip

    def test_of_audio_are_the_same_from_several_processes(self, corpus, tmp_path):
        recipe = recipe_of(
            corpus, {"speech": {**NOISE, "copies": 1}}, {"speech": {"kind": "logmel"}}
        )
        (encoder,) = copies_of(recipe, build_encoders(recipe))["speech"]
        for workers in (1, 2):
            embed(recipe, store=tmp_path / str(workers), workers=workers)
        one, two = (Store(tmp_path / name).reader(encoder) for name in "12")
        assert set(one) == set(two)
        assert len(one) > 10
        assert all(same(one.get(key), two.get(key)) for key in one)

    def test_rows_of_no_part_are_not_copied(self, corpus, tmp_path):
        names = corpus.split("by-speaker")
        dropped = names.filter(pl.col("split") == "train")["id"][:5].to_list()
        recipe = copying(corpus)
        left = sum(names["split"] == "train") - 5

        class Without(Corpus):
            def split(self, name):
                found = super().split(name)
                return found.with_columns(
                    split=pl.when(pl.col("id").is_in(dropped)).then(pl.lit("dropped"))
                    .otherwise(pl.col("split"))
                )  # fmt: skip

        from malsori.training.augmenting import fill_copies

        other = Without(corpus.path, corpus.spec, corpus.utterances, corpus.quarantine)
        encoders = build_encoders(recipe)
        reports = fill_copies(recipe, other, encoders, Store(tmp_path), 1)
        report = reports["text, copy 1"]
        assert report.done + report.shared == left


class TestHeldOutRows:
    def test_nothing_is_changed_in_validating_testing_and_predicting(
        self, corpus, tmp_path, monkeypatch
    ):
        """Every change of a waveform is seen, and must come from a training row."""
        parts = dict(corpus.split("by-speaker").select("id", "split").iter_rows())
        of = {row["audio_hash"]: parts[row["id"]] for row in corpus.utterances.to_dicts()}
        heard = []
        change = Steps.__call__

        def watched(self, signal, rng):
            heard.append(of[audio_hash(signal)])
            return change(self, signal, rng)

        monkeypatch.setattr(Steps, "__call__", watched)
        run = train(as_read(corpus, chance=1.0), tmp_path / "run", store=tmp_path / "store")
        trained = sum(part == "train" for part in parts.values())
        assert heard == ["train"] * trained * 3
        Predictor.load(run.path).predict({"speech": tone(3)})
        assert len(heard) == trained * 3

    def test_answers_draw_nothing(self, corpus, tmp_path, monkeypatch):
        from malsori.training.building import build_model, count_labels

        recipe = copying(corpus, chance=1.0)
        examples = examples_for(recipe, corpus, tmp_path)
        examples.draw["text"] = None  # calling it would fail
        tasks = {"urgency": corpus.tasks["urgency"]}
        counts = count_labels(examples, tasks)
        model = build_model(recipe, tasks, build_encoders(recipe), examples.widths, counts)
        logits, _ = answers(model, examples, examples.rows("train"))
        assert len(logits["urgency"]) == len(examples.rows("train"))


class TestRuns:
    @pytest.mark.parametrize("make", [as_read, copying], ids=["as read", "stored copies"])
    def test_continuing_equals_never_having_stopped(self, make, corpus, tmp_path, monkeypatch):
        recipe = make(corpus)
        whole = train(recipe, tmp_path / "whole", store=tmp_path / "store")
        step = Loop.step

        def stopping(self, rows):
            if self.progress.step == 7:
                raise KeyboardInterrupt
            step(self, rows)

        with monkeypatch.context() as patch:
            patch.setattr(Loop, "step", stopping)
            with pytest.raises(KeyboardInterrupt):
                train(recipe, tmp_path / "parts", store=tmp_path / "store")
        parts = train(recipe, tmp_path / "parts", store=tmp_path / "store")
        assert whole.predictions().equals(parts.predictions())
        assert whole.history_file.read_text() == parts.history_file.read_text()

    def test_changes_change_the_run_and_say_so(self, corpus, tmp_path, capsys):
        store = tmp_path / "store"
        changed = train(copying(corpus, chance=1.0), tmp_path / "changed", store=store)
        said = capsys.readouterr()
        assert "one of 2 stored copies" in said.out + said.err
        plain = train(recipe_of(corpus, {}), tmp_path / "plain", store=store)
        assert not plain.predictions().equals(changed.predictions())
        assert "augment" not in plain.recipe.data()
        assert changed.recipe.augment["text"].copies == 2


def test_how_rows_change_is_told(corpus):
    for recipe, said in (
        (copying(corpus, copies=1), "text of training rows is replaced by a stored copy (chance "),
        (copying(corpus, copies=3), "is replaced by one of 3 stored copies (chance 0.5; mishear"),
        (as_read(corpus), "speech of training rows is changed as it is read (chance "),
    ):
        (modality,) = recipe.augment
        assert said in Words().say(augment_note(recipe, build_encoders(recipe), modality))


class TestRefusals:
    def test_a_stored_encoder_needs_copies(self, corpus):
        recipe = recipe_of(corpus, {"text": {"steps": [{"kind": "mishear"}]}})
        message = (
            r"augment\.text\.copies: features of jamo .* stored.*--set augment\.text\.copies=2"
        )
        with pytest.raises(MalsoriError, match=message):
            build_encoders(recipe)
        with pytest.raises(MalsoriError, match=message):
            check_recipe(recipe, {})
        with pytest.raises(MalsoriError, match=message):
            embed(recipe)

    def test_who_could_read_rows_anew_is_told_how(self, corpus):
        recipe = recipe_of(corpus, {"speech": NOISE}, {"speech": {**AS_READ, "cache": True}})
        with pytest.raises(MalsoriError, match=r"--set encoders\.speech\.cache=false reads rows"):
            build_encoders(recipe)

    def test_an_encoder_that_stores_nothing_has_no_copies(self, corpus):
        recipe = recipe_of(corpus, {"speech": {**NOISE, "copies": 1}}, {"speech": AS_READ})
        with pytest.raises(MalsoriError, match=r"augment\.speech\.copies: mel_cnn stores nothing"):
            build_encoders(recipe)
