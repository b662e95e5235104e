"""`malsori corpus split` as a person types it."""

import json

import numpy as np
import polars as pl
import pytest

from malsori.corpus import CorpusSpec, write_corpus
from malsori.signals.audio import Audio, write_audio

STEM = "여기 삼층인데 연기가 나요 빨리 와 주세요"


@pytest.fixture
def corpus(tmp_path):
    """Eight speakers with five sentences each; two of them say nearly the same."""
    rows = {
        "id": [f"u{k:02d}" for k in range(40)],
        "speaker": [f"s{k // 5}" for k in range(40)],
        "text": [STEM, f"{STEM} 네", *[chr(0xAC00 + 99 * k) * 6 for k in range(38)]],
    }
    rows["text"][5], rows["text"][1] = rows["text"][1], rows["text"][5]
    spec = CorpusSpec(name="toy", adapter="table", tasks=())
    return write_corpus(tmp_path / "toy", spec, pl.DataFrame(rows)).path


def test_the_presets_are_listed_without_a_corpus(malsori):
    status, out, _ = malsori("corpus", "split", "--presets")
    assert status == 0
    line = next(line for line in out.splitlines() if line.startswith("kemdy20/random80"))
    assert "  leaky  " in line


def test_nearly_the_same_text_is_told_and_refused_if_wanted(malsori, corpus):
    asked = ("corpus", "split", corpus, "--by", "speaker", "--folds", 8, "--validation", 0)
    status, out, _ = malsori(*asked, "--name", "x")
    assert status == 0
    assert "Warning: nearly the same text in several parts" in out
    assert "--by near_text keeps them together" in " ".join(out.split())
    status, _, err = malsori(*asked, "--name", "y", "--strict")
    assert status == 2
    assert "--allow-leak near-text" in err
    status, out, err = malsori(
        "corpus", "split", corpus, "--by", "speaker", "--by", "near_text", "--folds", 3,
        "--validation", 0, "--name", "z", "--strict",
    )  # fmt: skip
    assert status == 0, err
    assert "Warning" not in out


def test_a_split_is_told_in_korean(malsori, corpus):
    status, out, err = malsori(
        "corpus", "split", corpus, "--name", "x", "--by", "speaker", "--folds", 8, "--lang", "ko"
    )
    assert status == 0, err
    assert "화자 1" in out
    assert "주의: 여러 부분에 있는 거의 같은 문장 1쌍(2개 행)" in out
    few = "테스트 부분의 행이 20개가 안 됩니다."
    assert few in out
    asked = ("corpus", "split", corpus, "--name", "y", "--by", "speaker", "--lang", "ko", "--json")
    assert few in json.loads(malsori(*asked)[1])[0]["notes"]


def test_each_speaker_is_left_out_with_inner_folds(malsori, corpus):
    status, out, _ = malsori(
        "corpus", "split", corpus, "--name", "l", "--leave-one-out", "speaker",
        "--inner-folds", 2, "--json",
    )  # fmt: skip
    assert status == 0
    found = json.loads(out)
    assert len(found) == 8 * 3
    assert [split["how"]["fold"] for split in found[:2]] == [
        {"tests": "s0"}, {"inside": "l-0", "inner_fold": 0},
    ]  # fmt: skip
    status, out, _ = malsori("corpus", "split", corpus, "--name", "m", "--leave-one-out", "speaker",
                             "--inner-folds", 2)  # fmt: skip
    assert "m-0.0, m-0.1" in out
    assert out.rstrip().endswith("… m-7.1")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--preset", "kemdy20/session5"], "which has no call in any row and no session"),
        (["--preset", "kemdy20/sesion5"], "did you mean 'kemdy20/session5'"),
        (["--preset", "meld/official", "--by", "speaker"], "leave out --by"),
        (["--preset", "meld/official", "--test", "0"], "leave out --test"),
        ([], "what shall the split be called"),
        (["--name", "x", "--leave-one-out", "speaker", "--folds", "3"], "split of its own"),
        (["--name", "x", "--leave-one-out", "speeker"], "did you mean 'speaker'"),
        (["--name", "x", "--by", "near_audio"], "no fingerprints"),
        (["--name", "x", "--by", "near_txt"], "did you mean 'near_text'"),
        (["--name", "x", "--folds", "2", "--inner-folds", "30"], "has no inner folds"),
        (["--name", "x", "--leave-one-out", "text"], "(--leave-one-out text --by speaker)"),
    ],
)
def test_wrong_use_is_told_how_to_mend_it(malsori, corpus, words, message):
    status, _, err = malsori("corpus", "split", corpus, *words)
    assert status == 2
    assert message in " ".join(err.split())


def test_a_recording_that_was_cut_and_made_softer_is_refused_on_two_sides(malsori, tmp_path):
    rng = np.random.default_rng(0)
    lines = ["file,speaker"]
    sounds = []
    for k in range(8):
        loud = np.repeat(rng.uniform(0.005, 0.3, 40), 800)
        sound = rng.normal(size=32000) * loud if k < 7 else 0.2 * sounds[0][9001:]
        sounds.append(sound)
        write_audio(tmp_path / f"{k}.wav", Audio(sound.clip(-1, 1).astype(np.float32), 16000))
        lines.append(f"{k}.wav,s{k}")
    (tmp_path / "table.csv").write_text("\n".join(lines), "utf-8")
    status, _, err = malsori("corpus", "import", "table", tmp_path / "table.csv",
                             tmp_path / "c", "--map", "audio=file", "--workers", 1)  # fmt: skip
    assert status == 0, err
    asked = ("corpus", "split", tmp_path / "c", "--folds", 8, "--validation", 0)
    status, _, err = malsori(*asked, "--name", "x", "--by", "speaker")
    assert status == 2
    assert "the same recording (cut, or at another level) in several parts, 1 pair" in err
    assert "--by near_audio --folds 7" in err
    status, _, err = malsori(
        "corpus", "split", tmp_path / "c", "--name", "y", "--by", "near_audio", "--folds", 7,
        "--validation", 0, "--allow-leak", "group",
    )  # fmt: skip
    assert status == 0, err
