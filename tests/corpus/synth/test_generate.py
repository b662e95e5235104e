"""A generated corpus on disk: the same bytes, the wanted proportions, whole or not there."""

from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from malsori.corpus.corpus import Corpus
from malsori.corpus.sounds import sound_of, sounds_table
from malsori.corpus.synth import Rule, generate, synthesize
from malsori.corpus.synth.plan import plan
from malsori.corpus.synth.render import Options, render
from malsori.corpus.synth.rule import CUES, PROPORTIONS, SENTIMENT, URGENCY
from malsori.corpus.synth.voice import Voice
from malsori.errors import MalsoriError
from malsori.signals.audio import audio_hash, read_audio


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return synthesize(tmp_path_factory.mktemp("one") / "calls", calls=24, seed=3, workers=1)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_bytes_are_the_same_for_any_number_of_workers(corpus, tmp_path):
    again = synthesize(tmp_path / "another name", calls=24, seed=3, workers=2)
    assert contents(again.path) == contents(corpus.path)
    assert again.digest == corpus.digest
    assert len(contents(corpus.path)) == 24 + 5


def test_another_seed_gives_other_calls(corpus, tmp_path):
    other = synthesize(tmp_path / "calls", calls=10, seed=4, workers=1)
    assert not set(other.utterances["text"]) & set(corpus.utterances["text"])


def test_a_call_depends_on_nothing_but_itself():
    calls = plan(Rule(), PROPORTIONS["scenario"], calls=10, callers=3, seed=8)[:4]
    options = Options(Rule(), (5.0, 30.0), 20.0, Path())
    forwards = [render(c, options) for c in calls]
    backwards = [render(c, options) for c in calls[::-1]][::-1]
    for (text, cues, audio), (text2, cues2, audio2) in zip(forwards, backwards, strict=True):
        assert (text, cues) == (text2, cues2)
        assert np.array_equal(audio.samples, audio2.samples)


def test_the_table_describes_the_files(corpus):
    rows = corpus.utterances
    assert corpus.modalities == ["speech", "text"]
    assert rows["role"].unique().to_list() == ["신고자"]
    assert rows["call"].to_list() == rows["id"].to_list()
    for row in rows.head(5).iter_rows(named=True):
        assert row["audio"] == f"audio/{row['id']}.wav"
        audio = read_audio(corpus.audio_path(row))
        assert (audio.sample_rate, audio.duration) == (8000, row["duration"])
        assert audio_hash(audio) == row["audio_hash"]


def test_sounds_are_those_that_an_import_would_find(corpus):
    sounds = corpus.sounds
    assert sounds["id"].to_list() == corpus.utterances["id"].to_list()
    rows = corpus.utterances.head(3).iter_rows(named=True)
    for row, found in zip(rows, sounds.head(3).iter_rows(), strict=True):
        heard = sound_of(corpus.signal(row, "audio", "speech"))
        assert sounds_table([(row["id"], heard)]).row(0) == found
        assert len(heard.fingerprint) > 20
    assert sounds["bandwidth"].max() <= 4000


def test_cues_lie_apart_from_the_utterances(corpus):
    cues = pl.read_parquet(corpus.path / "cues.parquet")
    assert cues.columns == ["id", *CUES]
    assert cues["id"].to_list() == corpus.utterances["id"].to_list()
    assert not set(CUES) & {c.split(".")[-1] for c in corpus.utterances.columns}
    for cue, levels in CUES.items():
        assert set(cues[cue]) <= set(levels)


def test_durations_are_in_range_and_follow_the_option(corpus, tmp_path):
    seconds = corpus.utterances["duration"]
    assert seconds.min() >= 5
    assert seconds.max() <= 30
    longer = synthesize(tmp_path / "long", calls=10, seconds=(12.0, 60.0), workers=1)
    assert longer.utterances["duration"].min() >= 12
    assert longer.utterances["duration"].max() <= 60
    assert longer.utterances["duration"].mean() > 1.3 * seconds.mean()


def test_audio_is_a_telephone_call(corpus):
    """Band, level and noise of the sounds, by numbers."""
    band, peak = [], []
    for row in corpus.utterances.iter_rows(named=True):
        x = read_audio(corpus.audio_path(row)).samples.astype(np.float64)
        power = np.abs(np.fft.rfft(x)) ** 2
        hz = np.fft.rfftfreq(len(x), 1 / 8000)
        band.append(power[(hz > 250) & (hz < 3600)].sum() / power.sum())
        peak.append(np.abs(x).max())
    assert min(band) > 0.97
    assert min(peak) > 0.02


def test_noise_is_as_loud_as_the_option_says():
    calls = plan(Rule(), PROPORTIONS["scenario"], calls=10, callers=3, seed=2)[:5]
    quiet = [render(c, Options(Rule(), (5.0, 30.0), 60.0, Path()))[2] for c in calls]
    noisy = [render(c, Options(Rule(), (5.0, 30.0), 10.0, Path()))[2] for c in calls]
    for a, b in zip(quiet, noisy, strict=True):
        noise = np.mean((b.samples.astype(np.float64) - a.samples) ** 2)
        # The line's filter takes some of it away, and its level varies by up to 3 dB.
        assert -26 - 10 - 7 < 10 * np.log10(noise) < -26 - 10 + 3.5


@pytest.mark.parametrize("calls", [100, 601])
def test_labels_scenarios_and_speakers_have_the_wanted_numbers(calls):
    made = plan(Rule(), PROPORTIONS["scenario"], calls=calls, callers=20, seed=1)
    assert len(made) == calls
    counted = {
        "urgency": Counter(URGENCY.label(c.urgency) for c in made),
        "sentiment": Counter(SENTIMENT.label(c.sentiment) for c in made),
        "scenario": Counter(c.scenario for c in made),
    }
    for name, shares in PROPORTIONS.items():
        for level, share in shares.items():
            assert counted[name][level] == pytest.approx(share * calls, abs=3), (name, level)
    each = Counter(c.speaker.name for c in made)
    assert max(each.values()) - min(each.values()) <= 1


def test_speakers_are_independent_of_labels():
    made = plan(Rule(), PROPORTIONS["scenario"], calls=2400, callers=2, seed=1)
    urgent = [np.mean([c.urgency == 2 for c in made if c.speaker.name == s]) for s in
              ("S0000", "S0001")]  # fmt: skip
    assert abs(urgent[0] - urgent[1]) < 3.5 * np.sqrt(2 * 0.31 * 0.69 / 2000)


def test_proportions_can_be_chosen(tmp_path):
    wanted = {"urgency": {"하": 0.2, "중": 0.2, "상": 0.6}, "scenario": dict.fromkeys(
        PROPORTIONS["scenario"], 0.25)}  # fmt: skip
    corpus = synthesize(tmp_path / "c", calls=20, proportions=wanted, cross=0.0, workers=1)
    counts = Counter(corpus.utterances["label.urgency"])
    assert counts["상"] == pytest.approx(12, abs=2)
    assert Counter(corpus.utterances["meta.scenario"]) == dict.fromkeys(wanted["scenario"], 5)
    assert corpus.spec.bounds["urgency"]["prior"]["accuracy"] == pytest.approx(0.6)
    assert corpus.spec.bounds == Rule(urgency=wanted["urgency"], cross=0.0).bounds


def test_corpus_yaml_records_rule_options_licence_and_bounds(corpus):
    said = yaml.safe_load((corpus.path / "corpus.yaml").read_text())
    rule = Rule()
    assert said["bounds"] == rule.bounds
    assert set(said["bounds"]["urgency"]) == {"speech", "text", "speech+text", "prior"}
    provenance = said["provenance"]
    assert provenance["options"]["seed"] == 3
    assert np.allclose(provenance["rule"]["labels"], rule.labels)
    assert np.allclose(provenance["rule"]["agreement"], rule.agreement)
    assert "GPL-3.0-or-later" in provenance["licence"]
    assert "recognises speech" in provenance["caveat"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"calls": 3},
        {"speakers": 0},
        {"speakers": 11},
        {"noise": float("nan")},
        {"cross": -0.1},
        {"seconds": (10.0, 12.0)},
        {"proportions": {"mood": {}}},
        {"proportions": {"scenario": {"구급": 1.0}}},
    ],
)
def test_wrong_options_are_refused_and_leave_nothing(wrong, tmp_path):
    with pytest.raises(MalsoriError):
        synthesize(tmp_path / "c", **{"calls": 10, "workers": 1, **wrong})
    assert not any(tmp_path.iterdir())


def test_a_taken_destination_is_refused_unless_overwritten(tmp_path):
    synthesize(tmp_path / "c", calls=10, workers=1)
    with pytest.raises(MalsoriError, match="already a corpus"):
        synthesize(tmp_path / "c", calls=10, workers=1)
    before = Corpus.open(tmp_path / "c").digest
    synthesize(tmp_path / "c", calls=10, seed=1, workers=1, overwrite=True)
    assert Corpus.open(tmp_path / "c").digest != before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    with pytest.raises(MalsoriError, match="other things"):
        synthesize(tmp_path / "mine", calls=10, workers=1, overwrite=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failing_call_is_named_and_leaves_no_corpus(workers, tmp_path, monkeypatch):
    speak = Voice.speak

    def fail(self, phrases, manner, *, seed, patience=60.0):
        if manner.rate > 220:
            raise MalsoriError("espeak-ng crashed")
        return speak(self, phrases, manner, seed=seed, patience=patience)

    monkeypatch.setattr(generate.Voice, "speak", fail)
    with pytest.raises(MalsoriError, match=r"call C00\d\d: MalsoriError: espeak-ng crashed"):
        synthesize(tmp_path / "c", calls=20, workers=workers)
    assert not any(tmp_path.iterdir())
