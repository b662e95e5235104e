"""What holds for every split of any corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from malsori.corpus import Corpus, CorpusSpec
from malsori.corpus.columns import complete
from malsori.corpus.leaks import LEAK_KINDS, find_leaks
from malsori.corpus.near import with_near
from malsori.corpus.splits import SplitInfo
from malsori.corpus.splits.options import Options
from malsori.corpus.splits.planning import plan_split
from malsori.errors import MalsoriError
from malsori.schema import Task
from malsori.words import Words

MOOD = Task(name="mood", kind="nominal", classes=("bad", "good", "odd"))
SPEC = CorpusSpec(name="toy", adapter="table", tasks=(MOOD,))
SIDES = ("train", "validation", "test")
STEM = "이것은 문장입니다 그리고 조금 더 길게 말합니다"

# Speakers of very unequal sizes, sessions across speakers, sentences and their near copies.
ROW = st.tuples(
    st.one_of(st.none(), st.sampled_from(["s1", "s1", "s1", "s2", "s10", "s3", "s4", "s5"])),
    st.one_of(st.none(), st.sampled_from(["f1", "f2", "f3", "f4"])),
    st.one_of(
        st.none(), st.sampled_from([STEM, f"{STEM} 네", "다른 말", "또 다른 말", "아주 다른 말"])
    ),
    st.sampled_from([None, "bad", "good", "odd"]),
)
ROWS = st.lists(ROW, min_size=6, max_size=60)
BY = st.sampled_from(
    [(), ("speaker",), ("text",), ("near_text",), ("speaker", "meta.film"),
     ("near_text", "speaker"), ("speaker", "text", "meta.film")]
)  # fmt: skip
MODE = st.sampled_from(["once", "folds", "left out"])


def corpus_of(rows: list[Any]) -> Corpus:
    columns = {"speaker": pl.String, "meta.film": pl.String, "text": pl.String}
    schema = {**columns, "label.mood": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    frame = frame.with_columns(id=pl.Series([f"u{k:03d}" for k in range(len(rows))]))
    return Corpus(Path("nowhere"), SPEC, complete(frame), pl.DataFrame())


def turned(corpus: Corpus, seed: int) -> Corpus:
    order = np.random.default_rng(seed).permutation(corpus.utterances.height)
    return Corpus(corpus.path, SPEC, corpus.utterances[order], pl.DataFrame())


def plan(corpus: Corpus, **changes: Any) -> list[SplitInfo]:
    fields: dict[str, Any] = {
        "by": (), "stratify": None, "test": 0.3, "validation": 0.2, "folds": None, "seed": 0,
        "column": None, "min_text": 4,
    }  # fmt: skip
    return plan_split(corpus, "x", Options(**{**fields, **changes}), LEAK_KINDS)


def asked(mode: str, by: tuple[str, ...]) -> dict[str, Any]:
    if mode == "folds":
        return {"by": by, "folds": 3}
    if mode == "left out":
        others = tuple(c for c in by if c != "speaker")
        return {"by": ("speaker", *others), "leave_one_out": "speaker"}
    return {"by": by}


def apart(corpus: Corpus, info: SplitInfo, by: tuple[str, ...]) -> bool:
    rows = with_near(corpus, by).with_columns(part=info.frame["split"])
    rows = rows.filter(pl.col("part").is_in(SIDES))
    for column in by:
        values = rows.select(pl.col(column), "part").drop_nulls()
        if column == "text":
            values = values.with_columns(pl.col(column).str.replace_all(" ", ""))
        if values.group_by(column).agg(pl.col("part").n_unique())["part"].max() not in (None, 1):
            return False
    return True


@settings(max_examples=50, deadline=None)
@given(
    ROWS, BY, MODE, st.sampled_from([None, "mood"]), st.sampled_from([None, 2]), st.integers(0, 3)
)
def test_nothing_is_on_two_sides_and_every_row_in_one_part(
    rows: list[Any],
    by: tuple[str, ...],
    mode: str,
    stratify: str | None,
    inner: int | None,
    seed: int,
) -> None:
    corpus = corpus_of(rows)
    options = asked(mode, by)
    try:
        infos = plan(corpus, **options, stratify=stratify, inner_folds=inner, seed=seed)
    except MalsoriError as error:
        said = ("cannot be", "no row", "stay empty", "none of them")
        assert any(reason in str(error) for reason in said)  # noqa: PT017
        return
    outer = {info.name: info for info in infos if "inside" not in info.how.get("fold", {})}
    for info in infos:
        assert info.frame["id"].to_list() == corpus.utterances["id"].to_list()
        assert set(info.frame["split"]) <= {*SIDES, "dropped"}
        assert sum(info.counts.values()) == len(rows)
        assert apart(corpus, info, options["by"])
        kinds = {leak.column for leak in find_leaks(corpus, info.frame, groups=options["by"])}
        assert not kinds & set(options["by"])
        inside = info.how.get("fold", {}).get("inside")
        if inside is not None:
            parts = outer[inside].frame["split"].to_numpy()
            used = info.frame["split"].is_in(["train", "validation"]).to_numpy()
            assert info.counts["test"] == 0
            assert not set(parts[used]) & {"test", "dropped"}
    crossed = len(options["by"]) > 1
    folds = list(outer.values())
    tested = sum((info.frame["split"] == "test").to_numpy().astype(int) for info in folds)
    if mode == "folds":
        assert tested.max() <= 1
        assert crossed or tested.min() == 1
    if mode == "left out":
        known = corpus.utterances["speaker"].is_not_null().to_numpy()
        assert np.array_equal(tested, known.astype(int))
        assert [info.how["fold"]["tests"] for info in folds] == sorted(
            set(corpus.utterances["speaker"].drop_nulls()), key=lambda s: int(s[1:])
        )
    if not crossed:
        assert all(info.counts["dropped"] == 0 for info in folds)


@settings(max_examples=25, deadline=None)
@given(ROWS, BY, MODE, st.sampled_from([None, "mood"]), st.integers(0, 5))
def test_the_order_of_the_rows_does_not_matter(
    rows: list[Any], by: tuple[str, ...], mode: str, stratify: str | None, seed: int
) -> None:
    corpus = corpus_of(rows)

    def hashes(corpus: Corpus) -> list[str]:
        options = asked(mode, by)
        infos = plan(corpus, **options, stratify=stratify, seed=seed, inner_folds=2)
        return [info.hash for info in infos]

    try:
        expected = hashes(corpus)
    except MalsoriError:
        with pytest.raises(MalsoriError):
            hashes(turned(corpus, seed))
        return
    assert hashes(turned(corpus, seed)) == expected


def within_one(info: SplitInfo, part: str, shares: float, size: int = 1) -> bool:
    every = {c: sum(info.classes["mood"][p][c] for p in (*SIDES, "dropped")) for c in MOOD.classes}
    there = info.classes["mood"][part]
    return all(abs(there[c] - shares * every[c]) <= size for c in MOOD.classes)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(MOOD.classes), min_size=8, max_size=80),
    st.floats(0.1, 0.9),
    st.integers(2, 6),
    st.integers(0, 9),
)
def test_rows_alone_are_stratified_within_one_row(
    labels: list[str], test: float, folds: int, seed: int
) -> None:
    corpus = corpus_of([(None, None, None, label) for label in labels])
    (once,) = plan(corpus, stratify="mood", test=test, validation=0, seed=seed)
    assert within_one(once, "test", test)
    for info in plan(corpus, stratify="mood", folds=folds, validation=0, seed=seed):
        assert within_one(info, "test", 1 / folds)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(MOOD.classes), min_size=8, max_size=40),
    st.integers(2, 4),
    st.floats(0.15, 0.85),
    st.integers(2, 5),
    st.integers(0, 9),
)
def test_equal_groups_of_one_class_are_stratified_within_one_group(
    classes: list[str], size: int, test: float, folds: int, seed: int
) -> None:
    assume(len(set(classes)) > 1)
    rows = [(f"s{k}", None, None, c) for k, c in enumerate(classes) for _ in range(size)]
    corpus = corpus_of(rows)
    options = {"by": ("speaker",), "stratify": "mood", "validation": 0, "seed": seed}
    (once,) = plan(corpus, test=test, **options)
    assert within_one(once, "test", test, size)
    for info in plan(corpus, folds=folds, **options):
        assert within_one(info, "test", 1 / folds, size)


@pytest.mark.parametrize("mode", ["once", "folds", "inner"])
def test_seeds_decide(mode: str) -> None:
    labels = [MOOD.classes[k % 3] for k in range(60)]
    corpus = corpus_of([(f"s{k % 20}", f"f{k % 4}", None, c) for k, c in enumerate(labels)])
    options = {
        "once": {"by": ("speaker",)},
        "folds": {"by": ("speaker",), "folds": 3, "stratify": "mood"},
        "inner": {"by": ("meta.film",), "leave_one_out": "meta.film", "inner_folds": 2,
                  "stratify": "mood", "validation": 0},
    }[mode]  # fmt: skip

    def hashes(seed: int) -> tuple[str, ...]:
        return tuple(info.hash for info in plan(corpus, **options, seed=seed))

    assert hashes(1) == hashes(1)
    assert len({hashes(seed) for seed in range(5)}) > 3


def test_near_text_is_a_warning_unless_it_is_taken_seriously() -> None:
    rows = [("s1", None, STEM, "bad"), ("s2", None, f"{STEM} 네", "good")] * 6
    rows += [("s3", None, f"전혀 다른 {k * 7 % 31} 번째 이야기 {k}", "bad") for k in range(24)]
    corpus = corpus_of([(f"{s}{k}", f, f"{t}", m) for k, (s, f, t, m) in enumerate(rows)])
    options = Options((), None, 0.3, 0.2, None, 0, None, 4)
    (info,) = plan_split(corpus, "x", options, ("text",))
    assert [leak.kind for leak in info.leaks] == ["text", "near-text"]
    with pytest.raises(MalsoriError, match=r"(?s)nearly the same text.*--by near_text.*near-text"):
        plan_split(corpus, "x", options, ("text",), strict=True)
    plan_split(corpus, "x", options, ("text", "near-text"), strict=True)
    allowed, warned = (Words().say(note) for note in info.remarks()[-2:])
    assert allowed.startswith("Allowed on request: the same text")
    assert warned.startswith("Warning: nearly the same text")
    assert "--by near_text keeps them together" in warned
    assert [leak["asked"] for leak in info.data()["leaks_allowed"]] == [True, False]


def test_rows_without_label_train_where_only_labelled_ones_are_divided() -> None:
    labels = [*["bad"] * 20, *["good"] * 10, *[None] * 10]
    corpus = corpus_of([(None, None, None, label) for label in labels])
    (info,) = plan(corpus, among="mood", stratify="mood", test=0.2, validation=0.25)
    unlabelled = corpus.utterances["label.mood"].is_null()
    assert set(info.frame.filter(unlabelled)["split"]) == {"train"}
    assert info.counts == {"train": 28, "validation": 6, "test": 6, "dropped": 0}
