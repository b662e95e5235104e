"""A derived corpus: other labels, the same sound, nothing lost without a word."""

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malsori.corpus import Corpus, CorpusSpec, write_corpus
from malsori.corpus.columns import SOUNDS
from malsori.corpus.labels import Vote, rater_column, relabel, votes_of
from malsori.corpus.splits import make_split
from malsori.errors import MalsoriError
from malsori.schema import Task
from malsori.signals.audio import Audio, write_audio

EMOTIONS = ("happiness", "angry", "disgust", "fear", "neutral", "sadness", "surprise")
EMOTION = Task(name="emotion", kind="nominal", classes=EMOTIONS)
URGENCY = Task(name="urgency", kind="ordinal", classes=("상", "중", "하"))
VALENCE = Task(name="valence", kind="regression", low=1, high=5)
VECTORS = [
    "angry2 surprise2 happiness2 happiness2 happiness2",
    "happiness2 happiness1 sadness1 sadness1 sadness1",
    "neutral0 happiness1 sadness1 sadness1 neutral0",
    "neutral0 happiness1 neutral0 neutral0 neutral0",
    "neutral0 neutral0 neutral0 neutral0 neutral0",
]


def ballot(text):
    return [Vote(str(i), w[:-1], float(w[-1])) for i, w in enumerate(text.split(), start=1)]


@pytest.fixture
def corpus(tmp_path):
    """The five known vectors, one row nobody rated, audio, vectors, sounds, a split."""
    rows = pl.DataFrame(
        {
            "id": [f"u{i}" for i in range(6)],
            "speaker": list("aabbcc"),
            "audio": [f"{i}.wav" for i in range(6)],
            "label.urgency": ["상", "중", "하", "상", None, "하"],
            "meta.situation": ["angry", "sadness", "Sadness", "neutral", "bored", None],
        }
    ).with_columns(rater_column([*map(ballot, VECTORS), None], "raters.emotion"))
    for i in range(6):
        write_audio(tmp_path / "wav" / f"{i}.wav", Audio(np.full(800, i / 9, np.float32), 8000))
    vectors = [np.full((2, 3), i, np.float32) for i in range(5)] + [None]
    spec = CorpusSpec(
        name="rated", adapter="table", tasks=(EMOTION, URGENCY, VALENCE), audio_root="../wav",
        bounds={"emotion": {}, "urgency": {}},
    )  # fmt: skip
    heard = pl.DataFrame({"id": rows["id"], "peak": 0.5}).with_columns(
        pl.lit(None).alias(c) for c in SOUNDS if c not in ("id", "peak")
    )
    made = write_corpus(tmp_path / "rated", spec, rows, features={"face": vectors}, sounds=heard)
    make_split(made, "half", by=["speaker"], validation=0.4)
    return made


def labels(corpus):
    return corpus.utterances["label.emotion"].to_list()


def test_the_rules_on_a_corpus(corpus, tmp_path):
    said = {
        "intensity_sum": ["happiness", "sadness", "sadness", "happiness", "neutral", None],
        "majority(3)": ["happiness", "sadness", None, "neutral", "neutral", None],
        "majority": ["happiness", "sadness", None, "neutral", "neutral", None],
        "majority(5)": [None, None, None, None, "neutral", None],
        "soft": ["happiness", "sadness", None, "neutral", "neutral", None],
        "situation": ["angry", "sadness", "sadness", "neutral", None, None],
    }
    for k, (rule, expected) in enumerate(said.items()):
        done = relabel(corpus, tmp_path / f"r{k}", "emotion", rule=rule)
        assert labels(done.corpus) == expected
        assert done.corpus.utterances["soft.emotion"][3].to_list() == [0.2, 0, 0, 0, 0.8, 0, 0]
        assert sum(done.after.values()) + sum(done.unlabelled.values()) == 6
    third = Corpus.open(tmp_path / "r1").utterances["compound.emotion"].to_list()
    assert third == [None, None, ["neutral", "sadness"], None, None, None]


def test_why_rows_have_no_label(corpus, tmp_path):
    done = relabel(corpus, tmp_path / "a", "emotion", rule="majority(5)")
    assert done.unlabelled == {"too few agree": 3, "not rated": 1, "raters tie": 1}
    done = relabel(corpus, tmp_path / "b", "emotion", rule="situation", keep=["angry", "neutral"])
    assert done.unlabelled == {"class left out": 2, "no situation": 2}
    done = relabel(corpus, tmp_path / "c", "urgency", merge={"중": "하"})
    assert done.unlabelled == {"had no label": 1}
    assert done.without == 1
    counts = [row[1] or 0 for row in done.tables()[0].rows]
    assert sum(counts) == 6  # what was there before adds up too
    assert (done.before, done.after) == ({"상": 2, "중": 1, "하": 2}, {"상": 2, "하": 3})


def test_study_c_four_of_seven_classes(corpus, tmp_path):
    four = ["sadness", "happiness", "neutral", "angry"]
    done = relabel(
        corpus, tmp_path / "c", "emotion", rule="intensity_sum", keep=four, drop_unlabelled=True
    )
    assert done.corpus.tasks["emotion"].classes == ("happiness", "angry", "neutral", "sadness")
    assert labels(done.corpus) == ["happiness", "sadness", "sadness", "happiness", "neutral"]
    assert (done.dropped, done.corpus.utterances.height) == (1, 5)
    soft = done.corpus.utterances["soft.emotion"].to_list()
    assert soft[0] == pytest.approx([0.75, 0.25, 0, 0])  # the vote for surprise counts no more
    assert votes_of(done.corpus.utterances["raters.emotion"])[0][1].label is None


def test_everything_else_stays(corpus, tmp_path):
    done = relabel(corpus, tmp_path / "new", "emotion", rule="soft").corpus
    old, new = corpus.utterances, done.utterances
    same = [c for c in old.columns if "emotion" not in c]
    assert new.select(same).equals(old.select(same))
    assert votes_of(new["raters.emotion"]) == votes_of(old["raters.emotion"])
    assert done.spec.features == corpus.spec.features
    for row in range(6):
        a, b = (
            c.signal(c.utterances.row(row, named=True), "features", "face") for c in (corpus, done)
        )
        assert (a is b is None) or np.array_equal(a, b)
        heard = done.signal(new.row(row, named=True), "audio", "speech")
        assert heard.samples[0] == pytest.approx(row / 9, abs=1e-4)
    assert done.sounds.height == 6
    assert done.spec.audio_root == "../wav"
    assert done.spec.bounds == {"urgency": {}}
    assert corpus.digest == Corpus.open(corpus.path).digest


def test_dropped_rows_take_their_vectors_and_sounds_along(corpus, tmp_path):
    done = relabel(corpus, tmp_path / "n", "emotion", rule="majority(5)", drop_unlabelled=True)
    new = done.corpus
    assert new.utterances["id"].to_list() == ["u4"]
    row = new.utterances.row(0, named=True)
    assert new.signal(row, "features", "face").tolist() == [[4, 4, 4], [4, 4, 4]]
    assert new.spec.features["face"].frames == 2
    assert new.sounds["id"].to_list() == ["u4"]
    assert new.spec.bounds is None
    assert new.spec.counts["dropped"] == 5


def test_splits_are_not_copied_and_it_says_so(corpus, tmp_path):
    done = relabel(corpus, tmp_path / "n", "emotion", rule="soft")
    assert done.corpus.split_names() == []
    assert any("saved splits are not copied (half)" in note for note in done.notes)
    assert "not copied" in done.tables()[0].text()


def test_where_it_comes_from_is_recorded(corpus, tmp_path):
    first = relabel(corpus, tmp_path / "a", "emotion", rule="majority( 2 )").corpus
    again = relabel(
        first, tmp_path / "b", "emotion", merge={"sadness": "low", "fear": "low"}
    ).corpus
    one, two = again.spec.provenance["relabelled"]
    assert (one["rule"], one["digest"]) == ("majority(2)", corpus.digest)
    assert (two["merge"], two["digest"]) == ({"sadness": "low", "fear": "low"}, first.digest)
    assert again.tasks["emotion"].index("fear") == again.tasks["emotion"].index("low")


def test_another_order_changes_task_and_codes_together(corpus, tmp_path):
    done = relabel(corpus, tmp_path / "n", "urgency", order=["하", "중", "상"]).corpus
    assert done.tasks["urgency"].classes == ("하", "중", "상")
    assert done.tasks["urgency"].kind == "ordinal"
    assert (
        done.utterances["label.urgency"].to_list() == corpus.utterances["label.urgency"].to_list()
    )
    before, after = corpus.labels("urgency"), done.labels("urgency")
    assert before.tolist() == [0, 1, 2, 0, -1, 2]
    assert after.tolist() == [2, 1, 0, 2, -1, 0]
    assert done.digest != corpus.digest


def test_audio_elsewhere_is_named_absolutely(corpus, tmp_path):
    done = relabel(corpus, tmp_path / "deep" / "n", "emotion", rule="soft").corpus
    assert done.spec.audio_root == str(tmp_path / "wav")


def test_multilabel(tmp_path):
    task = Task(name="symptom", kind="multilabel", classes=("열", "구토", "오심"))
    rows = pl.DataFrame({"id": list("abc"), "label.symptom": [["열", "오심"], ["구토"], None]})
    spec = CorpusSpec(name="s", adapter="table", tasks=(task,))
    corpus = write_corpus(tmp_path / "s", spec, rows)
    done = relabel(corpus, tmp_path / "n", "symptom", merge={"오심": "구토"})
    assert done.corpus.utterances["label.symptom"].to_list() == [["열", "구토"], ["구토"], None]
    assert (done.before, done.after) == ({"열": 1, "구토": 1, "오심": 1}, {"열": 1, "구토": 2})


@pytest.mark.parametrize(
    ("task", "wish", "message"),
    [
        ("emotoin", {"rule": "soft"}, "did you mean 'emotion'"),
        ("emotion", {"rule": "majorty"}, "did you mean 'majority'"),
        ("emotion", {"keep": ["anger"]}, "did you mean 'angry'"),
        ("emotion", {}, "would change nothing"),
        ("urgency", {"rule": "soft"}, "the raters of emotion are known"),
        ("valence", {"keep": ["1"]}, "is a number"),
        ("emotion", {"keep": ["fear", "disgust"], "drop_unlabelled": True}, "no row of 'rated'"),
    ],
)
def test_what_is_refused_leaves_nothing(corpus, tmp_path, task, wish, message):
    with pytest.raises(MalsoriError) as error:
        relabel(corpus, tmp_path / "n", task, **wish)
    assert message in str(error.value)
    assert not (tmp_path / "n").exists()


def test_a_corpus_is_never_replaced_by_its_own_child(corpus, tmp_path):
    for place in (corpus.path, corpus.path / "inside", tmp_path):
        with pytest.raises(MalsoriError):
            relabel(corpus, place, "emotion", rule="soft", overwrite=True)
    assert Corpus.open(corpus.path).utterances.height == 6
    relabel(corpus, tmp_path / "n", "emotion", rule="soft")
    with pytest.raises(MalsoriError, match="already a corpus"):
        relabel(corpus, tmp_path / "n", "emotion", rule="soft")
    relabel(corpus, tmp_path / "n", "emotion", rule="majority(5)", overwrite=True)
    assert labels(Corpus.open(tmp_path / "n"))[0] is None


def test_rules_that_lack_what_they_look_at(corpus, tmp_path):
    plain = [[v._replace(intensity=None) for v in ballot(text)] for text in VECTORS]
    rows = corpus.utterances.drop("meta.situation", "features.face").with_columns(
        rater_column([*plain, None], "raters.emotion")
    )
    spec = corpus.spec.model_copy(update={"features": {}})
    bare = write_corpus(tmp_path / "bare", spec, rows)
    with pytest.raises(MalsoriError, match="gave no intensities"):
        relabel(bare, tmp_path / "n", "emotion", rule="intensity_sum")
    with pytest.raises(MalsoriError, match=r"reads the column meta\.situation"):
        relabel(bare, tmp_path / "n", "emotion", rule="situation")


ballots = st.lists(st.sampled_from(EMOTIONS[:3]), max_size=4)


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(rows=st.lists(ballots, min_size=1, max_size=6), least=st.integers(1, 4))
def test_counts_always_add_up(tmp_path_factory, rows, least):
    folder = tmp_path_factory.mktemp("sum")
    votes = [[Vote(str(i), c) for i, c in enumerate(row)] for row in [*rows, ["angry"] * 4]]
    frame = pl.DataFrame({"id": [str(i) for i in range(len(votes))]})
    spec = CorpusSpec(name="s", adapter="table", tasks=(EMOTION,))
    corpus = write_corpus(
        folder / "s", spec, frame.with_columns(rater_column(votes, "raters.emotion"))
    )
    wish = {"rule": f"majority({least})", "keep": ["angry", "disgust"]}
    kept = relabel(corpus, folder / "a", "emotion", **wish)
    fewer = relabel(corpus, folder / "b", "emotion", drop_unlabelled=True, **wish)
    assert sum(kept.after.values()) + sum(kept.unlabelled.values()) == len(votes)
    assert kept.after == fewer.after
    assert fewer.dropped == sum(kept.unlabelled.values())
