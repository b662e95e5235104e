"""Acted speech: every speaker says every sentence with every emotion; one speaker is left out."""

import itertools

import numpy as np
import pytest

pytestmark = pytest.mark.slow

SENTENCES = ["개가 문 앞에 있다", "비가 밤새 왔다", "곧 떠난다", "물이 끓는다"]
PITCH = {"angry": 1.7, "calm": 1.2, "sad": 0.9}
LEVEL = {"angry": 0.4, "calm": 0.2, "sad": 0.1}
TRAIN = "train demo --set corpus.path=acted --set tasks=[emotion] --set training.epochs=12"


@pytest.fixture
def acted(malsori, speak, tmp_path):
    """The corpus, from a table of what the files' names say."""
    rng = np.random.default_rng(0)
    lines = ["file,text,speaker,emotion"]
    for who, what, how in itertools.product(range(6), range(4), PITCH):
        name = f"{how}-{what + 1:02d}-{who + 1:02d}.wav"
        pitch = 110 * 2 ** (who / 6) * PITCH[how] * (1 + 0.04 * rng.normal())
        speak(tmp_path / "clips" / name, pitch=pitch, level=LEVEL[how], rng=rng)
        lines.append(f"{name},{SENTENCES[what]},s{who + 1:02d},{how}")
    (tmp_path / "clips/metadata.csv").write_text("\n".join(lines) + "\n", "utf-8")
    malsori("corpus import table clips/metadata.csv acted --map audio=file --task emotion=nominal")


def test_sentences_in_both_parts_are_a_leak_that_is_allowed_by_name(malsori, acted):
    refused = malsori("corpus split acted --name loso --leave-one-out speaker", status=2)
    assert "the same text in several parts" in refused.err
    assert "--allow-leak text" in refused.err
    saved = malsori("corpus split acted --name loso --leave-one-out speaker --allow-leak text")
    assert "loso-5" in saved.out
    assert "Allowed on request: the same text" in saved.out
    # What cannot be kept apart is said: test would hold every sentence.
    crossed = "corpus split acted --name both --leave-one-out speaker --by text"
    assert "no row would be in train" in malsori(crossed, status=2).err
    assert "no row would be in train" in malsori(f"{crossed} --validation 0", status=2).err


def test_from_files_to_a_page_of_a_speaker_whom_training_has_not_heard(malsori, acted, tmp_path):
    malsori("corpus split acted --name loso --leave-one-out speaker --allow-leak text")
    run = malsori(f"{TRAIN} --set corpus.split=loso-2 --set encoders.text=null --out runs/2")
    assert "all rows are of one speaker" in run.out
    found = malsori("evaluate runs/2 --json").data["evaluation"]["results"]
    test = next(r for r in found if r["split"] == "test")
    assert test["labelled"] == 12
    assert test["numbers"]["accuracy"]["value"] > 0.5
    malsori("report runs/2")
    page = (tmp_path / "runs/2/report.html").read_text("utf-8")
    assert SENTENCES[0] not in page


def test_the_audit_says_that_words_tell_nothing_and_is_quiet_about_sound(malsori, acted, findings):
    malsori("corpus split acted --name loso --leave-one-out speaker --allow-leak text")
    found = findings(malsori("corpus audit acted --split loso-0 --json"))
    assert found["contradictions", "emotion"]["severity"] == "note"
    assert ("leaks", "loso-0") in found
    quiet = {"clipping", "silence", "bandwidth", "sample_rate", "classes"}
    assert not quiet & {check for check, _ in found}


def test_the_audit_advises_no_split_that_cannot_be_made(malsori, acted):
    malsori("corpus split acted --name loso --leave-one-out speaker --allow-leak text")
    text = " ".join(malsori("corpus audit acted --split loso-0").out.split())
    assert "--leave-one-out speaker --by text" not in text
    assert "group the split by it" not in text
