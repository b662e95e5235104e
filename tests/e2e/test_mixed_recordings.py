"""Duplicates, several sample rates, one and two channels in one corpus."""

import shutil

import numpy as np
import pytest

pytestmark = pytest.mark.slow

RATES = (8000, 16000, 44100)
WORDS = ["불이", "사람이", "차가", "물이", "집에", "산에", "길에", "밤에", "지금", "빨리"]
COUNT, COPIES = 72, 6
TRAIN = "train demo --set corpus.path=mixed --set tasks=[mood] --set training.epochs=3"


@pytest.fixture
def mixed(malsori, speak, tmp_path):
    """The corpus, with what the import said; every twelfth recording is there twice."""
    rng, folder = np.random.default_rng(1), tmp_path / "calls"
    lines = ["file,text,speaker,mood"]
    for i in range(COUNT):
        who, mood = i // 6, ("down", "up")[i % 2]
        pitch = (150 if i % 2 else 90) * 2 ** (who / 12) * (1 + 0.03 * rng.normal())
        how = {"rate": RATES[i % 3], "channels": 2 if i % 8 == 3 else 1}
        how["seconds"] = 1.2 + 0.4 * rng.random()
        speak(folder / f"{i:03d}.wav", pitch=pitch, rng=rng, **how)
        row = f"{' '.join(rng.choice(WORDS, 4))} {i},p{who:02d},{mood}"
        lines.append(f"{i:03d}.wav,{row}")
        if i % 12 == 5:
            shutil.copy(folder / f"{i:03d}.wav", folder / f"again{i:03d}.wav")
            lines.append(f"again{i:03d}.wav,{row}".replace(f"p{who:02d}", f"p{(who + 5) % 12:02d}"))
    (folder / "calls.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return malsori("corpus import table calls/calls.csv mixed --map audio=file --task mood=nominal")


def test_the_audit_tells_copies_and_rates(malsori, mixed, findings):
    found = findings(malsori("corpus audit mixed --json"))
    assert f"{2 * COPIES} of {COUNT + COPIES} recordings" in found["duplicate", "speech"]["message"]
    assert "3 sample rates" in found["sample_rate", "speech"]["message"]
    assert not {"clipping", "silence", "leakage", "classes", "identity"} & {c for c, _ in found}


def test_a_recording_on_two_sides_stops_a_split(malsori, mixed):
    refused = malsori("corpus split mixed --name by-speaker --by speaker", status=2)
    assert "identical audio in several parts" in refused.err
    saved = malsori("corpus split mixed --name by-speaker --by speaker --by audio_hash --by text")
    assert "saved: by-speaker" in saved.out
    audit = malsori("corpus audit mixed --split by-speaker --json")
    assert "leaks" not in {f["check"] for f in audit.data["findings"]}


def test_from_files_to_a_page(malsori, mixed, tmp_path):
    malsori("corpus split mixed --name by-speaker --by speaker --by audio_hash --by text")
    malsori(f"{TRAIN} --out run")
    results = malsori("evaluate run --json").data["evaluation"]["results"]
    assert {r["condition"] for r in results} == {"speech+text", "speech", "text"}
    malsori("report run")
    assert (tmp_path / "run/report.html").stat().st_size > 10_000
    answers = malsori("predict run calls/000.wav calls/002.wav calls/003.wav --json").data
    assert [a["labels"]["mood"] in {"up", "down"} for a in answers] == [True] * 3


def test_the_import_counts_the_channels(mixed):
    assert "channels" in mixed.out
