"""Parts of recordings: their ends, their overlaps, and what a table says of their length."""

import json

import numpy as np
import polars as pl
import pytest

from malsori.corpus.adapters.table import Table
from malsori.corpus.importing import import_corpus
from malsori.corpus.screening import Faults, check_numbers
from malsori.corpus.spans import ends_from_lengths, read_clocks, seconds
from malsori.signals.audio import Audio, write_audio


@pytest.fixture
def bring(tmp_path):
    noise = np.random.default_rng(0).normal(0, 0.1, 8000 * 4).astype(np.float32)
    write_audio(tmp_path / "a.wav", Audio(noise, 8000))

    def run(rows, **options):
        lines = "\n".join(json.dumps({"audio_filepath": "a.wav", **row}) for row in rows)
        (tmp_path / "m.jsonl").write_text(lines, encoding="utf-8")
        columns = {"audio": "audio_filepath", **options}
        table = Table(tmp_path / "m.jsonl", columns=columns)
        return import_corpus(table, tmp_path / "c", workers=1, overwrite=True)

    return run


def told(report, *words):
    return any(all(word in note for word in words) for note in report.notes)


PARTS = [{"id": str(i), "offset": float(i), "duration": 0.8} for i in range(4)]


@pytest.mark.parametrize(
    "columns", [{}, {"start": "offset"}, {"start": "offset", "duration": "duration"}]
)
def test_a_manifest_of_offsets_and_durations(bring, columns):
    report = bring(PARTS, **columns)
    rows = report.corpus.utterances
    assert rows.select("start", "end").rows() == [(i, i + 0.8) for i in range(4)]
    assert rows["duration"].to_list() == pytest.approx([0.8] * 4)
    assert told(report, "offset", "duration") == ("duration" not in columns)
    assert not told(report, "overlap")


def test_a_length_alone_is_that_of_the_file(bring):
    report = bring([{"id": "a", "duration": 4.0}])
    assert report.corpus.utterances["end"].to_list() == [None]
    assert not told(report, "another length")
    lengths = [0.5, 1.5]
    report = bring([{"id": str(n), "duration": n} for n in lengths])
    assert told(report, "'duration' says another length", "2 rows (0.5: 0.5 s, 4.00 s heard)")
    report = bring([{"id": str(n), "length": n} for n in lengths], duration="length")
    assert report.corpus.utterances["duration"].to_list() == pytest.approx(lengths)


def test_other_units_of_the_same_length_are_quiet(bring):
    rows = [{"id": "a", "duration": 4000}, {"id": "b", "duration": 4000}]
    assert not told(bring(rows), "another length")


def test_end_and_length_have_to_agree(bring):
    rows = [
        {"id": "a", "start": 1, "end": 2, "len": 1.01},
        {"id": "b", "start": 1, "end": 2, "len": 3},
        {"id": "c", "start": 1, "len": "soon"},
        {"id": "d", "start": 1, "len": 0},
        {"id": "e", "start": 3, "end": None, "len": None},
    ]
    report = bring(rows, duration="len")
    assert report.corpus.utterances.select("id", "end").rows() == [("a", 2.0), ("e", None)]
    assert report.corpus.quarantine["detail"].to_list() == [
        "end 2 and duration 3 do not agree",
        "duration 'soon' is not a number of seconds",
        "duration 0 leaves nothing to hear",
    ]


def test_parts_that_overlap_are_told(bring):
    rows = [
        {"id": str(i), "start": s, "end": e} for i, (s, e) in enumerate([(0, 2), (1, 3), (3, 4)])
    ]
    assert told(bring(rows), "1 row of 1 file", "(0 and 1)")
    whole = [{"id": "a"}, {"id": "b", "start": 1, "end": 2}]
    assert told(bring(whole), "overlap")
    sides = [{"id": str(i), "start": 0, "end": 2, "channel": str(i)} for i in range(2)]
    assert not told(bring(sides), "overlap")
    assert not told(bring([{"id": "a"}, {"id": "b"}]), "overlap")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0 days 00:00:01.500000", "1.5"),
        ("1 day, 0:00:01", "86401.0"),
        ("00:01:02,25", "62.25"),
        ("1:30", "1:30"),
        ("1.5", "1.5"),
        ("nonsense: a", "nonsense: a"),
    ],
)
def test_times_of_a_clock(written, meant):
    assert seconds(written) == meant
    rows = pl.DataFrame({"start": [written, None]})
    assert read_clocks(rows)["start"].to_list() == [meant, None]


def test_a_table_without_audio_has_no_lengths():
    rows = pl.DataFrame({"duration": ["1", "2"]})
    faults = Faults()
    done = ends_from_lengths(check_numbers(rows, faults), faults)
    assert done.rows() == [(1.0,), (2.0,)]
    assert done.columns == ["end"]
