"""Agreement of the raters of a corpus' task."""

import polars as pl
import pytest

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.labels import Vote, rater_column
from malsori.corpus.labels.agreeing import agreement
from malsori.errors import MalsoriError
from malsori.schema import Task

OBSERVERS = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]
FIVE = ("1", "2", "3", "4", "5")
LEVEL = Task(name="level", kind="ordinal", classes=FIVE)
MOOD = Task(name="mood", kind="nominal", classes=FIVE, aliases={"one": "1"})
HOW = Task(name="how", kind="regression", low=1, high=5)
MANY = Task(name="many", kind="multilabel", classes=FIVE)


def votes(observers=OBSERVERS, spelling=str):
    table = [line.split() for line in observers]
    return [
        [Vote(f"r{i}", None if v == "." else spelling(v), i % 3) for i, v in enumerate(unit)]
        for unit in zip(*table, strict=True)
    ]


@pytest.fixture
def corpus(tmp_path):
    rows = pl.DataFrame({"id": [f"u{i}" for i in range(13)]})
    spelt = {"level": str, "mood": lambda v: "One" if v == "1" else v, "how": "{}.0".format}
    columns = [rater_column([*votes(spelling=s), None], f"raters.{t}") for t, s in spelt.items()]
    spec = CorpusSpec(name="rated", adapter="table", tasks=(LEVEL, MOOD, HOW, MANY))
    return write_corpus(tmp_path / "rated", spec, rows.with_columns(columns))


def test_krippendorffs_example_from_a_corpus(corpus):
    found = agreement(corpus, "level")
    assert found.alpha == pytest.approx(
        {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849}, abs=5e-4
    )
    # Unit 12 has one rating and the last row none: they say nothing of agreement.
    assert (found.utterances, found.ratings, found.raters) == (11, 40, 4)
    assert found.unanimous == pytest.approx(8 / 11)
    assert list(found.by_class) == list(FIVE)


def test_kinds_have_their_coefficients_and_spellings_do_not_matter(corpus):
    level, mood, how = (agreement(corpus, t) for t in ("level", "mood", "how"))
    assert mood.alpha == {"nominal": level.alpha["nominal"]}
    assert mood.fleiss_kappa == level.fleiss_kappa
    assert how.alpha["interval"] == pytest.approx(level.alpha["interval"])
    assert (how.fleiss_kappa, how.by_class) == (None, {})
    assert level.unanimous == mood.unanimous == how.unanimous


def test_intensities_are_no_ratings(corpus, tmp_path):
    rows = corpus.utterances.with_columns(
        rater_column(
            [[v._replace(intensity=None) for v in u] for u in votes()] + [None], "raters.level"
        )
    )
    plain = write_corpus(tmp_path / "plain", corpus.spec, rows)
    assert agreement(plain, "level") == agreement(corpus, "level")


def test_undefined_is_none(tmp_path):
    rows = pl.DataFrame({"id": ["a", "b"]})
    one = rater_column([[Vote("x", "1")], [Vote("x", "1")]], "raters.mood")
    spec = CorpusSpec(name="one", adapter="table", tasks=(MOOD,))
    found = agreement(write_corpus(tmp_path / "one", spec, rows.with_columns(one)), "mood")
    assert (found.fleiss_kappa, found.unanimous, found.utterances, found.raters) == (
        None,
        None,
        0,
        0,
    )


def test_what_is_refused(corpus, tmp_path):
    with pytest.raises(MalsoriError, match="did you mean 'level'"):
        agreement(corpus, "levl")
    rows = corpus.utterances
    strange = rater_column([[Vote("a", "6"), Vote("b", "1")], *[None] * 12], "raters.level")
    bad = write_corpus(tmp_path / "bad", corpus.spec, rows.with_columns(strange))
    with pytest.raises(MalsoriError, match="'6', which is no class"):
        agreement(bad, "level")
    words = rater_column([[Vote("a", "high"), Vote("b", "1")], *[None] * 12], "raters.how")
    bad = write_corpus(tmp_path / "words", corpus.spec, rows.with_columns(words))
    with pytest.raises(MalsoriError, match="'high', which is no number"):
        agreement(bad, "how")
    many = rater_column([[Vote("a", "1")], *[None] * 12], "raters.many")
    bad = write_corpus(tmp_path / "many", corpus.spec, rows.with_columns(many))
    with pytest.raises(MalsoriError, match="multilabel"):
        agreement(bad, "many")
    none = write_corpus(tmp_path / "none", corpus.spec, rows.drop("raters.level"))
    with pytest.raises(MalsoriError, match="raters of mood, how are known"):
        agreement(none, "level")
