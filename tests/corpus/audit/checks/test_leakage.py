"""Columns that tell the label."""

import numpy as np
import polars as pl
import pytest

from malsori.words import Words

say = Words("en").say


def told(toy, column, names, noise=0.0, seed=0):
    """A column that says the mood, wrong in a share of rows."""
    rng = np.random.default_rng(seed)
    values = [
        names[m] if rng.random() >= noise else names[rng.choice(list(names))]
        for m in toy.rows["label.mood"]
    ]
    return toy.but(**{column: values})


FILMS = {"불안": "갑", "당황": "을", "중립": "병"}


def plant(toy):
    return told(toy, "meta__film", FILMS)


def test_a_column_that_says_the_label_is_serious(toy):
    (found,) = plant(toy).examine("leakage")
    assert (found.severity, found.subject) == ("serious", "mood")
    assert found.numbers["column"] == "meta.film"
    assert found.numbers["skill"] > 0.9
    assert say(found.message).startswith("meta.film (3 values) tells mood: skill 0.9")


@pytest.mark.parametrize(
    ("noise", "severity"), [(0.1, "serious"), (0.4, "warning"), (0.62, "note")]
)
def test_severity_goes_with_skill(toy, noise, severity):
    found = told(toy, "meta__film", FILMS, noise).examine("leakage")
    assert [f.severity for f in found] == [severity]


def test_who_people_are_is_put_with_care(toy):
    (found,) = told(toy, "meta__gender", FILMS).examine("leakage")
    assert found.severity == "warning"
    assert "among these people" in say(found.cause)


def test_folders_named_after_classes(toy):
    paths = [f"{m}/{i}.wav" for i, m in enumerate(toy.rows["label.mood"])]
    (found,) = toy.but(audio=paths).examine("leakage")
    assert found.severity == "note", "labels are often written down so"
    assert found.numbers["column"] == "folder"


def test_folders_that_go_with_classes(toy):
    folder = {"불안": "d1", "당황": "d2", "중립": "d3"}
    moods = enumerate(toy.rows["label.mood"])
    paths = [f"{folder[m] if i % 9 else 'd2'}/{i}.wav" for i, m in moods]
    (found,) = toy.but(audio=paths).examine("leakage")
    assert found.severity == "warning"


@pytest.mark.parametrize("start", [None, "@0.25"])
def test_ids_that_the_import_made_are_no_evidence(toy, start):
    """Of the path: what they say the folder says. Of the row: the order of the table."""
    paths = [f"{m}/{i}" for i, m in enumerate(toy.rows["label.mood"])]
    by_path = toy.but(audio=[f"{p}.wav" for p in paths], id=[p + (start or "") for p in paths])
    assert [f.numbers["column"] for f in by_path.examine("leakage")] == ["folder"]
    by_class = toy.rows.sort("label.mood").with_columns(
        pl.Series("id", [f"row-{i}" for i in range(400)])
    )
    assert not toy.__class__(by_class, toy.sounds).examine("leakage")


def test_prefixes_of_ids(toy):
    names = [f"{FILMS[m]}_{i:04d}" for i, m in enumerate(toy.rows["label.mood"])]
    ill = toy.but(id=names)
    ill = ill.__class__(ill.rows, ill.sounds.with_columns(id=ill.rows["id"]))
    assert [f.numbers["column"] for f in ill.examine("leakage")] == ["part_1"]


def test_days_on_which_one_class_was_recorded(toy):
    days = {"불안": "2023-01-", "당황": "2023-06-", "중립": "2023-11-"}
    dates = [f"{days[m]}{1 + i % 28:02d}" for i, m in enumerate(toy.rows["label.mood"])]
    (found,) = toy.but(meta__date=dates).examine("leakage")
    assert found.numbers["column"] == "meta.date"
    assert found.numbers["values"] == 7


def test_sample_rates_that_go_with_a_class(toy):
    rates = [8000 if m == "중립" else 16000 for m in toy.rows["label.mood"]]
    (found,) = toy.but(sample_rate=rates).examine("leakage")
    assert "can be heard" in say(found.cause)


def test_telephone_calls_of_one_class_only(toy):
    ends = [3500.0 if m == "중립" else 8000.0 for m in toy.rows["label.mood"]]
    (found,) = toy.heard(bandwidth=ends).examine("leakage")
    assert found.numbers["column"] == "bandwidth"


def test_signals_that_are_absent_in_one_class(toy):
    texts = [None if m == "중립" else t for m, t in toy.rows.select("label.mood", "text").rows()]
    (found,) = toy.but(text=texts).examine("leakage")
    assert found.numbers["column"] == "absence_text"


def test_a_read_script_in_which_each_sentence_has_its_class(toy):
    texts = [f"{FILMS[m]} 문장 {i % 5} 번" for i, m in enumerate(toy.rows["label.mood"])]
    (found,) = toy.but(text=texts).examine("leakage")
    assert found.numbers["column"] == "sentence"
    assert "--by speaker --by text" in found.prescription.command


def test_a_column_with_a_value_for_each_speaker_tells_nothing(toy):
    """Even where each speaker has one class: other speakers have other values."""
    mine = dict(zip(toy.rows["speaker"].unique().sort(), ["불안", "당황"] * 20, strict=True))
    moods = [mine[s] for s in toy.rows["speaker"]]
    named = [f"microphone of {s}" for s in toy.rows["speaker"]]
    assert not toy.but(label__mood=moods, meta__device=named).examine("leakage")


def test_a_column_with_a_value_for_each_row_tells_nothing(toy):
    tickets = [f"{m}-{i}" for i, m in enumerate(toy.rows["label.mood"])]
    assert not toy.but(meta__ticket=tickets).examine("leakage")


def test_the_same_partition_is_told_once(toy):
    again = plant(toy).but(meta__reel=[FILMS[m] * 2 for m in toy.rows["label.mood"]])
    assert len(again.examine("leakage")) == 1


def test_no_split_is_advised_by_a_column_that_is_the_label(toy):
    codes = {"불안": "01", "당황": "02", "중립": "03"}
    ill = toy.but(meta__code=[codes[m] for m in toy.rows["label.mood"]])
    (found,) = ill.examine("leakage")
    assert found.numbers["column"] == "meta.code"
    assert found.prescription.command is None
    said = say(found.prescription.action)
    assert "no encoder may see it" in said
    assert "would leave nothing to learn" in said
    assert "group the split" not in said


def test_nor_by_sentences_that_are(toy):
    texts = [f"{FILMS[m]} 문장" for m in toy.rows["label.mood"]]
    (found,) = toy.but(text=texts).examine("leakage")
    assert found.prescription.command is None
    assert say(found.prescription.action).startswith("nothing by splitting: a split by text would")


def test_advice_that_a_split_follows_is_not_repeated(toy):
    """Each sentence has one mood; no part has a sentence of another."""
    parts = ["train", "train", "test"]
    at = np.arange(400) % 12
    said = toy.but(
        text=[f"문장 하나 {chr(0xAC00 + 29 * k)}{chr(0xB000 + 31 * k)}" for k in at],
        label__mood=[("불안", "당황", "중립")[k % 3] for k in at],
    )
    (open_,) = (f for f in said.examine("leakage") if f.numbers["column"] == "sentence")
    assert open_.severity != "note"
    kept = said.split([parts[k // 4] for k in at])
    (apart,) = (f for f in kept.examine("leakage") if f.numbers["column"] == "sentence")
    assert apart.severity == "note"
    assert apart.prescription.command is None
    assert "keeps equal texts in one part" in say(apart.prescription.action)
    crossed = said.split(["train", "test", "train", "train", "test"] * 80)
    (both,) = (f for f in crossed.examine("leakage") if f.numbers["column"] == "sentence")
    assert both.severity == open_.severity


def test_a_column_that_only_half_of_the_speakers_have(toy):
    speakers = {s: i for i, s in enumerate(toy.rows["speaker"].unique().sort())}
    codes = [
        FILMS[m] if speakers[s] % 2 and speakers[s] < 14 else None
        for m, s in toy.rows.select("label.mood", "speaker").rows()
    ]
    few = toy.__class__(toy.rows, toy.sounds, toy.tasks).but(meta__code=codes)
    (found,) = few.examine("leakage")
    assert found.numbers["column"] == "meta.code"
    assert found.numbers["rows"] == sum(code is not None for code in codes)
    assert found.severity == "serious"
    assert not few.examine("empty_cells")
