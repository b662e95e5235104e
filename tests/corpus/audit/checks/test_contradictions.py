"""The same signal with different labels."""

import polars as pl


def plant(toy):
    """Row 1 is row 0 again, with another mood."""
    hashes, moods = toy.rows["audio_hash"].to_list(), toy.rows["label.mood"].to_list()
    hashes[1] = hashes[0]
    moods[:2] = ["불안", "중립"]
    same = {f"label__{t}": _same(toy.rows[f"label.{t}"]) for t in ("urgency", "symptom", "valence")}
    return toy.but(audio_hash=hashes, label__mood=moods, **same)


def _same(labels):
    return pl.concat([labels[:1], labels[:1], labels[2:]])


def test_identical_recordings_with_different_labels_are_serious(toy):
    (contradicting,) = plant(toy).examine("contradictions")
    assert (contradicting.severity, contradicting.subject) == ("serious", "mood")
    assert contradicting.numbers == {"recordings": 1, "rows": 2, "best_accuracy": 0.5}
    assert contradicting.examples == ("T000000", "T000001")


def said_again(toy):
    texts = [f"사람이 {i // 2} 명 있어요" for i in range(400)]
    moods = ["불안", "중립"] * 200
    return toy.but(text=texts, label__mood=moods)


def test_the_same_words_with_another_label_are_a_note(toy):
    (found,) = [f for f in said_again(toy).examine("contradictions") if f.subject == "mood"]
    assert found.severity == "note"
    assert found.numbers == {"texts": 200, "rows": 400, "best_accuracy": 0.5}


def test_where_words_are_all_there_is_it_is_a_warning(toy):
    only = said_again(toy).but(audio=[None] * 400)
    (found,) = [f for f in only.examine("contradictions") if f.subject == "mood"]
    assert found.severity == "warning"


def test_labels_of_speakers_do_not_contradict_what_they_say(toy):
    words = said_again(toy)
    mine = dict(zip(words.rows["speaker"].unique().sort(), ["불안", "중립"] * 20, strict=True))
    moods = [mine[s] for s in words.rows["speaker"]]
    found = words.but(label__mood=moods).examine("contradictions")
    assert not [f for f in found if f.subject == "mood"]


def test_short_words_are_said_by_everybody(toy):
    texts = ["네", "아", "예예"] * 133 + ["네"]
    assert not toy.but(text=texts).examine("contradictions")
