from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold

from malsori.corpus import Corpus, CorpusSpec, write_corpus
from malsori.corpus.columns import complete
from malsori.corpus.leaks import find_leaks
from malsori.corpus.splits import SplitInfo, hash_split, make_split, split_table
from malsori.corpus.splits.making import plan_split
from malsori.corpus.splits.options import Options
from malsori.errors import MalsoriError
from malsori.io import read_yaml
from malsori.notes import Note
from malsori.schema import Task
from malsori.words import Words

MOOD = Task(name="mood", kind="nominal", classes=("bad", "good"))
SPEC = CorpusSpec(name="toy", adapter="table", tasks=(MOOD,))
SPEAKER = st.one_of(st.none(), st.sampled_from([f"s{k}" for k in range(8)]))
TEXT = st.one_of(st.none(), st.sampled_from([f"문장 번호 {k}" for k in range(8)]))
ROWS = st.lists(
    st.tuples(SPEAKER, TEXT, st.sampled_from([None, "bad", "good"])), min_size=6, max_size=60
)


def in_memory(rows: pl.DataFrame) -> Corpus:
    return Corpus(Path("nowhere"), SPEC, complete(rows), pl.DataFrame())


def table(rows: list[tuple[str | None, str | None, str | None]]) -> pl.DataFrame:
    columns = {"speaker": pl.String, "text": pl.String, "label.mood": pl.String}
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    return frame.with_columns(id=pl.Series([f"u{k:03d}" for k in range(len(rows))]))


def plan(corpus: Corpus, *, folds: int | None = None, **changes: object) -> list[SplitInfo]:
    fields: dict[str, object] = {
        "by": (), "stratify": None, "test": 0.25, "validation": 0.2, "seed": 0, "column": None,
        "min_text": 4,
    }  # fmt: skip
    options = Options(**{**fields, **changes}, folds=folds)  # type: ignore[arg-type]

    return plan_split(corpus, "s", options, ("group", "audio", "text"))


def values(corpus: Corpus, info: SplitInfo, column: str, part: str) -> set[str]:
    rows = corpus.utterances.join(info.frame.rename({"split": "part"}), on="id")
    return set(rows.filter(pl.col("part") == part)[column].drop_nulls())


SPELT = {
    "blanks": [" " * 8 + "{}", "{}\t", "\u00a0{}"],
    "decomposed": [unicodedata.normalize("NFD", "김{}"), "김{}"],
    "float": ["{}", "{}.0", "{}.00"],
    "unseen": ["\ufeff{}", "{}\u200b", "\u00ad{}"],
}


@pytest.mark.parametrize("how", SPELT)
@pytest.mark.parametrize("column", ["speaker", "call", "dialogue", "meta.room"])
@pytest.mark.parametrize("asked", [{}, {"folds": 3}, {"leave_one_out": True}, {"column": "split"}])
def test_a_group_written_in_several_ways_is_on_one_side(
    tmp_path: Path, column: str, how: str, asked: dict[str, object]
) -> None:
    names = [SPELT[how][k % len(SPELT[how])].format(k // 10) for k in range(60)]
    table = pl.DataFrame({
        "id": [f"u{k:02d}" for k in range(60)],
        "text": [f"이것은 {k}번째 문장입니다" for k in range(60)],
        "split": [["train", " Test ", "dev"][k // 10 % 3] for k in range(60)],
        column: names,
    })  # fmt: skip
    corpus = write_corpus(tmp_path / "c", SPEC, table)
    if "leave_one_out" in asked:
        asked = {"leave_one_out": column}
    infos = make_split(corpus, "s", by=[] if "leave_one_out" in asked else [column], **asked)  # type: ignore[arg-type]
    if "leave_one_out" in asked:
        assert len(infos) == 6
    for info in infos:
        parts = dict(info.frame.iter_rows())
        for k in range(0, 60, 10):
            assert len({parts[i] for i in table["id"][k : k + 10]}) == 1
        assert any(n.key == "split.respelled" for n in info.notes)


def test_a_published_split_that_tears_a_speaker_apart_is_refused(tmp_path: Path) -> None:
    table = pl.DataFrame({
        "id": list("abcdef"),
        "split": ["train", "train", "dev", "dev", "test", "test"],
        "speaker": ["1", "2", "3", "4", "        1", "5"],
    })  # fmt: skip
    corpus = write_corpus(tmp_path / "c", SPEC, table)
    with pytest.raises(MalsoriError, match=r"the same speaker .* 1 value with 2 rows"):
        make_split(corpus, "published", column="split")


def test_names_that_may_be_one_are_told(tmp_path: Path) -> None:
    table = pl.DataFrame({
        "id": [f"u{k:02d}" for k in range(40)],
        "speaker": [f"{'sS'[k % 2]}{k // 4:02d}" for k in range(40)],
    })  # fmt: skip
    corpus = write_corpus(tmp_path / "c", SPEC, table)
    (info,) = make_split(corpus, "s", by=["speaker"])
    (note,) = [n for n in info.notes if n.key == "split.alike"]
    assert note.fields["n"] == 10
    assert "(such as 'S00' and 's00'). They count as different" in Words().say(note)


@settings(max_examples=60, deadline=None)
@given(
    ROWS,
    st.sampled_from([(), ("speaker",), ("text",), ("speaker", "text"), ("text", "speaker")]),
    st.sampled_from([None, "mood"]),
    st.sampled_from([None, 2, 3]),
    st.integers(0, 3),
)
def test_no_group_is_on_two_sides_and_the_counts_add_up(
    rows: list[tuple[str | None, str | None, str | None]],
    by: tuple[str, ...],
    stratify: str | None,
    folds: int | None,
    seed: int,
) -> None:
    corpus = in_memory(table(rows))
    try:
        infos = plan(corpus, by=by, stratify=stratify, folds=folds, seed=seed)
    except MalsoriError as error:
        # Only what cannot be done is refused, and only for such a reason.
        assert any(r in str(error) for r in ("cannot be", "no row", "stay empty"))  # noqa: PT017
        return
    for info in infos:
        assert sum(info.counts.values()) == len(rows)
        assert info.frame["id"].to_list() == corpus.utterances["id"].to_list()
        for column in by:
            parts = [values(corpus, info, column, p) for p in ("train", "validation", "test")]
            assert sum(map(len, parts)) == len(set.union(*parts))
        if len(by) < 2:
            assert info.counts["dropped"] == 0
        leaks = find_leaks(corpus, info.frame, groups=by)
        assert not {leak.column for leak in leaks} & set(by)
    if folds:
        tested = [i for info in infos for i in info.frame.filter(split="test")["id"]]
        assert len(tested) == len(set(tested)) == infos[0].tested
        assert len(by) == 2 or len(tested) == len(rows)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Six speakers who each read the same eight sentences, half of them gladly."""
    grid = [(s, t) for s in range(6) for t in range(8)]
    rows = {
        "id": [f"{s}-{t}" for s, t in grid],
        "speaker": [f"s{s}" for s, _ in grid],
        "text": [f"이것은 문장 {t}입니다" for _, t in grid],
        "split": ["train" if s < 4 else "test" for s, _ in grid],
        "label.mood": [("bad", "good")[t % 2] for _, t in grid],
        "meta.film": [str(t // 2) for _, t in grid],
    }
    return write_corpus(tmp_path / "corpus", SPEC, pl.DataFrame(rows))


def test_a_leak_is_an_error_with_examples_and_the_option_that_accepts_it(corpus: Corpus) -> None:
    with pytest.raises(MalsoriError) as caught:
        make_split(corpus, "speakers", by=["speaker"])
    message = str(caught.value)
    assert "8 texts with 48 rows" in message
    assert message.count("(train)") == 3
    assert "--allow-leak text" in message
    assert (
        "a split by text would leave nothing to learn: each text has one class of mood" in message
    )
    assert "--by text" not in message
    assert corpus.split_names() == []


def test_an_allowed_leak_is_recorded_and_shown(corpus: Corpus) -> None:
    (info,) = make_split(corpus, "speakers", by=["speaker"], allow_leaks=["text"])
    record = read_yaml(corpus.path / "splits" / "speakers.yaml")
    assert record["leaks_allowed"][0]["count"] == 8
    assert "Allowed on request: the same text" in split_table([info]).text()


def test_what_is_saved_is_what_is_returned(corpus: Corpus) -> None:
    infos = make_split(
        corpus, "x", by=["speaker", "text"], folds=2, validation=0, stratify="label.mood"
    )
    assert corpus.split_names() == ["x-0", "x-1"]
    for info in infos:
        assert corpus.split(info.name).equals(info.frame)
        record = read_yaml(corpus.path / "splits" / f"{info.name}.yaml")
        assert record["hash"] == hash_split(corpus.split(info.name))
        assert record["counts"] == info.counts == {
            "train": 12, "validation": 0, "test": 12, "dropped": 24,
        }  # fmt: skip
        assert record["how"]["by"] == ["speaker", "text"]
        assert record["corpus"] == corpus.digest
        assert record["tested"] == 24
        assert record["classes"]["mood"]["test"] == {"bad": 6, "good": 6}
    assert "Over all 2 folds 24 of 48 rows are tested" in split_table(infos).text()


def test_the_split_depends_on_seed_and_content_not_on_the_order_of_rows(corpus: Corpus) -> None:
    def digest(rows: pl.DataFrame, seed: int) -> str:
        return plan(in_memory(rows), by=("meta.film",), seed=seed, test=0.5)[0].hash

    rows = corpus.utterances
    assert digest(rows, 0) == digest(rows, 0) == digest(rows.sample(48, shuffle=True, seed=1), 0)
    assert len({digest(rows, seed) for seed in range(6)}) > 1


def test_the_hash_of_a_split_does_not_change_between_versions(corpus: Corpus) -> None:
    (info,) = plan(corpus, column="split", validation=0)
    # SHA-256 of the lines ID, tab, PART in the order of the ids.
    assert info.hash == "a44bc1623870b056d8042d30b63e66d625e3b1f0d0998490606ab676842c0507"


def test_rows_without_label_are_a_stratum_of_their_own() -> None:
    rows = table([(None, None, ("bad", "good", None)[k % 3]) for k in range(60)])
    (info,) = plan(in_memory(rows), stratify="mood", test=0.2, validation=0.25)
    parts = rows.with_columns(part=info.frame["split"])
    counts = parts.group_by("part", "label.mood").len()
    assert sorted(counts["len"]) == [4] * 6 + [12] * 3


def test_validation_comes_from_the_publishers_training_rows_in_groups(corpus: Corpus) -> None:
    made = {"column": "split", "share": 0.25}
    (info,) = make_split(
        corpus, "official", column="split", by=["speaker"], validation=0.25, allow_leaks=["text"]
    )
    assert info.counts == {"train": 24, "validation": 8, "test": 16, "dropped": 0}
    assert info.groups["speaker"] == {"train": 3, "validation": 1, "test": 2, "dropped": 0}
    assert Note("split.made_grouped", {**made, "by": ["speaker"]}) in info.notes
    (loose,) = make_split(
        corpus, "loose", column="split", validation=0.25, allow_leaks=["text", "group"]
    )
    assert Note("split.made_validation", made) in loose.notes


def test_rows_without_group_are_counted_and_free() -> None:
    corpus = in_memory(table([(None, None, "bad")] * 10 + [("s", None, "bad")] * 2))
    (info,) = plan(corpus, by=("speaker",))
    assert Words().say(info.notes[0]) == (
        "10 rows have no speaker (83.3 % of all); each is a group of its own."
    )


def speakers(folder: Path, known: int) -> Corpus:
    """Ten rows in order, of which the first few have one of two speakers."""
    names = [f"s{k % 2}" for k in range(known)] + [None] * (10 - known)
    rows = {"id": list("abcdefghij"), "speaker": names, "meta.film": list("xy") * 5}
    schema = {"id": pl.String, "speaker": pl.String, "meta.film": pl.String}
    return write_corpus(folder / "corpus", SPEC, pl.DataFrame(rows, schema=schema))


def test_a_column_without_any_value_keeps_nothing_together(tmp_path: Path) -> None:
    for allowed in (False, True):
        with pytest.raises(MalsoriError, match="no row has a speaker") as caught:
            make_split(
                speakers(tmp_path / str(allowed), 0), "s", by=["speaker"], allow_ungrouped=allowed
            )
        assert caught.value.hint is not None
        assert "--map speaker=COLUMN" in caught.value.hint
        assert caught.value.hint.endswith("has values: film")


def test_a_column_that_is_mostly_empty_is_taken_only_if_wanted(tmp_path: Path) -> None:
    corpus = speakers(tmp_path, 4)
    with pytest.raises(MalsoriError, match=r"6 of 10 rows have no speaker.*--allow-ungrouped"):
        make_split(corpus, "s", by=["speaker"])
    (info,) = make_split(corpus, "s", by=["speaker"], allow_ungrouped=True)
    assert info.notes[0] == Note("split.own_group", {"n": 6, "column": "speaker", "share": 0.6})
    make_split(speakers(tmp_path / "half", 5), "s", by=["speaker"])


def test_rows_without_a_text_cannot_leak_it(tmp_path: Path) -> None:
    texts = ["불이 났어요", *[None] * 9]
    rows = pl.DataFrame({"id": list("abcdefghij"), "text": texts})
    make_split(write_corpus(tmp_path / "corpus", SPEC, rows), "s", by=["text"])


def test_identical_audio_names_the_split_that_keeps_it_together(tmp_path: Path) -> None:
    rows = {"id": list("abcdefgh"), "speaker": list("stuvwxyz"), "audio_hash": list("aabcdefa")}
    rows["split"] = ["train"] * 4 + ["test"] * 4
    corpus = write_corpus(tmp_path / "corpus", SPEC, pl.DataFrame(rows))
    with pytest.raises(MalsoriError, match=r"as well \(--by speaker --by audio_hash\), or acc"):
        make_split(corpus, "s", by=["speaker"])
    with pytest.raises(MalsoriError, match="own with --by audio_hash in place of the publ"):
        make_split(corpus, "s", column="split")


def test_a_class_that_a_part_lacks_is_noted() -> None:
    corpus = in_memory(table([("a", None, "bad")] * 8 + [("b", None, "good")] * 8))
    (info,) = plan(corpus, by=("speaker",), validation=0)
    lacking = [n.fields["part"] for n in info.notes if n.key == "split.part_lacks"]
    assert lacking == ["train", "test"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"by": ["speeker"]}, "did you mean 'speaker'"),
        ({"stratify": "mod"}, "did you mean 'mood'"),
        ({"by": ["speaker"], "folds": 7}, "at most 6 folds"),
        ({"folds": 1}, "2 or more"),
        ({"folds": 3, "column": "split"}, "no folds"),
        ({"test": 1.0}, "no share"),
        ({"validation": -0.1}, "no share"),
        ({"allow_leaks": ["texts"]}, "did you mean 'text'.*group, audio, text"),
        ({"allow_leaks": ["speaker"]}, "is called group: --allow-leak group"),
        ({"allow_leaks": ["film"], "by": ["film"]}, "is called group: --allow-leak group"),
        ({"column": "film"}, "names no part"),
    ],
)
def test_impossible_requests(corpus: Corpus, changes: dict[str, object], message: str) -> None:
    with pytest.raises(MalsoriError, match=message):
        make_split(corpus, "s", **changes)  # type: ignore[arg-type]


def test_names_are_files_and_are_not_taken_twice(corpus: Corpus) -> None:
    options: dict[str, object] = {"by": ["speaker"], "allow_leaks": ["text"]}
    with pytest.raises(MalsoriError, match="not usable"):
        make_split(corpus, "../s", **options)  # type: ignore[arg-type]
    make_split(corpus, "s", seed=0, **options)  # type: ignore[arg-type]
    with pytest.raises(MalsoriError, match="already has a split 's'"):
        make_split(corpus, "s", seed=1, **options)  # type: ignore[arg-type]
    (info,) = make_split(corpus, "s", seed=1, overwrite=True, **options)  # type: ignore[arg-type]
    assert read_yaml(corpus.path / "splits" / "s.yaml")["hash"] == info.hash


def test_crossed_parts_that_stay_empty_are_explained() -> None:
    # One speaker says everything and every text is said by everybody: nothing can be apart.
    corpus = in_memory(table([("s1", f"문장 번호 {k % 2}", "bad") for k in range(8)]))
    with pytest.raises(MalsoriError):
        plan(corpus, by=("speaker", "text"), validation=0)


@pytest.mark.data
def test_emotional_speech_leaks_its_sentences_when_split_by_speaker() -> None:
    root = os.environ.get("MALSORI_DATA")
    if not root:
        pytest.skip("MALSORI_DATA is not set")
    source = pl.read_csv(Path(root) / "emotiontts" / "utterances.csv")
    rows = source.select("id", "speaker", "text")
    corpus = in_memory(rows)
    folds = plan(corpus, by=("speaker",), folds=5)
    speakers = rows["speaker"].to_numpy()
    for info, (_, test) in zip(folds, GroupKFold(5).split(speakers, groups=speakers), strict=True):
        assert np.array_equal(np.flatnonzero(info.frame["split"].to_numpy() == "test"), test)
        assert [leak.kind for leak in info.leaks] == ["text"]
    crossed = plan(corpus, by=("speaker", "text"), folds=5, validation=0)
    assert not any(info.leaks for info in crossed)
    assert crossed[0].tested is not None
    assert crossed[0].tested >= 60
    assert all(info.counts["train"] >= 180 for info in crossed)
