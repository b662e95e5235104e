"""Presets on corpora that are generated as their adapters write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

from malsori.corpus import Corpus, CorpusSpec
from malsori.corpus.columns import complete
from malsori.corpus.leaks import LeakKind
from malsori.corpus.splits import (
    SplitInfo,
    load_preset,
    make_preset,
    make_split,
    preset_table,
    presets,
    split_table,
)
from malsori.corpus.splits import preset as presets_module
from malsori.errors import MalsoriError
from malsori.io import read_yaml
from malsori.notes import Note
from malsori.schema import Task

EMOTIONS = ("neutral", "happy", "angry", "surprise", "sad", "fear", "disgust")
# Utterances with a single label, those tested of them, and those with two or more: as published.
KEMDY20 = dict(zip(EMOTIONS, (11120, 1183, 144, 156, 121, 43, 61), strict=True))
TESTED = dict(zip(EMOTIONS, (2224, 237, 29, 31, 24, 9, 12), strict=True))
COMPOUND = 634


def made(folder: Path, adapter: str, rows: dict[str, Any], task: Task | None) -> Corpus:
    spec = CorpusSpec(name=adapter, adapter=adapter, tasks=(task,) if task else ())
    folder.mkdir(exist_ok=True)
    return Corpus(folder, spec, complete(pl.DataFrame(rows)), pl.DataFrame())


def kemdy20(folder: Path, sessions: range = range(1, 41), each: int = 20) -> Corpus:
    n = each * len(sessions)
    session = [f"{s:02d}" for s in sessions for _ in range(each)]
    speaker = [f"User{2 * s - k % 2:03d}" for s in sessions for k in range(each)]
    label = [None if k % 10 == 9 else ("neutral", "happy")[k % 2] for k in range(n)]
    rows = {
        "id": [f"Sess{s}_{k:05d}" for k, s in enumerate(session)],
        "call": session,
        "speaker": speaker,
        "dialogue": [f"{s}/script{k % 3}" for k, s in enumerate(session)],
        "meta.session": session,
        "label.emotion": label,
        "compound.emotion": [None if c else ["neutral", "happy"] for c in label],
    }
    return made(folder, "kemdy20", rows, Task(name="emotion", kind="nominal", classes=EMOTIONS))


def parts(corpus: Corpus, info: SplitInfo, column: str, part: str) -> set[Any]:
    return set(corpus.utterances.filter(info.frame["split"] == part)[column].drop_nulls())


def test_five_folds_of_eight_sessions(tmp_path: Path) -> None:
    corpus = kemdy20(tmp_path)
    folds = make_preset(corpus, load_preset("kemdy20/session5"))
    assert [fold.name for fold in folds] == [f"session5-{k}" for k in range(5)]
    for k, fold in enumerate(folds):
        tested = {f"{s:02d}" for s in range(8 * k + 1, 8 * k + 9)}
        assert parts(corpus, fold, "call", "test") == tested
        assert not parts(corpus, fold, "speaker", "test") & parts(corpus, fold, "speaker", "train")
        assert fold.counts["validation"] > 0
        assert fold.counts["dropped"] == 0
    record = read_yaml(tmp_path / "splits" / "session5-2.yaml")
    assert record["how"]["preset"]["name"] == "kemdy20/session5"
    assert record["how"]["fold"]["tests"] == "meta.session 17–24"
    assert record["leaks_allowed"] == []


def test_a_part_of_the_sessions_has_the_folds_that_it_can(tmp_path: Path) -> None:
    folds = make_preset(kemdy20(tmp_path, range(3, 20)), load_preset("kemdy20/session5"))
    assert [fold.name for fold in folds] == ["session5-0", "session5-1", "session5-2"]
    assert Note("split.no_rows", {"column": "session", "range": "25–32"}) in folds[0].notes


def test_sessions_after_the_thirty_second_are_tested(tmp_path: Path) -> None:
    corpus = kemdy20(tmp_path)
    (info,) = make_preset(corpus, load_preset("kemdy20/session32"), "mmm", validation=0)
    assert info.name == "mmm"
    assert parts(corpus, info, "call", "test") == {f"{s}" for s in range(33, 41)}
    assert info.counts == {"train": 640, "validation": 0, "test": 160, "dropped": 0}


def test_the_random_split_of_study_b_has_the_counts_of_its_first_table(tmp_path: Path) -> None:
    label = [c for c, n in KEMDY20.items() for _ in range(n)] + [None] * COMPOUND
    rows = {
        "id": [f"u{k:05d}" for k in range(len(label))],
        "speaker": [f"s{k % 80}" for k in range(len(label))],
        "label.emotion": label,
        "compound.emotion": [None if c else ["neutral", "happy"] for c in label],
    }
    task = Task(name="emotion", kind="nominal", classes=EMOTIONS)
    corpus = made(tmp_path, "kemdy20", rows, task)
    (info,) = make_preset(corpus, load_preset("kemdy20/random80"))
    assert info.counts == {"train": 10262 + COMPOUND, "validation": 0, "test": 2566, "dropped": 0}
    assert info.classes["emotion"]["test"] == TESTED
    compound = corpus.utterances["compound.emotion"].is_not_null()
    assert set(info.frame.filter(compound)["split"]) == {"train"}
    # Loudly: in the record, below the table and in the list of presets.
    record = read_yaml(tmp_path / "splits" / "random80.yaml")
    assert record["how"]["preset"]["leaky"] == "speakers"
    assert record["leaks_allowed"][0]["column"] == "speaker"
    said = split_table([info]).text()
    assert "Preset kemdy20/random80 is leaky: the same speakers" in said
    assert "Allowed on request: the same speaker" in said
    assert ["kemdy20/random80", "leaky"] in [row[:2] for row in preset_table().rows]


def iemocap(folder: Path) -> Corpus:
    grid = [(s, g, k) for s in range(1, 6) for g in "FM" for k in range(12)]
    rows = {
        "id": [f"Ses{s:02d}_{g}{k}" for s, g, k in grid],
        "call": [f"Ses{s:02d}" for s, _, _ in grid],
        "speaker": [f"Ses{s:02d}{g}" for s, g, _ in grid],
        "dialogue": [f"Ses{s:02d}_impro{k % 2}" for s, _, k in grid],
        "text": [f"the script says this in line {k}" for _, _, k in grid],
        "meta.session": [f"Ses{s:02d}" for s, _, _ in grid],
    }
    return made(folder, "iemocap", rows, None)


def test_one_session_is_left_out_and_another_is_validated_on(tmp_path: Path) -> None:
    corpus = iemocap(tmp_path)
    folds = make_preset(corpus, load_preset("iemocap/loso"), inner_folds=2)
    assert [fold.name for fold in folds[:4]] == ["loso-0", "loso-0.0", "loso-0.1", "loso-1"]
    for k, fold in enumerate(folds[::3]):
        assert parts(corpus, fold, "call", "test") == {f"Ses{k + 1:02d}"}
        assert len(parts(corpus, fold, "call", "validation")) == 1
        assert "text" in [leak.kind for leak in fold.leaks]
    for fold in folds[1:3]:
        assert fold.how["fold"]["inside"] == "loso-0"
        assert len(parts(corpus, fold, "call", "validation")) == 2


def test_each_speaker_is_tested_and_the_partner_validated_on(tmp_path: Path) -> None:
    corpus = iemocap(tmp_path)
    folds = make_preset(corpus, load_preset("iemocap/speaker"))
    assert len(folds) == 10
    for fold in folds:
        (tested,) = parts(corpus, fold, "speaker", "test")
        (partner,) = parts(corpus, fold, "speaker", "validation")
        assert tested[:5] == partner[:5]
        assert tested != partner
        assert len(parts(corpus, fold, "speaker", "train")) == 8


def test_the_published_parts_of_meld(tmp_path: Path) -> None:
    named = ["train"] * 50 + ["validation"] * 20 + ["test"] * 30
    rows = {
        "id": [f"u{k:03d}" for k in range(100)],
        "speaker": ["Joey", "Ross"] * 50,
        "dialogue": [f"{part}-dia{k // 5}" for k, part in enumerate(named)],
        "split": named,
    }
    corpus = made(tmp_path, "meld", rows, None)
    (info,) = make_preset(corpus, load_preset("meld/official"))
    assert info.frame["split"].to_list() == named
    assert info.name == "official"


def calls119(folder: Path) -> Corpus:
    urgency = [("하", "중", "상")[k % 3] for k in range(300) for _ in range(2)]
    rows = {
        "id": [f"c{k:03d}/{u}" for k in range(300) for u in range(2)],
        "call": [f"c{k:03d}" for k in range(300) for _ in range(2)],
        "split": ["train" if k < 240 else "validation" for k in range(300) for _ in range(2)],
        "label.urgency": urgency,
    }
    task = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
    return made(folder, "aihub119", rows, task)


def test_calls_stay_whole_eight_to_one_to_one(tmp_path: Path) -> None:
    (info,) = make_preset(calls119(tmp_path), load_preset("aihub119/call"))
    assert info.groups["call"] == {"train": 240, "validation": 30, "test": 30, "dropped": 0}
    for part, n in (("train", 160), ("validation", 20), ("test", 20)):
        assert all(abs(k - n) <= 2 for k in info.classes["urgency"][part].values())


def test_the_published_validation_part_of_119_becomes_test(tmp_path: Path) -> None:
    corpus = calls119(tmp_path)
    (info,) = make_preset(corpus, load_preset("aihub119/published"))
    assert info.counts == {"train": 432, "validation": 48, "test": 120, "dropped": 0}
    assert Note("split.renamed", {"part": "validation", "to": "test"}) in info.notes
    assert parts(corpus, info, "split", "test") == {"validation"}


@pytest.mark.parametrize(("name", "leaks"), [("dialogue", ["group"]), ("speaker", [])])
def test_conversations_or_people_and_sentences_stay_whole(
    tmp_path: Path, name: str, leaks: list[LeakKind]
) -> None:
    rng = np.random.default_rng(0)
    talks = [f"talk{k // 15:03d}" for k in range(1800)]
    people = [f"4차년도/{20 + int(t[4:]) % 24}/{'fe' * (int(t[4:]) % 2)}male" for t in talks]
    said = [f"문장 {rng.integers(9**6):06d}" if k % 9 else f"흔한 말 {k % 90}" for k in range(1800)]
    rows = {
        "id": [f"u{k:04d}" for k in range(1800)],
        "dialogue": talks,
        "speaker": people,
        "text": said,
        "label.emotion": [EMOTIONS[k % 7] for k in range(1800)],
    }
    task = Task(name="emotion", kind="nominal", classes=EMOTIONS)
    corpus = made(tmp_path, "aihub_emotion", rows, task)
    (info,) = make_preset(corpus, load_preset(f"aihub_emotion/{name}"), min_text=3)
    column = "speaker" if name == "speaker" else "dialogue"
    for one, other in (("train", "test"), ("train", "validation"), ("validation", "test")):
        for key in (column, "text"):
            assert not parts(corpus, info, key, one) & parts(corpus, info, key, other)
    assert [leak.kind for leak in info.leaks if leak.kind != "near-text"] == leaks
    assert info.counts["test"] > 200
    assert info.counts["dropped"] < 450


def test_published_parts_without_a_test_part_name_the_preset_that_has_one(tmp_path: Path) -> None:
    rows = {"id": ["a", "b", "c"], "call": ["1", "2", "3"], "split": ["train"] * 2 + ["validation"]}
    corpus = made(tmp_path / "119", "aihub119", rows, None)
    with pytest.raises(MalsoriError, match=r"names no row for test.*--preset aihub119/published"):
        make_split(corpus, "mine", column="split")
    corpus = made(tmp_path / "own", "table", rows, None)
    with pytest.raises(MalsoriError, match=r"make a split of your own\)$"):
        make_split(corpus, "mine", column="split")


def test_a_preset_of_another_corpus_says_what_is_missing(tmp_path: Path) -> None:
    corpus = calls119(tmp_path)
    with pytest.raises(MalsoriError, match="has no session in any row") as caught:
        make_preset(corpus, load_preset("kemdy20/session5"))
    assert caught.value.hint is not None
    assert "malsori corpus import kemdy20" in caught.value.hint
    assert "aihub119/call, aihub119/published" in caught.value.hint
    with pytest.raises(MalsoriError, match="no task emotion"):
        make_preset(corpus, load_preset("kemdy20/random80"))
    assert corpus.split_names() == []


def test_leaks_that_are_not_the_presets_own_are_refused(tmp_path: Path) -> None:
    corpus = calls119(tmp_path)
    same = corpus.utterances.with_columns(audio_hash=pl.lit("same"))
    corpus = Corpus(tmp_path, corpus.spec, same, pl.DataFrame())
    with pytest.raises(MalsoriError, match="identical audio"):
        make_preset(corpus, load_preset("aihub119/call"))
    make_preset(corpus, load_preset("aihub119/call"), allow_leaks=["audio"])


@pytest.mark.parametrize("preset", [p.name for p in presets()])
def test_every_preset_is_told_in_a_line_and_says_where_it_is_from(preset: str) -> None:
    found = load_preset(preset)
    assert found.source
    assert len(found.about) < 90
    assert (found.leaky is None) or found.allow
    # A preset that marks nothing as leaky may share sentences, but no people.
    assert found.leaky or "group" not in found.allow or found.partner


def test_a_new_preset_is_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    file = tmp_path / "mine" / "own.yaml"
    file.write_text(yaml.safe_dump({"about": "halves", "source": "me", "test": 0.5}))
    monkeypatch.setattr(presets_module, "_FOLDER", tmp_path)
    assert [p.name for p in presets()] == ["mine/own"]
    file.write_text("about: halves\nsource: me\nfoldz: 3\n")
    with pytest.raises(MalsoriError, match="foldz"):
        load_preset("mine/own")


@pytest.mark.parametrize(
    ("name", "hint"), [("kemdy20/session", "session5"), ("meld/xyzzy", "meld/official")]
)
def test_an_unknown_preset_names_a_known_one(name: str, hint: str) -> None:
    with pytest.raises(MalsoriError, match=hint):
        load_preset(name)
