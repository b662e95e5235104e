"""A split is advised only if it leaves every class in every part."""

from pathlib import Path

import polars as pl
import pytest

from malsori.corpus import CorpusSpec
from malsori.corpus.columns import complete
from malsori.corpus.corpus import Corpus
from malsori.corpus.splits import make_split
from malsori.corpus.splits.options import Options
from malsori.corpus.splits.planning import try_split
from malsori.errors import MalsoriError
from malsori.schema import Task
from malsori.words import LANGS, Words

MOODS = tuple("abcd")
TASK = Task(name="mood", kind="nominal", classes=MOODS)


def acted(sentences: int, *, free: bool = False, speakers: int = 10) -> Corpus:
    """Every sentence by every speaker, each read for one mood, or for all if it is free."""
    rows = [(s, t, m) for s in range(speakers) for t in range(sentences) for m in range(4)
            if free or m == t % 4]  # fmt: skip
    table = {
        "id": [f"{s}-{t}-{m}" for s, t, m in rows],
        "speaker": [f"s{s}" for s, _, _ in rows],
        "text": [f"문장 {chr(0xAC00 + 211 * t)} 입니다" for _, t, _ in rows],
        "meta.code": [str(m) for _, _, m in rows],
        "label.mood": [MOODS[m] for _, _, m in rows],
    }
    spec = CorpusSpec(name="toy", adapter="table", tasks=(TASK,))
    return Corpus(Path("toy"), spec, pl.DataFrame(table), pl.DataFrame())


def by(*columns: str, stratify: str | None = "mood") -> Options:
    return Options(columns, stratify, 0.25, 0.15, None, 0, None, 4)


def test_a_column_that_is_the_label_is_never_advised() -> None:
    for columns in (("meta.code",), ("speaker", "meta.code")):
        trouble = try_split(acted(40), by(*columns))
        assert trouble is not None
        assert (trouble.columns, trouble.task) == (("meta.code",), "mood")


def test_nor_is_a_text_that_determines_it_unless_each_class_has_many() -> None:
    few, many = try_split(acted(8), by("text")), try_split(acted(40), by("text"))
    assert few is not None
    assert many is None
    assert try_split(acted(8, free=True), by("text")) is None


def test_a_part_that_would_lack_a_class_is_named() -> None:
    """Two speakers who have a mood alone are in two parts at most."""
    corpus = acted(8, free=True)
    moods = pl.Series(["a" if s in ("s0", "s1") else m if m != "a" else "b" for s, m in
                       corpus.utterances.select("speaker", "label.mood").iter_rows()])  # fmt: skip
    corpus.utterances = corpus.utterances.with_columns(moods.alias("label.mood"))
    trouble = try_split(corpus, by("speaker"))
    assert trouble is not None
    assert (trouble.task, trouble.classes) == ("mood", ("a",))
    assert f"the {trouble.part} part without mood = a" in Words("en").say(trouble.note).replace(
        "training", "train"
    )


def test_what_cannot_be_made_is_not_advised() -> None:
    corpus = acted(1, free=True)
    trouble = try_split(corpus, by("text"))
    assert trouble is not None
    assert not trouble.task


def test_labels_of_whole_calls_are_kept_together() -> None:
    """Each speaker has one mood, which is as it should be where there are enough of them."""
    corpus = acted(4, speakers=40)
    moods = pl.Series([MOODS[int(s[1:]) % 4] for s in corpus.utterances["speaker"]])
    corpus.utterances = corpus.utterances.with_columns(moods.alias("label.mood"))
    assert try_split(corpus, by("speaker")) is None


@pytest.mark.parametrize("lang", LANGS)
def test_it_says_why_in_every_language(lang: str) -> None:
    for trouble in (try_split(acted(8), by("text")), try_split(acted(1, free=True), by("text"))):
        assert trouble is not None
        said = Words(lang).say(trouble.note)  # type: ignore[arg-type]
        assert not set("{}|") & set(said)


def test_a_column_that_is_the_label_is_not_offered_in_place_of_one_without_values() -> None:
    corpus = acted(8, free=True)
    corpus.utterances = complete(corpus.utterances)
    with pytest.raises(MalsoriError) as caught:
        make_split(corpus, "x", by=["call"])
    assert "group by one that has values: speaker, text" in str(caught.value)
    assert "code" not in str(caught.value)
