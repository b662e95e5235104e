"""Which channel a row hears."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import soundfile

from malsori.corpus import Corpus
from malsori.corpus.adapters.base import Source
from malsori.corpus.adapters.table import Table
from malsori.corpus.importing import import_corpus
from malsori.corpus.sides import choose_channels, which_channel
from malsori.errors import MalsoriError
from malsori.signals.audio import audio_hash, read_audio

RNG = np.random.default_rng(0)


@pytest.fixture
def calls(tmp_path):
    """Two calls of two sides, and one of one."""
    for i in range(3):
        sides = (0.1 * RNG.standard_normal((8000, 2 if i < 2 else 1))).astype(np.float32)
        soundfile.write(tmp_path / f"{i}.wav", sides, 8000)
    rows = pl.DataFrame(
        {
            "id": ["a", "b", "c"],
            "audio": ["0.wav", "1.wav", "2.wav"],
            "call": [None, "call7", None],
            "text": ["네", "아니요", "네네"],
            "mood": ["good", "bad", "good"],
            "side": ["1", None, None],
            "channel": ["phone", "phone", "radio"],
        }
    )
    rows.write_csv(tmp_path / "calls.csv")
    return tmp_path


def imported(calls: Path, **options) -> tuple[pl.DataFrame, list[str]]:
    columns = options.pop("columns", {})
    source = Table(calls / "calls.csv", columns=columns, tasks=["mood=nominal"])
    report = import_corpus(source, calls / "corpus", workers=1, overwrite=True, **options)
    return report.corpus.utterances, report.notes


def test_without_a_choice_channels_are_averaged_and_counted(calls):
    rows, notes = imported(calls)
    assert "channel" not in rows.columns
    assert rows["meta.channel"].to_list() == ["phone", "phone", "radio"]
    assert any(note.startswith("2 of 3 recordings have 2 channels, which are averaged")
               for note in notes)  # fmt: skip
    assert any("2 recordings have channels of different sounds" in note for note in notes)
    digest = Corpus.open(calls / "corpus").digest
    imported(calls, channel="mean")
    assert Corpus.open(calls / "corpus").digest == digest


def test_one_channel_is_heard(calls):
    rows, notes = imported(calls, channel="0")
    assert rows["channel"].to_list() == [0, 0, 0]
    assert rows["audio_hash"].to_list() == [
        audio_hash(read_audio(calls / f"{i}.wav", channel=0)) for i in range(3)
    ]
    assert not any("averaged" in note for note in notes)
    corpus = Corpus.open(calls / "corpus")
    assert corpus.channel == 0
    heard = corpus.signal(rows.row(1, named=True), "audio", "speech")
    assert audio_hash(heard) == rows["audio_hash"][1]


def test_a_file_without_that_channel_is_quarantined(calls):
    rows, _ = imported(calls, channel=1)
    assert rows["id"].to_list() == ["a", "b"]
    left_out = Corpus.open(calls / "corpus").quarantine
    assert left_out["reason"].to_list() == ["no-channel"]
    assert "has 1 channel" in left_out["detail"][0]


def test_each_side_is_a_row_of_one_call(calls):
    rows, notes = imported(calls, channel="each")
    assert rows["id"].to_list() == ["a#0", "a#1", "b#0", "b#1", "c"]
    assert rows["channel"].to_list() == [0, 1, 0, 1, None]
    assert rows["call"].to_list() == ["a", "a", "call7", "call7", None]
    assert rows["label.mood"].to_list() == ["good", "good", "bad", "bad", "good"]
    assert rows["audio_hash"].n_unique() == 5
    assert any("2 rows of files with several became 4" in note for note in notes)
    assert Corpus.open(calls / "corpus").channel is None


def test_sides_are_counted_of_files_whose_paths_are_mended(calls):
    table = calls / "calls.csv"
    table.write_text(table.read_text("utf-8").replace(".wav", ""), "utf-8")
    rows, _ = imported(calls, channel="each")
    assert rows["id"].to_list() == ["a#0", "a#1", "b#0", "b#1", "c"]


def test_a_column_that_is_mapped_says_it_for_each_row(calls):
    rows, _ = imported(calls, columns={"channel": "side"})
    assert rows["channel"].to_list() == [1, None, None]
    rows, _ = imported(calls, columns={"channel": "side"}, channel=0)
    assert rows["channel"].to_list() == [1, 0, 0]
    imported(calls, columns={"channel": "side"}, channel="each")
    assert Corpus.open(calls / "corpus").utterances["id"].to_list() == ["a", "b#0", "b#1", "c"]


def test_a_column_of_other_words_costs_its_rows(calls):
    with pytest.raises(MalsoriError, match="channel 'phone' is not a channel's number"):
        imported(calls, columns={"channel": "channel"})


@pytest.mark.parametrize("written", ["left", "-1", "0.5", ""])
def test_a_channel_is_a_number_or_each(written):
    with pytest.raises(MalsoriError, match="channel is"):
        which_channel(written)


def test_vectors_go_with_both_rows(calls):
    rows = pl.DataFrame({"row": [2, 3], "id": ["a", "c"], "audio": ["0.wav", "2.wav"]})
    vectors = [np.ones((1, 2), np.float32), None]
    source = Source(rows, [], features={"face": vectors}, audio_root=calls)
    found = choose_channels(source, "each", workers=1).features["face"]
    assert [None if v is None else v.shape for v in found] == [(1, 2), (1, 2), None]


def test_without_audio_there_is_nothing_to_choose():
    with pytest.raises(MalsoriError, match="has no audio"):
        choose_channels(Source(pl.DataFrame({"row": [1], "id": ["a"]}), []), 0)
